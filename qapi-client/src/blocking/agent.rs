//! The client of a guest agent.

use std::fmt;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::time::{Duration, Instant};

use qapi_protocol::codec::Encode;
use qapi_protocol::introspection::{GuestAgentInfo, GuestInfo};
use qapi_protocol::{QapiCommand, RawValue};

use super::connect;
use super::connection::{Connection, Sent};
use super::transport::Transport;
use crate::agent::{self, Dialogue, Outgoing};
use crate::call;
use crate::deadline::Deadline;
use crate::{
    Call, Command, ConnectError, ConnectOptions, ConnectionError, ExecuteError, RawCommand,
};

/// A connection to QEMU's guest agent, which runs in a guest and executes commands there.
///
/// An agent says nothing of its own accord, not even when somebody connects: there is no greeting
/// and there are no events. Whether it answers depends on the guest, which may be busy, reboot, or
/// be suspended. So every call has a deadline, and what is late must not be taken for the answer to
/// the next command: after a timeout, and after everything else that may leave an answer or half a
/// command in the connection, the next call first waits until the agent has answered
/// [`guest-sync-delimited`](Self::sync), within its own deadline. That costs one exchange of
/// messages with the agent, and dropping what has arrived; where nothing went wrong, it costs
/// nothing.
///
/// Dropping the client closes the connection.
///
/// # Examples
///
/// ```no_run
/// use qapi_client::{ConnectOptions, blocking::Agent};
/// use serde_json::json;
///
/// # #[cfg(unix)]
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let mut guest = Agent::connect_unix("/run/vm/qga.sock", &ConnectOptions::new())?;
/// println!("{}", guest.execute_raw("guest-get-host-name", json!({}))?);
/// # Ok(())
/// # }
/// ```
pub struct Agent {
    connection: Connection,
    dialogue: Dialogue,
    command_timeout: Duration,
    close_timeout: Duration,
}

impl Agent {
    /// Connects to the Unix socket at `path`: one of QEMU that leads to the guest, or of an
    /// agent. [Waits](ConnectOptions::retry) for one that is not there yet, and for an agent to
    /// answer.
    ///
    /// # Errors
    ///
    /// When no agent answers within the [connect timeout](ConnectOptions::connect_timeout); see
    /// [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, blocking::Agent};
    ///
    /// let guest = Agent::connect_unix("/run/vm/qga.sock", &ConnectOptions::new())?;
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[cfg(unix)]
    pub fn connect_unix(
        path: impl AsRef<Path>,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        connect::greeted(options, &deadline, || {
            let stream = connect::unix(path.as_ref(), options, &deadline);
            let stream = stream.map_err(agent::unreached)?;
            Self::greet(Box::new(stream), options, deadline.clone())
        })
    }

    /// Connects to `address` over TCP; otherwise like [`connect_unix`](Self::connect_unix).
    ///
    /// # Errors
    ///
    /// When no agent answers within the [connect timeout](ConnectOptions::connect_timeout); see
    /// [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, blocking::Agent};
    ///
    /// let address = ([127, 0, 0, 1], 4445).into();
    /// let guest = Agent::connect_tcp(address, &ConnectOptions::new())?;
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    pub fn connect_tcp(
        address: SocketAddr,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        connect::greeted(options, &deadline, || {
            let stream = connect::tcp(address, options, &deadline);
            let stream = stream.map_err(agent::unreached)?;
            Self::greet(Box::new(stream), options, deadline.clone())
        })
    }

    /// Talks to the agent at the other end of `transport`.
    ///
    /// # Errors
    ///
    /// When no agent answers within the [connect timeout](ConnectOptions::connect_timeout); see
    /// [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::net::TcpStream;
    ///
    /// use qapi_client::{ConnectOptions, blocking::Agent};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let stream = TcpStream::connect("vm7.example.org:4445")?;
    /// let guest = Agent::connect_over(stream, &ConnectOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_over(
        transport: impl Transport + 'static,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        Self::greet(Box::new(transport), options, deadline)
    }

    /// Talks to the agent at the other end of `transport`, as soon as it answers.
    pub(super) fn greet(
        transport: Box<dyn Transport>,
        options: &ConnectOptions,
        mut deadline: Deadline,
    ) -> Result<Self, ConnectError> {
        let mut agent = Agent {
            connection: Connection::new(transport, options.max_message),
            dialogue: Dialogue::new(),
            command_timeout: options.command_timeout,
            close_timeout: options.close_timeout,
        };
        match agent.synchronize(&mut deadline)? {
            true => Ok(agent),
            false => Err(ConnectError::NoAgent {
                timeout: options.connect_timeout,
            }),
        }
    }

    /// Executes a command, and waits for its answer as long as its [`Call`] says, or
    /// [`ConnectOptions::command_timeout`].
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
    /// use std::time::Duration;
    ///
    /// use qapi_client::{Call, ExecuteError, blocking::Agent};
    /// use qapi_protocol::introspection::GuestInfo;
    ///
    /// fn is_alive(guest: &mut Agent) -> bool {
    ///     let call = Call::new(GuestInfo).timeout(Duration::from_secs(1));
    ///     guest.execute(call).is_ok()
    /// }
    /// ```
    pub fn execute<C: Command>(
        &mut self,
        call: impl Into<Call<C>>,
    ) -> Result<C::Response, ExecuteError> {
        const { assert!(C::ANSWERS, "the command does not answer: use `send`") };
        let call = call.into();
        let outgoing = Outgoing::of(&call, self.command_timeout);
        let line = |id| call::line(&call.command, false, id);
        let returned = self.call(&outgoing, &line)?;
        outgoing.read(returned)
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
    /// use qapi_client::{ExecuteError, blocking::Agent};
    /// use serde_json::json;
    ///
    /// fn host_name(guest: &mut Agent) -> Result<String, ExecuteError> {
    ///     Ok(guest.execute_raw("guest-get-host-name", json!({}))?.to_string())
    /// }
    /// ```
    pub fn execute_raw(
        &mut self,
        name: &str,
        arguments: impl Encode,
    ) -> Result<RawValue<'static>, ExecuteError> {
        self.execute(RawCommand::new(name).arguments(arguments))
    }

    /// Sends a command that answers only failure, and waits for nothing: `guest-shutdown`, for
    /// one. Whether it is [disabled](Self::supports) can be asked before.
    ///
    /// Should the agent answer that it failed, the answer is dropped: the next call waits until
    /// the agent has answered [`guest-sync-delimited`](Self::sync). A command that answers success is
    /// for [`execute`](Self::execute); using it here does not compile.
    ///
    /// # Errors
    ///
    /// When the command cannot be sent in time.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, RawCommand, blocking::Agent};
    /// use serde_json::json;
    ///
    /// fn reboot(guest: &mut Agent) -> Result<(), ExecuteError> {
    ///     guest.send(RawCommand::new("guest-shutdown").arguments(json!({"mode": "reboot"})))
    /// }
    /// ```
    pub fn send<C: Command>(&mut self, call: impl Into<Call<C>>) -> Result<(), ExecuteError> {
        const { assert!(C::SILENT, "the command answers: use `execute`") };
        let call = call.into();
        let outgoing = Outgoing::of(&call, self.command_timeout);
        let line = |id| call::line(&call.command, false, id);
        self.begin(&outgoing, &line, &mut Deadline::after(outgoing.timeout))
    }

    /// Asks the agent of which release it is, and which commands it has: `guest-info`.
    ///
    /// It is asked each time: after a reboot it may be another one.
    ///
    /// # Errors
    ///
    /// As for [`execute`](Self::execute).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, blocking::Agent};
    ///
    /// fn describe(guest: &mut Agent) -> Result<(), ExecuteError> {
    ///     let info = guest.info()?;
    ///     println!("agent {}: {} commands", info.version(), info.commands().names().count());
    ///     Ok(())
    /// }
    /// ```
    pub fn info(&mut self) -> Result<GuestAgentInfo, ExecuteError> {
        self.execute(GuestInfo)
    }

    /// Whether the agent has the command `C`, and its administrator has not disabled it.
    ///
    /// The agent is asked each time; to ask for more than one, see [`info`](Self::info).
    ///
    /// # Errors
    ///
    /// As for [`execute`](Self::execute).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, blocking::Agent};
    /// use qapi_protocol::introspection::GuestInfo;
    ///
    /// fn describes_itself(guest: &mut Agent) -> Result<bool, ExecuteError> {
    ///     guest.supports::<GuestInfo>()
    /// }
    /// ```
    pub fn supports<C: QapiCommand>(&mut self) -> Result<bool, ExecuteError> {
        Ok(self.info()?.commands().supports::<C>())
    }

    /// Waits until the agent answers `guest-sync-delimited`, as long as
    /// [`ConnectOptions::command_timeout`] says: then it answers other commands, too.
    ///
    /// This is done by itself where it is needed. It is useful to see whether an agent is alive
    /// without executing anything, after a reboot, for one.
    ///
    /// # Errors
    ///
    /// When the agent does not answer in time: [`ExecuteError::Timeout`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::blocking::Agent;
    ///
    /// fn is_alive(guest: &mut Agent) -> bool {
    ///     guest.sync().is_ok()
    /// }
    /// ```
    pub fn sync(&mut self) -> Result<(), ExecuteError> {
        let timeout = self.command_timeout;
        match self.synchronize(&mut Deadline::after(timeout))? {
            true => Ok(()),
            false => Err(ExecuteError::Timeout {
                command: agent::SYNC.to_owned(),
                timeout,
            }),
        }
    }

    /// Closes the connection, and waits until the other side has closed its end, so that the next
    /// client can connect; but no longer than [`ConnectOptions::close_timeout`] says.
    ///
    /// # Errors
    ///
    /// When the connection had ended before, with the cause, or breaks.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, blocking::Agent};
    ///
    /// # #[cfg(unix)]
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let guest = Agent::connect_unix("/run/vm/qga.sock", &ConnectOptions::new())?;
    /// guest.close()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn close(self) -> Result<(), ConnectionError> {
        self.connection.close(Deadline::after(self.close_timeout))
    }

    /// Sends a command, and waits for its answer.
    fn call(
        &mut self,
        outgoing: &Outgoing<'_>,
        line: &dyn Fn(Option<u64>) -> Vec<u8>,
    ) -> Result<RawValue<'static>, ExecuteError> {
        let _span = outgoing.span().entered();
        let begin = Instant::now();
        let mut deadline = Deadline::after(outgoing.timeout);
        self.begin(outgoing, line, &mut deadline)?;
        loop {
            match self.dialogue.answer(self.connection.messages()).transpose() {
                Some(answer) => return agent::outcome(outgoing.name, begin, answer),
                None if self.connection.receive(&mut deadline)? => {}
                None => return Err(outgoing.late()),
            }
        }
    }

    /// Sends a command as soon as the agent waits for one.
    fn begin(
        &mut self,
        outgoing: &Outgoing<'_>,
        line: &dyn Fn(Option<u64>) -> Vec<u8>,
        deadline: &mut Deadline,
    ) -> Result<(), ExecuteError> {
        outgoing.check()?;
        if !self.dialogue.in_step() && !self.synchronize(deadline)? {
            return Err(outgoing.out_of_step());
        }
        tracing::debug!(command = outgoing.name, "sending");
        let line = self.dialogue.begin(line);
        let whole = line.len();
        let unsent = self.write(line, deadline)?;
        self.dialogue.sent(outgoing, whole, unsent)
    }

    /// Gets in step with the agent; whether that worked in time.
    fn synchronize(&mut self, deadline: &mut Deadline) -> Result<bool, ConnectionError> {
        let request = self.dialogue.begin_sync(self.connection.messages());
        if self.write(request, deadline)? > 0 {
            return Ok(false);
        }
        while !self.dialogue.synchronized(self.connection.messages()) {
            if !self.connection.receive(deadline)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes what there is time for; how many bytes that leaves.
    fn write(&mut self, bytes: Vec<u8>, deadline: &Deadline) -> Result<usize, ConnectionError> {
        let whole = bytes.len();
        Ok(match self.connection.send(bytes, None, deadline)? {
            Sent::Whole => 0,
            Sent::Part => self.connection.forget_rest(),
            Sent::Nothing => whole,
        })
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").finish_non_exhaustive()
    }
}
