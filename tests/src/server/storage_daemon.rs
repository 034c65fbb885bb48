//! QEMU's storage daemon.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use qapi_client::ConnectOptions;
use qapi_client::blocking::Client;

use super::process::Process;

/// A storage daemon that serves nothing yet.
pub struct StorageDaemon(Process);

impl StorageDaemon {
    /// Starts one.
    pub fn start() -> Self {
        StorageDaemon(Process::start("qemu-storage-daemon", |socket| {
            let chardev = format!(
                "socket,id=monitor,path={},server=on,wait=off",
                socket.display()
            );
            ["--chardev", &chardev, "--monitor", "chardev=monitor"]
                .map(str::to_owned)
                .to_vec()
        }))
    }

    /// A client of its monitor. There can be one at a time.
    ///
    /// # Panics
    ///
    /// When the daemon does not start, or does not greet.
    pub fn connect(&mut self) -> Client {
        self.0.connect(&ConnectOptions::new())
    }

    /// A folder for the files of the daemon, removed with it.
    pub fn folder(&self) -> &Path {
        self.0.folder()
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    ///
    /// When it has not after `timeout`.
    pub fn wait(&mut self, timeout: Duration) -> ExitStatus {
        self.0.wait(timeout)
    }
}
