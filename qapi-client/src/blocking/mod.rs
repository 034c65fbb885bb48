//! A client that waits for its answers.

mod client;
mod connect;
mod connection;
mod events;
mod listener;
mod transport;

pub use self::client::Client;
pub use self::events::Events;
pub use self::listener::Listener;
pub use self::transport::Transport;
