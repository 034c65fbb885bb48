//! A client that waits for its answers, and needs neither tokio nor threads.
//!
//! What the crate has at its root does the same for programs that use tokio.

mod agent;
mod client;
mod connect;
mod connection;
mod device;
mod events;
mod job;
mod listener;
#[cfg(unix)]
mod pair;
mod transport;

pub use self::agent::Agent;
pub use self::client::Client;
pub use self::connect::reach_tcp;
#[cfg(unix)]
pub use self::connect::reach_unix;
pub use self::events::Events;
pub use self::listener::Listener;
#[cfg(unix)]
pub use self::pair::Pair;
pub use self::transport::Transport;
