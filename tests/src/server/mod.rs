//! Real servers for tests: QEMU, its storage daemon and its guest agent, alive as long as their test.

mod guest;
mod guest_agent;
mod image;
mod process;
mod program;
mod qemu;
mod storage_daemon;

pub use self::guest::Guest;
pub use self::guest_agent::GuestAgent;
pub use self::image::create_image;
pub use self::qemu::Qemu;
pub use self::storage_daemon::StorageDaemon;
