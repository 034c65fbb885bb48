//! What can go wrong.

mod connect;
mod connection;
mod event;
mod execute;
mod wait;

pub use self::connect::ConnectError;
pub use self::connection::ConnectionError;
pub use self::event::EventError;
pub use self::execute::ExecuteError;
pub use self::wait::WaitError;
