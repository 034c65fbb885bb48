//! The client for programs that use tokio.

pub(crate) mod connect;
mod device;
mod events;
mod job;
mod listener;
mod shared;
mod task;
mod transport;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use qapi_protocol::codec::Encode;
use qapi_protocol::introspection::{CommandList, QueryCommands};
use qapi_protocol::{
    Capability, EventMessage, EventSet, Greeting, QapiCommand, QapiEvent, RawEvent, RawValue,
    VersionRange,
};
use tokio::sync::OnceCell;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

pub use self::events::Events;
pub use self::listener::Listener;
use self::shared::{Answer, Outcome, Pending, Shared};
use crate::events::{SharedEvent, decode, decode_one};
use crate::{
    Call, Command, ConnectOptions, ConnectionError, EventError, ExecuteError, RawCommand,
    WaitError, call,
};

/// A connection to a monitor of QEMU or of its storage daemon, for programs that use tokio.
///
/// Clones share the connection, and any number of tasks can use it at once: answers are matched
/// by their ids, and [`MAX_IN_FLIGHT`](crate::MAX_IN_FLIGHT) commands are with the server at a
/// time, the others wait for their turn. A task of its own reads and writes; it is started on the
/// runtime that the connection was made on, which needs its clock and its I/O
/// (`enable_all`).
///
/// Dropping the last clone closes the connection, as soon as the runtime gets to it; to wait for
/// that, [`close`](Self::close) it. Dropping the future of a call gives the call up:
/// what is not being sent never is, a late answer is dropped, and the connection can be used on.
///
/// # Panics
///
/// As all that waits for a time in tokio, calls panic outside of a runtime that has a clock.
///
/// # Examples
///
/// ```no_run
/// use qapi_client::{Client, ConnectOptions};
/// use serde_json::json;
///
/// # #[cfg(unix)]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let vm = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new()).await?;
/// println!("{}", vm.execute_raw("query-status", json!({})).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Handle>);

/// What closes the connection when it is dropped.
struct Handle {
    shared: Arc<Shared>,
    task: AbortHandle,
    greeting: Greeting,
    /// The commands that the server says it has, once it was asked.
    commands: OnceCell<CommandList>,
    options: ConnectOptions,
}

impl Handle {
    fn end(&self) {
        self.shared.end(ConnectionError::ClosedHere);
        self.task.abort();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends the connection when it is dropped.
struct EndOnDrop<'h>(&'h Handle);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The point in time `timeout` from now.
fn deadline(timeout: Duration) -> Instant {
    /// What a timeout is cut down to that lies beyond the clock's range.
    const FAR_FUTURE: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

    Instant::now() + timeout.min(FAR_FUTURE)
}

impl Client {
    /// What the server said first.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Client;
    ///
    /// fn announce(vm: &Client) {
    ///     println!("QEMU {}", vm.greeting().version.qemu);
    /// }
    /// ```
    pub fn greeting(&self) -> &Greeting {
        &self.0.greeting
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
    /// use qapi_client::{Client, ExecuteError};
    /// use qapi_protocol::introspection::QueryQmpSchema;
    ///
    /// async fn describes_itself(vm: &Client) -> Result<bool, ExecuteError> {
    ///     vm.supports::<QueryQmpSchema>().await
    /// }
    /// ```
    pub async fn supports<C: QapiCommand>(&self) -> Result<bool, ExecuteError> {
        let ask = || self.execute(QueryCommands);
        let commands = self.0.commands.get_or_try_init(ask).await?;
        Ok(commands.supports::<C>())
    }

    /// Executes a command, and waits for its answer as long as its [`Call`] says, or
    /// [`ConnectOptions::command_timeout`]: from now on, its turn included.
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
    /// use qapi_client::{Client, ExecuteError, RawCommand};
    ///
    /// async fn stop(vm: &Client) {
    ///     match vm.execute(RawCommand::new("stop")).await {
    ///         Ok(_) => println!("stopped"),
    ///         Err(ExecuteError::Qemu { error, .. }) => println!("QEMU refuses: {}", error.desc),
    ///         Err(error) => println!("nobody knows: {error}"),
    ///     }
    /// }
    /// ```
    pub async fn execute<C: Command>(
        &self,
        call: impl Into<Call<C>>,
    ) -> Result<C::Response, ExecuteError> {
        const { assert!(C::ANSWERS, "the command does not answer: use `send`") };
        self.0.shared.subscribers.forget_early();
        self.run(call.into(), false).await
    }

    /// Executes a command out of band: at once, also when the server has not finished the
    /// commands before it.
    ///
    /// The connection has to be made with the capability
    /// [`Oob`](ConnectOptions::capability). A command whose schema does not allow it
    /// does not compile here:
    ///
    /// ```compile_fail
    /// use qapi_client::{Client, ConnectOptions};
    /// use qapi_protocol::introspection::QueryQmpSchema;
    ///
    /// #[tokio::main]
    /// async fn main() {
    ///     let vm = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new()).await.unwrap();
    ///     vm.execute_oob(QueryQmpSchema).await.unwrap();
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
    /// use qapi_client::{Client, ExecuteError, RawCommand};
    /// use serde_json::json;
    ///
    /// /// Has the machine let go of a storage server that does not answer.
    /// async fn let_go(vm: &Client) -> Result<(), ExecuteError> {
    ///     let instances = json!([{"type": "block-node", "node-name": "nbd0"}]);
    ///     let yank = RawCommand::new("yank").arguments(json!({"instances": instances}));
    ///     vm.execute_oob(yank).await?;
    ///     Ok(())
    /// }
    /// ```
    pub async fn execute_oob<C: Command>(
        &self,
        call: impl Into<Call<C>>,
    ) -> Result<C::Response, ExecuteError> {
        const { assert!(C::OUT_OF_BAND, "the schema does not allow it out of band") };
        const { assert!(C::ANSWERS, "the command does not answer: use `send`") };
        self.0.shared.subscribers.forget_early();
        self.run(call.into(), true).await
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
    /// use qapi_client::{Client, ExecuteError};
    /// use serde_json::json;
    ///
    /// async fn registers(vm: &Client) -> Result<String, ExecuteError> {
    ///     let line = json!({"command-line": "info registers"});
    ///     let answer = vm.execute_raw("human-monitor-command", line).await?;
    ///     Ok(answer.decode().unwrap_or_default())
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

    /// Sends a command that answers only failure, and waits until it was written.
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
    /// use qapi_client::{Client, ExecuteError, RawCommand};
    ///
    /// /// Ends a QEMU, whether it still has the time to answer or not.
    /// async fn end(vm: &Client) -> Result<(), ExecuteError> {
    ///     vm.send(RawCommand::new("quit")).await
    /// }
    /// ```
    pub async fn send<C: Command>(&self, call: impl Into<Call<C>>) -> Result<(), ExecuteError> {
        const { assert!(C::SILENT, "the command answers: use `execute`") };
        let Call {
            command,
            timeout,
            descriptor,
        } = call.into();
        let timeout = timeout.unwrap_or(self.0.options.command_timeout);
        let deadline = deadline(timeout);
        let shared = &self.0.shared;
        shared.subscribers.forget_early();
        let time = (deadline, timeout);
        let turn = shared
            .turn(command.name(), false, descriptor.is_some(), time)
            .await?;
        let message = call::line(&command, false, None);
        let written = shared.submit_unanswered(turn, C::ANSWERS, descriptor, message)?;
        tracing::debug!(command = command.name(), id = written.id, "sending");
        let command = || command.name().to_owned();
        match written.wait(deadline).await? {
            Outcome::Done(()) => Ok(()),
            Outcome::NotSent => Err(ExecuteError::NotSent {
                command: command(),
                timeout,
            }),
            Outcome::Late => Err(ExecuteError::Timeout {
                command: command(),
                timeout,
            }),
        }
    }

    /// All events [from now on](Events), each read as one of `E`: the `Event` of a generated schema, or
    /// [`UnknownEvent`](qapi_protocol::UnknownEvent) for all as they came.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Client, EventError};
    /// use qapi_protocol::UnknownEvent;
    ///
    /// async fn report(vm: &Client) -> Result<(), EventError> {
    ///     let mut events = vm.events::<UnknownEvent>();
    ///     loop {
    ///         println!("{:?}", events.recv().await?.event);
    ///     }
    /// }
    /// ```
    pub fn events<E: EventSet>(&self) -> Events<EventMessage<E>> {
        self.subscribe(None, decode)
    }

    /// All events `E` [from now on](Events). Others take no room in the queue.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Client, EventError};
    ///
    /// # use qapi_protocol::{QapiEvent, members};
    /// # struct BlockJobReady { device: String }
    /// # members!(BlockJobReady { "device" => device, });
    /// # impl QapiEvent for BlockJobReady {
    /// #     const NAME: &'static str = "BLOCK_JOB_READY";
    /// # }
    /// async fn report(vm: &Client) -> Result<(), EventError> {
    ///     let mut ready = vm.events_of::<BlockJobReady>();
    ///     println!("{} is ready", ready.recv().await?.event.device);
    ///     Ok(())
    /// }
    /// ```
    pub fn events_of<E: QapiEvent>(&self) -> Events<EventMessage<E>> {
        self.subscribe(Some(const { &[E::NAME] }), decode_one)
    }

    /// All events [from now on](Events), their data as they came.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Client, EventError};
    ///
    /// async fn record(vm: &Client) -> Result<(), EventError> {
    ///     let mut events = vm.raw_events();
    ///     loop {
    ///         println!("{}", qapi_protocol::encode(&events.recv().await?));
    ///     }
    /// }
    /// ```
    pub fn raw_events(&self) -> Events<RawEvent<'static>> {
        self.subscribe(None, |event| Ok(Arc::unwrap_or_clone(event)))
    }

    fn subscribe<T>(
        &self,
        names: Option<&'static [&'static str]>,
        decode: fn(SharedEvent) -> Result<T, EventError>,
    ) -> Events<T> {
        Events::new(&self.0.shared, &self.0.options, names, decode)
    }

    /// Executes a command, and waits for an event that comes of it, at most `timeout` from when
    /// the command was answered: the first event `E` since this was called that `wanted` says yes
    /// to. An event that comes before the answer is not missed.
    ///
    /// # Errors
    ///
    /// When the command or its event does not come about; see [`WaitError`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{Client, RawCommand, WaitError};
    /// use serde_json::json;
    ///
    /// # use qapi_protocol::{QapiEvent, members};
    /// # struct DeviceDeleted { device: Option<String> }
    /// # members!(DeviceDeleted { ? "device" => device, });
    /// # impl QapiEvent for DeviceDeleted {
    /// #     const NAME: &'static str = "DEVICE_DELETED";
    /// # }
    /// async fn unplug(vm: &Client, id: &str) -> Result<(), WaitError> {
    ///     // `device_del` only asks the guest: the event tells when the device is gone.
    ///     let ask = RawCommand::new("device_del").arguments(json!({"id": id}));
    ///     let minute = Duration::from_secs(60);
    ///     vm.execute_and_wait(ask, minute, |gone: &DeviceDeleted| {
    ///         gone.device.as_deref() == Some(id)
    ///     })
    ///     .await?;
    ///     Ok(())
    /// }
    /// ```
    pub async fn execute_and_wait<C: Command, E: QapiEvent>(
        &self,
        call: impl Into<Call<C>>,
        timeout: Duration,
        mut wanted: impl FnMut(&E) -> bool,
    ) -> Result<(C::Response, EventMessage<E>), WaitError> {
        self.0.shared.subscribers.forget_early();
        let mut events = self.events_of::<E>();
        let response = self.execute(call).await?;
        let event = events.wait_for(timeout, |event| wanted(&event.event));
        Ok((response, event.await?))
    }

    /// Whether the connection has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Client;
    ///
    /// fn is_of_use(vm: &Client) -> bool {
    ///     !vm.is_closed()
    /// }
    /// ```
    pub fn is_closed(&self) -> bool {
        self.0.shared.has_ended()
    }

    /// Waits for the end of the connection; its cause.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Client;
    ///
    /// async fn watch(vm: &Client) {
    ///     println!("the machine is gone: {}", vm.closed().await);
    /// }
    /// ```
    pub async fn closed(&self) -> ConnectionError {
        self.silent().end().await
    }

    /// Hears of the end of the connection only.
    fn silent(&self) -> Events<RawEvent<'static>> {
        self.subscribe(Some(&[]), |event| Ok(Arc::unwrap_or_clone(event)))
    }

    /// Waits until the calls of all clones are done, takes no more of them, closes the connection,
    /// and waits until the server has closed its end, so that the next client can connect; for
    /// that no longer than [`ConnectOptions::close_timeout`] says.
    ///
    /// # Errors
    ///
    /// When the connection had ended before, or breaks, with the cause.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{Client, ConnectOptions};
    ///
    /// # #[cfg(unix)]
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let vm = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new()).await?;
    /// vm.close().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn close(self) -> Result<(), ConnectionError> {
        let end = self.silent().end();
        let finished = self.0.shared.finish().await;
        // Now there is no way back, also if this is dropped.
        let _end = EndOnDrop(&self.0);
        let cause = match finished {
            Ok(()) => timeout(self.0.options.close_timeout, end).await,
            Err(cause) => Ok(cause),
        };
        match cause {
            Ok(ConnectionError::ClosedHere) | Err(_) => Ok(()),
            Ok(cause) => Err(cause),
        }
    }

    async fn run<C: Command>(&self, call: Call<C>, oob: bool) -> Result<C::Response, ExecuteError> {
        let Call {
            command,
            timeout,
            descriptor,
        } = call;
        let Handle {
            shared, options, ..
        } = &*self.0;
        let timeout = timeout.unwrap_or(options.command_timeout);
        let deadline = deadline(timeout);
        let name = command.name();
        if oob && !options.capabilities.contains(&Capability::Oob) {
            let command = name.to_owned();
            return Err(ExecuteError::OobDisabled { command });
        }
        let time = (deadline, timeout);
        let turn = shared.turn(name, oob, descriptor.is_some(), time).await?;
        let message = call::line(&command, oob, None);
        let pending = shared.submit(turn, oob, descriptor, message)?;
        // Arguments and answers may hold secrets, and are never logged.
        let span = tracing::debug_span!("execute", command = name, id = pending.id, oob);
        let returned = self
            .answer(pending, name, C::VERSIONS, time)
            .instrument(span)
            .await?;
        match returned.decode() {
            Ok(response) => Ok(response),
            Err(error) => {
                tracing::debug!(command = name, path = error.path, "answer unreadable");
                Err(ExecuteError::unreadable(name, error, returned))
            }
        }
    }

    /// Waits for the answer to the command `name` of the releases `versions`.
    async fn answer(
        &self,
        pending: Pending<'_, Answer>,
        name: &str,
        versions: VersionRange,
        (deadline, timeout): (Instant, Duration),
    ) -> Result<RawValue<'static>, ExecuteError> {
        let begin = Instant::now();
        let outcome = pending.wait(deadline).await?;
        let elapsed = begin.elapsed();
        let command = || name.to_owned();
        match outcome {
            Outcome::Done(Ok(returned)) => {
                tracing::debug!(?elapsed, bytes = returned.get().len(), "done");
                Ok(returned)
            }
            Outcome::Done(Err(error)) => {
                tracing::debug!(?elapsed, class = %error.class, "failed");
                let version = self.0.greeting.version.qemu;
                Err(ExecuteError::refused(name, error, version, versions))
            }
            Outcome::Late => {
                tracing::debug!(?elapsed, "not answered");
                Err(ExecuteError::Timeout {
                    command: command(),
                    timeout,
                })
            }
            Outcome::NotSent => {
                tracing::debug!(?elapsed, "not sent");
                Err(ExecuteError::NotSent {
                    command: command(),
                    timeout,
                })
            }
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("greeting", &self.0.greeting)
            .finish_non_exhaustive()
    }
}
