//! Real servers for tests: QEMU and its storage daemon, alive as long as their test.

mod image;
mod process;
mod program;
mod qemu;
mod storage_daemon;

pub use self::image::create_image;
pub use self::qemu::Qemu;
pub use self::storage_daemon::StorageDaemon;
