//! A client that waits for its answers.

mod client;
mod connect;
mod connection;
mod transport;

pub use self::client::{Client, Events};
pub use self::transport::Transport;
