//! Connections to QEMU.
//!
//! | | |
//! | --- | --- |
//! | [`Client`] | a connection to the monitor of QEMU or of its storage daemon, for programs that use tokio: any number of tasks can use it at once |
//! | [`blocking::Client`] | the same for programs that do without: one command after the other |
//! | [`Agent`], [`blocking::Agent`] | a connection to the guest agent, which runs in a guest and executes commands there |
//!
//! All execute commands of any [`QapiCommand`](qapi_protocol::QapiCommand) type, and clients read events:
//! those of the crate `qapi-types`, or of a schema of your own. [`RawCommand`] and
//! [`UnknownEvent`](qapi_protocol::UnknownEvent) are for what is known at run time only.
//!
//! No call waits without a deadline, and nothing that a server sends grows without a limit:
//! [`ConnectOptions`] names them all, with their defaults. What a command may be nested is limited
//! by the server, and an answer by [`MAX_NESTING`](qapi_protocol::MAX_NESTING).
//!
//! What happens is told through [`tracing`]: names, ids, times and sizes, but no arguments and no
//! answers, which may hold secrets.
//!
//! # Features
//!
//! - `tokio` (default): [`Client`], and all that is not in [`blocking`].
//! - `test-server`: `test_server`, a server for the tests of programs that drive QEMU (on Unix).
//!
//! # Examples
//!
//! ```no_run
//! # #[cfg(all(unix, feature = "tokio"))]
//! # mod example {
//! use qapi_client::{Client, ConnectOptions, RawCommand};
//! use qapi_protocol::UnknownEvent;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let vm = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new()).await?;
//! println!("QEMU {}", vm.greeting().version.qemu);
//!
//! let mut events = vm.events::<UnknownEvent>();
//! vm.execute(RawCommand::new("stop")).await?;
//! println!("{:?}", events.recv().await?.event);
//! # Ok(())
//! # }
//! # }
//! ```

// What is said of the crate holds of the whole of it.
#![cfg_attr(not(feature = "tokio"), allow(rustdoc::broken_intra_doc_links))]

mod agent;
pub mod blocking;
mod call;
#[cfg(feature = "tokio")]
mod client;
mod deadline;
mod descriptor;
mod device;
mod error;
mod events;
mod job;
mod limits;
mod messages;
mod negotiation;
mod options;
mod reach;
mod session;
#[cfg(all(unix, feature = "test-server"))]
pub mod test_server;
mod unsupported;

#[cfg(feature = "tokio")]
pub use self::agent::Agent;
pub use self::call::{Call, Command, RawCommand};
#[cfg(feature = "tokio")]
pub use self::client::{Client, Events, Listener};
pub use self::device::{DeviceError, DeviceProblem};
pub use self::error::{ConnectError, ConnectionError, EventError, ExecuteError, WaitError};
pub use self::job::{Job, JobCanceller, JobError, JobOutcome, JobProgress, JobStatus};
pub use self::limits::{
    DEFAULT_CLOSE_TIMEOUT, DEFAULT_COMMAND_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_EVENT_QUEUE,
    DEFAULT_JOB_INTERVAL, DEFAULT_MAX_MESSAGE, DEFAULT_PENDING_CALLS, MAX_IN_FLIGHT,
};
pub use self::options::ConnectOptions;
pub use self::unsupported::Unsupported;
