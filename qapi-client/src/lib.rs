//! Connections to QEMU.
//!
//! A [`blocking::Client`] connects to the monitor of QEMU or of its storage daemon, executes
//! commands of any [`QapiCommand`](qapi_protocol::QapiCommand) type, and collects events.
//!
//! No call waits without a deadline, and nothing that a server sends grows without a limit:
//! [`ConnectOptions`] names them all, with their defaults.
//!
//! # Examples
//!
//! Commands and events are those of the crate `qapi-types`, or of a schema of your own.
//!
//! ```no_run
//! use qapi_client::{ConnectOptions, blocking::Client};
//!
//! # use qapi_protocol::{Empty, QapiCommand};
//! # struct Stop {}
//! # impl Stop {
//! #     fn new() -> Self {
//! #         Stop {}
//! #     }
//! # }
//! # qapi_protocol::members!(Stop {});
//! # impl QapiCommand for Stop {
//! #     type Response = Empty;
//! #     const NAME: &'static str = "stop";
//! # }
//! # use qapi_protocol::{DecodeError, EventSet, RawValue};
//! # #[derive(Debug)]
//! # enum Event {
//! #     Shutdown,
//! #     Unknown,
//! # }
//! # impl EventSet for Event {
//! #     const NAMES: &'static [&'static str] = &["SHUTDOWN"];
//! #     fn decode(name: &str, _: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
//! #         Ok(match name {
//! #             "SHUTDOWN" => Event::Shutdown,
//! #             _ => Event::Unknown,
//! #         })
//! #     }
//! # }
//! # #[cfg(unix)]
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let mut client = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new())?;
//! println!("QEMU {}", client.greeting().version.qemu);
//!
//! client.execute(Stop::new())?;
//! for event in client.events::<Event>() {
//!     println!("{:?}", event?.event);
//! }
//! # Ok(())
//! # }
//! ```

pub mod blocking;
mod call;
mod deadline;
mod descriptor;
mod error;
mod events;
mod messages;
mod negotiation;
mod options;
mod reach;
mod session;
mod unsupported;

pub use self::call::{Call, Command, RawCommand};
pub use self::error::{ConnectError, ConnectionError, EventError, ExecuteError, WaitError};
pub use self::options::{
    ConnectOptions, DEFAULT_CLOSE_TIMEOUT, DEFAULT_COMMAND_TIMEOUT, DEFAULT_CONNECT_TIMEOUT,
    DEFAULT_EVENT_QUEUE, DEFAULT_MAX_MESSAGE, DEFAULT_PENDING_CALLS, MAX_IN_FLIGHT,
};
pub use self::unsupported::Unsupported;
