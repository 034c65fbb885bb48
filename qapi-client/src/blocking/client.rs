//! The client.

use std::fmt;
use std::marker::PhantomData;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::time::{Duration, Instant};

use qapi_protocol::codec::Decode;
use qapi_protocol::introspection::{CommandList, QueryCommands};
use qapi_protocol::{EventMessage, EventSet, Greeting, QapiCommand, VersionRange};

use super::connect;
use super::connection::{Connection, Sent};
use super::transport::Transport;
use crate::deadline::Deadline;
use crate::events::EventQueue;
use crate::negotiation::{self, QmpCapabilities};
use crate::session::{Answer, Session, encode};
use crate::{ConnectError, ConnectOptions, ConnectionError, EventError, ExecuteError, Unsupported};

/// A connection to a monitor of QEMU or of its storage daemon.
///
/// Commands are executed one after the other. Events that arrive meanwhile are kept, in a
/// queue that is [limited](ConnectOptions::event_queue), until they are read.
///
/// Dropping the client closes the connection.
pub struct Client {
    connection: Connection,
    session: Session,
    greeting: Greeting,
    /// The commands that the server says it has, once it was asked.
    commands: Option<CommandList>,
    command_timeout: Duration,
}

impl Client {
    /// Connects to the Unix socket at `path`.
    ///
    /// # Errors
    ///
    /// When no connection comes about within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let client = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new())?;
    /// println!("QEMU {}", client.greeting().version.qemu);
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[cfg(unix)]
    pub fn connect_unix(
        path: impl AsRef<Path>,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let path = path.as_ref();
        let deadline = Deadline::after(options.connect_timeout);
        match connect::unix(path, &deadline) {
            Ok(Some(stream)) => Self::negotiate(Box::new(stream), options, deadline),
            Ok(None) => Err(ConnectError::NoGreeting {
                timeout: options.connect_timeout,
            }),
            Err(source) => Err(ConnectError::Connect {
                address: path.display().to_string(),
                source,
            }),
        }
    }

    /// Connects to `address` over TCP.
    ///
    /// The address is that of a host, not its name: asking for the address of a name would
    /// have no deadline.
    ///
    /// # Errors
    ///
    /// When no connection comes about within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    pub fn connect_tcp(
        address: SocketAddr,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        match connect::tcp(address, &deadline) {
            Ok(stream) => Self::negotiate(Box::new(stream), options, deadline),
            Err(source) => Err(ConnectError::Connect {
                address: address.to_string(),
                source,
            }),
        }
    }

    /// Talks to the server at the other end of `transport`, which has yet to greet.
    ///
    /// # Errors
    ///
    /// When the server does not greet and accept the capabilities within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    pub fn connect_over(
        transport: impl Transport + 'static,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        Self::negotiate(Box::new(transport), options, deadline)
    }

    fn negotiate(
        transport: Box<dyn Transport>,
        options: &ConnectOptions,
        mut deadline: Deadline,
    ) -> Result<Self, ConnectError> {
        let mut connection = Connection::new(transport, options.max_message);
        let mut session = Session::new(EventQueue::new(options));
        let greeting = loop {
            let Some(message) = connection.read_message(&mut deadline)? else {
                return Err(ConnectError::NoGreeting {
                    timeout: options.connect_timeout,
                });
            };
            if let Some(greeting) = session.take_greeting(message)? {
                break greeting;
            }
        };
        tracing::debug!(version = %greeting.version.qemu, "greeting");
        negotiation::check(&greeting, &options.capabilities)?;

        let mut client = Client {
            connection,
            session,
            greeting,
            commands: None,
            command_timeout: options.command_timeout,
        };
        let command = QmpCapabilities::new(&options.capabilities);
        client
            .execute_within(deadline.remaining(), command)
            .map_err(ConnectError::Negotiation)?;
        Ok(client)
    }

    /// What the server said first.
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

    /// Executes `command`, and waits for its answer as long as
    /// [`ConnectOptions::command_timeout`] says.
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
    pub fn execute<C: QapiCommand>(&mut self, command: C) -> Result<C::Response, ExecuteError> {
        self.execute_within(self.command_timeout, command)
    }

    /// Like [`execute`](Self::execute), but waits for the answer as long as `timeout` says.
    ///
    /// Also with a timeout of zero the command is sent, if there is room for it.
    ///
    /// # Errors
    ///
    /// As for [`execute`](Self::execute).
    pub fn execute_within<C: QapiCommand>(
        &mut self,
        timeout: Duration,
        command: C,
    ) -> Result<C::Response, ExecuteError> {
        const {
            assert!(
                C::SUCCESS_RESPONSE,
                "the command does not answer: use `send`"
            )
        };
        let id = self.session.next_id();
        let mut response = C::Response::blank();
        self.call(
            (C::NAME, C::VERSIONS),
            (id, encode(&command, id)),
            timeout,
            &mut response,
        )?;
        Ok(response)
    }

    /// Sends a command that answers only failure, and waits for nothing.
    ///
    /// Should the server answer that it failed, the answer is dropped. A command that
    /// answers success is for [`execute`](Self::execute); using it here does not compile.
    ///
    /// # Errors
    ///
    /// When the command cannot be sent within the
    /// [command timeout](ConnectOptions::command_timeout).
    pub fn send<C: QapiCommand>(&mut self, command: C) -> Result<(), ExecuteError> {
        const { assert!(!C::SUCCESS_RESPONSE, "the command answers: use `execute`") };
        let id = self.session.next_id();
        let request = encode(&command, id);
        tracing::debug!(command = C::NAME, id, "sending");
        let timeout = self.command_timeout;
        self.transmit(C::NAME, request, timeout, &Deadline::after(timeout))
    }

    /// The next event, in the order of arrival; `None` when none arrives within `timeout`.
    ///
    /// With a timeout of zero, the next one that has already arrived.
    ///
    /// # Errors
    ///
    /// When events were missed, or the event is not what it should be, or no more will come;
    /// see [`EventError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{EventError, blocking::Client};
    ///
    /// # use qapi_protocol::{DecodeError, EventSet, RawValue};
    /// # #[derive(Debug)]
    /// # enum Event {
    /// #     Shutdown,
    /// #     Unknown,
    /// # }
    /// # impl EventSet for Event {
    /// #     const NAMES: &'static [&'static str] = &["SHUTDOWN"];
    /// #     fn decode(name: &str, _: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
    /// #         Ok(match name {
    /// #             "SHUTDOWN" => Event::Shutdown,
    /// #             _ => Event::Unknown,
    /// #         })
    /// #     }
    /// # }
    /// /// Waits for the machine to shut down, unless nothing happens for a minute.
    /// fn shut_down(vm: &mut Client) -> Result<bool, EventError> {
    ///     while let Some(event) = vm.next_event(Duration::from_secs(60))? {
    ///         if matches!(event.event, Event::Shutdown) {
    ///             return Ok(true);
    ///         }
    ///     }
    ///     Ok(false)
    /// }
    /// ```
    pub fn next_event<E: EventSet>(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<EventMessage<E>>, EventError> {
        self.event(&mut Deadline::after(timeout))
    }

    /// The next event, if one arrives until `deadline`.
    fn event<E: EventSet>(
        &mut self,
        deadline: &mut Deadline,
    ) -> Result<Option<EventMessage<E>>, EventError> {
        loop {
            if let Some(event) = self.session.events.pop() {
                return event.map(Some);
            }
            let Some(message) = self.connection.read_message(deadline)? else {
                return Ok(None);
            };
            if let Err(error) = self.session.take(message, None) {
                self.connection.end_input(&error);
                return Err(error.into());
            }
        }
    }

    /// The events that have arrived and were not read yet: those that are kept, and those that
    /// one look at the connection brings.
    ///
    /// There is an end of them even if the server sends without end: what is more than one look
    /// brings is there for the next call. So is the error that says that no more will come.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{EventError, blocking::Client};
    ///
    /// # use qapi_protocol::{DecodeError, EventSet, RawValue};
    /// # #[derive(Debug)]
    /// # enum Event {
    /// #     Shutdown,
    /// #     Unknown,
    /// # }
    /// # impl EventSet for Event {
    /// #     const NAMES: &'static [&'static str] = &["SHUTDOWN"];
    /// #     fn decode(name: &str, _: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
    /// #         Ok(match name {
    /// #             "SHUTDOWN" => Event::Shutdown,
    /// #             _ => Event::Unknown,
    /// #         })
    /// #     }
    /// # }
    /// fn report(vm: &mut Client) {
    ///     for event in vm.events::<Event>() {
    ///         match event {
    ///             Ok(event) => println!("{:?}", event.event),
    ///             Err(EventError::Missed { count, .. }) => println!("{count} more, before"),
    ///             Err(error) => println!("{error}"),
    ///         }
    ///     }
    /// }
    /// ```
    pub fn events<E: EventSet>(&mut self) -> Events<'_, E> {
        Events {
            client: self,
            look: Deadline::after(Duration::ZERO),
            ended: false,
            event: PhantomData,
        }
    }

    /// Sends `request`, which is the command `name` of the releases `versions` with this `id`,
    /// waits for its answer, and reads it into `response`.
    fn call(
        &mut self,
        (name, versions): (&'static str, VersionRange),
        (id, request): (u64, Vec<u8>),
        timeout: Duration,
        response: &mut dyn Decode,
    ) -> Result<(), ExecuteError> {
        // Arguments and answers may hold secrets, and are never logged.
        let _span = tracing::debug_span!("execute", command = name, id).entered();
        let begin = Instant::now();
        let deadline = Deadline::after(timeout);
        let answer = match self.transmit(name, request, timeout, &deadline) {
            Ok(()) => self.answer(id, deadline, response)?,
            Err(error @ ExecuteError::PartlySent { .. }) => {
                self.session.give_up(id);
                return Err(error);
            }
            Err(error) => return Err(error),
        };
        let elapsed = begin.elapsed();
        let command = || name.to_owned();
        match answer {
            Some(Answer::Returned { bytes }) => {
                tracing::debug!(?elapsed, bytes, "done");
                Ok(())
            }
            Some(Answer::Unreadable { error, raw }) => {
                tracing::debug!(?elapsed, path = error.path, "done, unreadable");
                Err(ExecuteError::Decode {
                    command: command(),
                    path: error.path,
                    message: error.message,
                    raw,
                })
            }
            Some(Answer::Failed(error)) => {
                tracing::debug!(?elapsed, class = %error.class, "failed");
                let version = self.greeting.version.qemu;
                Err(ExecuteError::Qemu {
                    command: command(),
                    unsupported: Unsupported::explaining(&error, version, versions),
                    error,
                })
            }
            None => {
                tracing::debug!(?elapsed, "not answered");
                self.session.give_up(id);
                Err(ExecuteError::Timeout {
                    command: command(),
                    timeout,
                })
            }
        }
    }

    fn transmit(
        &mut self,
        name: &'static str,
        request: Vec<u8>,
        timeout: Duration,
        deadline: &Deadline,
    ) -> Result<(), ExecuteError> {
        let command = name.to_owned();
        match self.connection.send(request, deadline)? {
            Sent::Whole => Ok(()),
            Sent::Part => Err(ExecuteError::PartlySent { command, timeout }),
            Sent::Nothing => Err(ExecuteError::NotSent { command, timeout }),
        }
    }

    /// Waits for the answer to the command `id`, and reads what it returned into `response`.
    fn answer(
        &mut self,
        id: u64,
        mut deadline: Deadline,
        response: &mut dyn Decode,
    ) -> Result<Option<Answer>, ConnectionError> {
        while let Some(message) = self.connection.read_message(&mut deadline)? {
            match self.session.take(message, Some((id, response))) {
                Ok(None) => {}
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    self.connection.end_input(&error);
                    return Err(error);
                }
            }
        }
        Ok(None)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("greeting", &self.greeting)
            .finish_non_exhaustive()
    }
}

/// The events that have arrived and were not read yet: see [`Client::events`].
#[derive(Debug)]
pub struct Events<'c, E> {
    client: &'c mut Client,
    /// The one look that is taken when all that is kept has been read.
    look: Deadline,
    ended: bool,
    event: PhantomData<fn() -> E>,
}

impl<E: EventSet> Iterator for Events<'_, E> {
    type Item = Result<EventMessage<E>, EventError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let event = self.client.event(&mut self.look).transpose();
        self.ended = matches!(event, None | Some(Err(EventError::Connection(_))));
        event
    }
}
