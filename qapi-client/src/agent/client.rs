//! The client of a guest agent for programs that use tokio.

use std::fmt;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::sync::Arc;

use qapi_protocol::codec::Encode;
use qapi_protocol::introspection::{GuestAgentInfo, GuestInfo};
use qapi_protocol::{QapiCommand, RawValue};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Mutex, MutexGuard, Semaphore, SemaphorePermit, TryAcquireError};
use tokio::time::timeout;
use tracing::Instrument as _;

use super::connection::Connection;
use super::{Outgoing, SYNC, unreached};
use crate::client::connect;
use crate::deadline::Deadline;
use crate::{
    Call, Command, ConnectError, ConnectOptions, ConnectionError, ExecuteError, RawCommand, call,
};

/// A connection to QEMU's guest agent, which runs in a guest and executes commands there, for
/// programs that use tokio.
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
/// Clones share the connection, and any number of tasks can use it at once, as they can a
/// [`Client`](crate::Client). But an agent executes one command at a time, and so their calls wait
/// for each other, each within its deadline, in the order in which they came. Nothing runs between
/// calls: there is no task, as there is nothing to listen for. So that the end of the connection is
/// seen by the next call.
///
/// Dropping the last clone closes the connection. Dropping the future of a call gives the call up,
/// and the connection can be used on: what was not sent never is, and a late answer is dropped.
///
/// # Examples
///
/// ```no_run
/// use qapi_client::{Agent, ConnectOptions};
/// use serde_json::json;
///
/// # #[cfg(unix)]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let guest = Agent::connect_unix("/run/vm/qga.sock", &ConnectOptions::new()).await?;
/// println!("{}", guest.execute_raw("guest-get-host-name", json!({})).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Agent(Arc<Shared>);

struct Shared {
    connection: Mutex<Connection>,
    /// The calls that may wait.
    calls: Semaphore,
    max_calls: usize,
    options: ConnectOptions,
}

/// The right to talk to the agent, which is in step.
struct Turn<'a> {
    connection: MutexGuard<'a, Connection>,
    _call: SemaphorePermit<'a>,
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
    /// use qapi_client::{Agent, ConnectOptions};
    ///
    /// # async fn example() -> Result<(), qapi_client::ConnectError> {
    /// let guest = Agent::connect_unix("/run/vm/qga.sock", &ConnectOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(unix)]
    pub async fn connect_unix(
        path: impl AsRef<Path>,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let (path, deadline) = (path.as_ref(), &Deadline::after(options.connect_timeout));
        connect::greeted(options, deadline, || async move {
            let stream = connect::unix(path, options, deadline).await;
            let (reader, writer) = stream.map_err(unreached)?.into_split();
            let (reader, writer) = (Box::new(reader), Box::new(writer));
            Self::greet(reader, writer, options, deadline.clone()).await
        })
        .await
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
    /// use qapi_client::{Agent, ConnectOptions};
    ///
    /// # async fn example() -> Result<(), qapi_client::ConnectError> {
    /// let address = ([127, 0, 0, 1], 4445).into();
    /// let guest = Agent::connect_tcp(address, &ConnectOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_tcp(
        address: SocketAddr,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = &Deadline::after(options.connect_timeout);
        connect::greeted(options, deadline, || async move {
            let stream = connect::tcp(address, options, deadline).await;
            let (reader, writer) = stream.map_err(unreached)?.into_split();
            let (reader, writer) = (Box::new(reader), Box::new(writer));
            Self::greet(reader, writer, options, deadline.clone()).await
        })
        .await
    }

    /// Talks to the agent behind `reader` and `writer`: over vsock, TLS, or anything else.
    ///
    /// What is one stream becomes two by [`tokio::io::split`].
    ///
    /// # Errors
    ///
    /// When no agent answers within the [connect timeout](ConnectOptions::connect_timeout); see
    /// [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{Agent, ConnectOptions};
    /// use tokio::net::TcpStream;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let (reader, writer) = TcpStream::connect("vm7.example.org:4445").await?.into_split();
    /// let guest = Agent::connect_over(reader, writer, &ConnectOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_over(
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        Self::greet(Box::new(reader), Box::new(writer), options, deadline).await
    }

    /// Talks to the agent behind `reader` and `writer`, as soon as it answers.
    pub(crate) async fn greet(
        reader: Box<dyn AsyncRead + Send + Unpin>,
        writer: Box<dyn AsyncWrite + Send + Unpin>,
        options: &ConnectOptions,
        mut deadline: Deadline,
    ) -> Result<Self, ConnectError> {
        let mut connection = Connection::new(reader, writer, options);
        if !connection.synchronize(&mut deadline).await? {
            let timeout = options.connect_timeout;
            return Err(ConnectError::NoAgent { timeout });
        }
        let max_calls = options.pending_calls.clamp(1, Semaphore::MAX_PERMITS);
        Ok(Agent(Arc::new(Shared {
            connection: Mutex::new(connection),
            calls: Semaphore::new(max_calls),
            max_calls,
            options: options.clone(),
        })))
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
    /// use qapi_client::{Agent, Call, ExecuteError};
    /// use qapi_protocol::introspection::GuestInfo;
    ///
    /// async fn is_alive(guest: &Agent) -> bool {
    ///     let call = Call::new(GuestInfo).timeout(Duration::from_secs(1));
    ///     guest.execute(call).await.is_ok()
    /// }
    /// ```
    pub async fn execute<C: Command>(
        &self,
        call: impl Into<Call<C>>,
    ) -> Result<C::Response, ExecuteError> {
        const { assert!(C::ANSWERS, "the command does not answer: use `send`") };
        let call = call.into();
        let outgoing = Outgoing::of(&call, self.0.options.command_timeout);
        let mut deadline = Deadline::after(outgoing.timeout);
        let mut turn = self.turn(&outgoing, &mut deadline).await?;
        let line = turn
            .connection
            .dialogue
            .begin(&|id| call::line(&call.command, false, id));
        let answer = turn.connection.exchange(&outgoing, &line, deadline);
        let returned = answer.instrument(outgoing.span()).await?;
        // What it is to be read as is nobody else's concern.
        drop(turn);
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
    /// use qapi_client::{Agent, ExecuteError};
    /// use serde_json::json;
    ///
    /// async fn host_name(guest: &Agent) -> Result<String, ExecuteError> {
    ///     Ok(guest.execute_raw("guest-get-host-name", json!({})).await?.to_string())
    /// }
    /// ```
    pub async fn execute_raw(
        &self,
        name: &str,
        arguments: impl Encode,
    ) -> Result<RawValue<'static>, ExecuteError> {
        self.execute(RawCommand::new(name).arguments(arguments))
            .await
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
    /// use qapi_client::{Agent, ExecuteError, RawCommand};
    /// use serde_json::json;
    ///
    /// async fn reboot(guest: &Agent) -> Result<(), ExecuteError> {
    ///     guest.send(RawCommand::new("guest-shutdown").arguments(json!({"mode": "reboot"}))).await
    /// }
    /// ```
    pub async fn send<C: Command>(&self, call: impl Into<Call<C>>) -> Result<(), ExecuteError> {
        const { assert!(C::SILENT, "the command answers: use `execute`") };
        let call = call.into();
        let outgoing = Outgoing::of(&call, self.0.options.command_timeout);
        let mut deadline = Deadline::after(outgoing.timeout);
        let mut turn = self.turn(&outgoing, &mut deadline).await?;
        let line = turn
            .connection
            .dialogue
            .begin(&|id| call::line(&call.command, false, id));
        turn.connection.send(&outgoing, &line, &deadline).await
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
    /// use qapi_client::{Agent, ExecuteError};
    ///
    /// async fn describe(guest: &Agent) -> Result<(), ExecuteError> {
    ///     let info = guest.info().await?;
    ///     println!("agent {}: {} commands", info.version(), info.commands().names().count());
    ///     Ok(())
    /// }
    /// ```
    pub async fn info(&self) -> Result<GuestAgentInfo, ExecuteError> {
        self.execute(GuestInfo).await
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
    /// use qapi_client::{Agent, ExecuteError};
    /// use qapi_protocol::introspection::GuestInfo;
    ///
    /// async fn describes_itself(guest: &Agent) -> Result<bool, ExecuteError> {
    ///     guest.supports::<GuestInfo>().await
    /// }
    /// ```
    pub async fn supports<C: QapiCommand>(&self) -> Result<bool, ExecuteError> {
        Ok(self.info().await?.commands().supports::<C>())
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
    /// use qapi_client::Agent;
    ///
    /// async fn is_alive(guest: &Agent) -> bool {
    ///     guest.sync().await.is_ok()
    /// }
    /// ```
    pub async fn sync(&self) -> Result<(), ExecuteError> {
        let timeout = self.0.options.command_timeout;
        let outgoing = Outgoing {
            name: SYNC,
            timeout,
            descriptor: false,
        };
        let mut deadline = Deadline::after(timeout);
        let mut turn = self.wait(&outgoing, &deadline).await?;
        match turn.connection.synchronize(&mut deadline).await? {
            true => Ok(()),
            false => Err(outgoing.late()),
        }
    }

    /// Waits until the calls of all clones are done, takes no more of them, closes the connection,
    /// and waits until the other side has closed its end, so that the next client can connect; for
    /// that no longer than [`ConnectOptions::close_timeout`] says.
    ///
    /// # Errors
    ///
    /// When the connection had ended before, with the cause, or breaks.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{Agent, ConnectOptions};
    ///
    /// # #[cfg(unix)]
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let guest = Agent::connect_unix("/run/vm/qga.sock", &ConnectOptions::new()).await?;
    /// guest.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(self) -> Result<(), ConnectionError> {
        let mut connection = self.0.connection.lock().await;
        self.0.calls.close();
        let deadline = Deadline::after(self.0.options.close_timeout);
        connection.close(deadline).await
    }

    /// Waits until nobody else talks to the agent.
    async fn wait(
        &self,
        outgoing: &Outgoing<'_>,
        deadline: &Deadline,
    ) -> Result<Turn<'_>, ExecuteError> {
        let call = match self.0.calls.try_acquire() {
            Ok(call) => call,
            Err(TryAcquireError::Closed) => return Err(ConnectionError::ClosedHere.into()),
            Err(TryAcquireError::NoPermits) => {
                return Err(ExecuteError::TooManyCalls {
                    command: outgoing.name.to_owned(),
                    limit: self.0.max_calls,
                });
            }
        };
        match timeout(deadline.remaining(), self.0.connection.lock()).await {
            Ok(connection) => Ok(Turn {
                connection,
                _call: call,
            }),
            Err(_) => Err(outgoing.not_sent()),
        }
    }

    /// Waits until nobody else talks to the agent, and it is in step.
    async fn turn(
        &self,
        outgoing: &Outgoing<'_>,
        deadline: &mut Deadline,
    ) -> Result<Turn<'_>, ExecuteError> {
        outgoing.check()?;
        let mut turn = self.wait(outgoing, deadline).await?;
        turn.connection.check()?;
        if !turn.connection.dialogue.in_step() && !turn.connection.synchronize(deadline).await? {
            return Err(outgoing.out_of_step());
        }
        Ok(turn)
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent").finish_non_exhaustive()
    }
}
