//! Connections to QEMU.
//!
//! A [`blocking::Client`] connects to the monitor of QEMU or of its storage daemon, executes
//! commands of any [`QapiCommand`](qapi_protocol::QapiCommand) type, and collects events.
//!
//! No call waits without a deadline, and nothing that a server sends grows without a limit:
//! [`ConnectOptions`] names them all, with their defaults.

pub mod blocking;
mod deadline;
mod error;
mod events;
mod messages;
mod negotiation;
mod options;
mod session;

pub use self::error::{ConnectError, ConnectionError, EventError, ExecuteError};
pub use self::options::{
    ConnectOptions, DEFAULT_COMMAND_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_EVENT_QUEUE,
    DEFAULT_MAX_MESSAGE,
};
