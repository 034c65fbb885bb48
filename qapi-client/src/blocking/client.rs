//! The client, and how it executes commands.

use std::fmt;
use std::time::{Duration, Instant};

use qapi_protocol::codec::{Decode, Encode};
use qapi_protocol::introspection::{CommandList, QueryCommands};
use qapi_protocol::{
    Capability, DecodeError, Error, Greeting, Message, QapiCommand, RawValue, VersionRange,
};

use super::connection::{Connection, Sent};
use crate::call;
use crate::deadline::Deadline;
use crate::descriptor::Descriptor;
use crate::events::{self, EventQueue};
use crate::limits::MAX_IN_FLIGHT;
use crate::session::{self, Unanswered};
use crate::{Call, Command, ConnectOptions, ConnectionError, ExecuteError, RawCommand};

/// A connection to a monitor of QEMU or of its storage daemon.
///
/// Commands are executed one after the other. Events that arrive meanwhile are kept, in a
/// queue that is [limited](ConnectOptions::event_queue), until they are read.
///
/// Dropping the client closes the connection.
///
/// # Examples
///
/// ```no_run
/// use qapi_client::{ConnectOptions, blocking::Client};
/// use serde_json::json;
///
/// # #[cfg(unix)]
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let mut vm = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new())?;
/// println!("{}", vm.execute_raw("query-status", json!({}))?);
/// # Ok(())
/// # }
/// ```
pub struct Client {
    pub(super) connection: Connection,
    pub(super) events: EventQueue,
    /// The commands that were not answered, and whether a descriptor went with them.
    unanswered: Unanswered<bool>,
    greeting: Greeting,
    /// The commands that the server says it has, once it was asked.
    commands: Option<CommandList>,
    oob: bool,
    pub(super) command_timeout: Duration,
    close_timeout: Duration,
}

/// A call, as far as its type does not matter.
struct Outgoing<'c> {
    name: &'c str,
    versions: VersionRange,
    oob: bool,
    timeout: Duration,
    descriptor: Option<Descriptor>,
    message: &'c dyn Fn(u64) -> Vec<u8>,
}

impl Client {
    /// The client of a connection on which the server has greeted.
    pub(super) fn new(
        connection: Connection,
        events: EventQueue,
        greeting: Greeting,
        options: &ConnectOptions,
    ) -> Self {
        Client {
            connection,
            events,
            unanswered: Unanswered::new(),
            greeting,
            commands: None,
            oob: options.capabilities.contains(&Capability::Oob),
            command_timeout: options.command_timeout,
            close_timeout: options.close_timeout,
        }
    }

    /// What the server said first.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::blocking::Client;
    ///
    /// fn announce(vm: &Client) {
    ///     println!("QEMU {}", vm.greeting().version.qemu);
    /// }
    /// ```
    pub fn greeting(&self) -> &Greeting {
        &self.greeting
    }

    /// Whether the server has the command `C`.
    ///
    /// The server is asked which commands it has, once for the connection: the first call takes
    /// the time of a command, and later ones take none.
    ///
    /// It says what this one build has. [`Greeting::supports`] asks nobody and says what the
    /// server's release has; what arguments a command takes is in the answer to
    /// [`QueryQmpSchema`](qapi_protocol::introspection::QueryQmpSchema).
    ///
    /// # Errors
    ///
    /// When the server does not answer; as for [`execute`](Self::execute).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, blocking::Client};
    /// use qapi_protocol::introspection::QueryQmpSchema;
    ///
    /// fn describes_itself(vm: &mut Client) -> Result<bool, ExecuteError> {
    ///     vm.supports::<QueryQmpSchema>()
    /// }
    /// ```
    pub fn supports<C: QapiCommand>(&mut self) -> Result<bool, ExecuteError> {
        let commands = match self.commands.take() {
            Some(commands) => commands,
            None => self.execute(QueryCommands)?,
        };
        Ok(self.commands.insert(commands).supports::<C>())
    }

    /// Executes a command, and waits for its answer as long as its [`Call`] says, or
    /// [`ConnectOptions::command_timeout`]. Also with a timeout of zero the command is sent, if
    /// there is room for it.
    ///
    /// A command that answers only failure is for [`send`](Self::send); using it here does
    /// not compile.
    ///
    /// # Errors
    ///
    /// When the command fails, or its answer does not come, or is not what it should be; see
    /// [`ExecuteError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, blocking::Client};
    ///
    /// # use qapi_protocol::{Empty, QapiCommand};
    /// # struct Stop {}
    /// # impl Stop {
    /// #     fn new() -> Self {
    /// #         Stop {}
    /// #     }
    /// # }
    /// # qapi_protocol::members!(Stop {});
    /// # impl QapiCommand for Stop {
    /// #     type Response = Empty;
    /// #     const NAME: &'static str = "stop";
    /// # }
    /// fn stop(vm: &mut Client) {
    ///     match vm.execute(Stop::new()) {
    ///         Ok(_) => println!("stopped"),
    ///         Err(ExecuteError::Qemu { error, .. }) => println!("QEMU refuses: {}", error.desc),
    ///         Err(error) => println!("nobody knows: {error}"),
    ///     }
    /// }
    /// ```
    pub fn execute<C: Command>(
        &mut self,
        call: impl Into<Call<C>>,
    ) -> Result<C::Response, ExecuteError> {
        const { assert!(C::ANSWERS, "the command does not answer: use `send`") };
        self.run(call.into(), false)
    }

    /// Executes a command out of band: at once, also when the server has not finished the
    /// commands before it, as after an [`ExecuteError::Timeout`].
    ///
    /// The connection has to be made with the capability
    /// [`Oob`](ConnectOptions::capability). A command whose schema does not allow it
    /// does not compile here:
    ///
    /// ```compile_fail
    /// use qapi_client::blocking::Client;
    /// use qapi_protocol::introspection::QueryQmpSchema;
    ///
    /// fn ask(vm: &mut Client) {
    ///     let _ = vm.execute_oob(QueryQmpSchema);
    /// }
    ///
    /// fn main() {
    ///     let _: fn(&mut Client) = ask;
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`execute`](Self::execute), and when the connection has not the capability.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, RawCommand, blocking::Client};
    /// use serde_json::json;
    ///
    /// /// Has the machine let go of a storage server that does not answer.
    /// fn let_go(vm: &mut Client) -> Result<(), ExecuteError> {
    ///     let instances = json!([{"type": "block-node", "node-name": "nbd0"}]);
    ///     let yank = RawCommand::new("yank").arguments(json!({"instances": instances}));
    ///     vm.execute_oob(yank)?;
    ///     Ok(())
    /// }
    /// ```
    pub fn execute_oob<C: Command>(
        &mut self,
        call: impl Into<Call<C>>,
    ) -> Result<C::Response, ExecuteError> {
        const { assert!(C::OUT_OF_BAND, "the schema does not allow it out of band") };
        const { assert!(C::ANSWERS, "the command does not answer: use `send`") };
        self.run(call.into(), true)
    }

    /// Executes the command `name` with `arguments`, an object, and gives what it returns as it
    /// is: [`execute`](Self::execute) with a [`RawCommand`].
    ///
    /// # Errors
    ///
    /// As for [`execute`](Self::execute).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, blocking::Client};
    /// use serde_json::json;
    ///
    /// fn registers(vm: &mut Client) -> Result<String, ExecuteError> {
    ///     let line = json!({"command-line": "info registers"});
    ///     let answer = vm.execute_raw("human-monitor-command", line)?;
    ///     Ok(answer.decode().unwrap_or_default())
    /// }
    /// ```
    pub fn execute_raw(
        &mut self,
        name: &str,
        arguments: impl Encode,
    ) -> Result<RawValue<'static>, ExecuteError> {
        self.execute(RawCommand::new(name).arguments(arguments))
    }

    /// Sends a command that answers only failure, and waits for nothing.
    ///
    /// Should the server answer that it failed, the answer is dropped. A command that
    /// answers success is for [`execute`](Self::execute); using it here does not compile.
    ///
    /// A [raw](RawCommand) one may answer success: it is one of the
    /// [few](crate::MAX_IN_FLIGHT) that are with the server until it is answered, or a later
    /// command is.
    ///
    /// # Errors
    ///
    /// When the command cannot be sent in time.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, RawCommand, blocking::Client};
    ///
    /// /// Ends a QEMU, whether it still has the time to answer or not.
    /// fn end(vm: &mut Client) -> Result<(), ExecuteError> {
    ///     vm.send(RawCommand::new("quit"))
    /// }
    /// ```
    pub fn send<C: Command>(&mut self, call: impl Into<Call<C>>) -> Result<(), ExecuteError> {
        const { assert!(C::SILENT, "the command answers: use `execute`") };
        let call = call.into();
        let name = call.command.name();
        let timeout = call.timeout.unwrap_or(self.command_timeout);
        let mut deadline = Deadline::after(timeout);
        let passes = call.descriptor.is_some();
        if !self.wait_for_turn(false, passes, &mut deadline)? {
            let command = name.to_owned();
            return Err(ExecuteError::NotSent { command, timeout });
        }
        let id = self.unanswered.next_id();
        let message = call::line(&call.command, false, id);
        tracing::debug!(command = name, id, "sending");
        let sent = self.transmit(name, message, call.descriptor, timeout, &deadline);
        if matches!(sent, Ok(()) | Err(ExecuteError::PartlySent { .. })) {
            if C::ANSWERS {
                self.unanswered.sent(id, false, passes);
                self.unanswered.give_up(id);
            } else {
                self.unanswered.sent_silently(id);
            }
        }
        sent
    }

    /// Closes the connection, and waits until the server has closed its end, so that the next
    /// client can connect; but no longer than [`ConnectOptions::close_timeout`] says.
    ///
    /// # Errors
    ///
    /// When the connection had ended before, with the cause, or breaks.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// # #[cfg(unix)]
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let vm = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new())?;
    /// vm.close()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn close(self) -> Result<(), ConnectionError> {
        self.connection.close(Deadline::after(self.close_timeout))
    }

    fn run<C: Command>(&mut self, call: Call<C>, oob: bool) -> Result<C::Response, ExecuteError> {
        let mut response = C::Response::blank();
        let Call {
            command,
            timeout,
            descriptor,
        } = call;
        let outgoing = Outgoing {
            name: command.name(),
            versions: C::VERSIONS,
            oob,
            timeout: timeout.unwrap_or(self.command_timeout),
            descriptor,
            message: &|id| call::line(&command, oob, id),
        };
        self.call(outgoing, &mut response)?;
        Ok(response)
    }

    /// Sends a command, waits for its answer, and reads it into `response`.
    fn call(
        &mut self,
        outgoing: Outgoing<'_>,
        response: &mut dyn Decode,
    ) -> Result<(), ExecuteError> {
        let Outgoing {
            name,
            versions,
            oob,
            timeout,
            ..
        } = outgoing;
        if oob && !self.oob {
            let command = name.to_owned();
            return Err(ExecuteError::OobDisabled { command });
        }
        let mut deadline = Deadline::after(timeout);
        let passes = outgoing.descriptor.is_some();
        if !self.wait_for_turn(oob, passes, &mut deadline)? {
            let command = name.to_owned();
            return Err(ExecuteError::NotSent { command, timeout });
        }
        let id = self.unanswered.next_id();
        // Arguments and answers may hold secrets, and are never logged.
        let _span = tracing::debug_span!("execute", command = name, id, oob).entered();
        let begin = Instant::now();
        let message = (outgoing.message)(id);
        self.unanswered.sent(id, oob, passes);
        match self.transmit(name, message, outgoing.descriptor, timeout, &deadline) {
            Ok(()) => {}
            Err(error) => {
                match error {
                    ExecuteError::PartlySent { .. } => self.unanswered.give_up(id),
                    _ => drop(self.unanswered.not_sent(id)),
                }
                return Err(error);
            }
        }
        let answer = self.answer(deadline, response)?;
        let elapsed = begin.elapsed();
        match answer {
            Some(Answer::Returned { bytes }) => {
                tracing::debug!(?elapsed, bytes, "done");
                Ok(())
            }
            Some(Answer::Unreadable { error, raw }) => {
                tracing::debug!(?elapsed, path = error.path, "done, unreadable");
                Err(ExecuteError::unreadable(name, error, raw))
            }
            Some(Answer::Failed(error)) => {
                tracing::debug!(?elapsed, class = %error.class, "failed");
                let version = self.greeting.version.qemu;
                Err(ExecuteError::refused(name, error, version, versions))
            }
            None => {
                tracing::debug!(?elapsed, "not answered");
                self.unanswered.give_up(id);
                let command = name.to_owned();
                Err(ExecuteError::Timeout { command, timeout })
            }
        }
    }

    /// Waits until the server can take one more command, and still read an out-of-band one
    /// after it; whether it can.
    fn wait_for_turn(
        &mut self,
        oob: bool,
        passes: bool,
        deadline: &mut Deadline,
    ) -> Result<bool, ConnectionError> {
        // A server forgets a descriptor that no command has taken when the next one comes.
        while self.unanswered.in_flight(oob) >= MAX_IN_FLIGHT
            || passes && self.unanswered.any(|passed| *passed)
        {
            if !self.take_message(deadline, None)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes what has arrived, but no more than so much, if the server sends without end.
    pub(super) fn take_arrived(&mut self) -> Result<(), ConnectionError> {
        /// How often to look: what the buffers of a socket hold is read by then.
        const LOOKS: usize = 256;
        for _ in 0..LOOKS {
            let mut look = Deadline::after(Duration::ZERO);
            let mut found = false;
            while self.take_message(&mut look, None)? {
                found = true;
            }
            if !found {
                break;
            }
        }
        Ok(())
    }

    fn transmit(
        &mut self,
        name: &str,
        message: Vec<u8>,
        descriptor: Option<Descriptor>,
        timeout: Duration,
        deadline: &Deadline,
    ) -> Result<(), ExecuteError> {
        let command = || name.to_owned();
        if self.connection.is_full() {
            // The server may wait for somebody to read what it says.
            self.take_arrived()?;
        }
        if descriptor.is_some() && !self.connection.passes_descriptors() {
            return Err(ExecuteError::CannotPassDescriptors { command: command() });
        }
        match self.connection.send(message, descriptor, deadline)? {
            Sent::Whole => Ok(()),
            Sent::Part => Err(ExecuteError::PartlySent {
                command: command(),
                timeout,
            }),
            Sent::Nothing => Err(ExecuteError::NotSent {
                command: command(),
                timeout,
            }),
        }
    }

    /// Waits for the answer to the one command that is waited for, and reads what it returned
    /// into `response`.
    fn answer(
        &mut self,
        mut deadline: Deadline,
        response: &mut dyn Decode,
    ) -> Result<Option<Answer>, ConnectionError> {
        let mut answer = None;
        while answer.is_none() {
            if !self.take_message(&mut deadline, Some((response, &mut answer)))? {
                break;
            }
        }
        Ok(answer)
    }

    /// Takes the next message, if one comes until `deadline`: an event, or an answer.
    pub(super) fn take_message(
        &mut self,
        deadline: &mut Deadline,
        waiting: Option<(&mut dyn Decode, &mut Option<Answer>)>,
    ) -> Result<bool, ConnectionError> {
        let Some(message) = self.connection.read_message(deadline)? else {
            return Ok(false);
        };
        let (place, answer) = waiting.unzip();
        let (message, wrong) = match session::read(message, place) {
            Ok(read) => read,
            Err(error) => {
                self.connection.end_input(&error);
                return Err(error);
            }
        };
        match message {
            Message::Event(event) => {
                tracing::trace!(event = &*event.event, "event");
                self.events.push(events::shared(event));
            }
            Message::Response(response) => {
                let failed = response.result.is_err();
                let waiting = self.unanswered.answered(response.id.as_ref(), failed);
                if let (Some(_), Some(answer)) = (waiting, answer) {
                    *answer = Some(Answer::of(response.result, wrong));
                }
            }
            _ => {}
        }
        Ok(true)
    }
}

/// What a server said to a command.
pub(super) enum Answer {
    /// It was executed, and what it returned has been read.
    Returned {
        /// How long the text was.
        bytes: usize,
    },
    /// It was executed, and returned something else than it is said to.
    Unreadable {
        error: DecodeError,
        raw: RawValue<'static>,
    },
    /// It failed.
    Failed(Error),
}

impl Answer {
    /// The answer with this result, and what is `wrong` with what it returned.
    fn of(result: Result<RawValue<'_>, Error>, wrong: Option<DecodeError>) -> Self {
        match (result, wrong) {
            (Ok(returned), None) => Answer::Returned {
                bytes: returned.get().len(),
            },
            (Ok(returned), Some(error)) => Answer::Unreadable {
                error,
                raw: returned.into_owned(),
            },
            (Err(error), _) => Answer::Failed(error),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("greeting", &self.greeting)
            .finish_non_exhaustive()
    }
}
