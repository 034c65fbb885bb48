//! QEMU's storage daemon.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use qapi_client::{Client, ConnectOptions, blocking};
use rustix::process::Signal;

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
    pub fn connect(&self) -> blocking::Client {
        self.0.connect(&ConnectOptions::new())
    }

    /// As [`connect`](Self::connect), for programs that use tokio.
    ///
    /// # Panics
    ///
    /// As [`connect`](Self::connect).
    pub async fn client(&self) -> Client {
        self.0.client(&ConnectOptions::new()).await
    }

    /// Has it do nothing any longer, as a server that hangs.
    ///
    /// # Panics
    ///
    /// When the system does not let it.
    pub fn freeze(&self) {
        self.0.signal(Signal::STOP);
    }

    /// The socket of its monitor.
    pub fn socket(&self) -> PathBuf {
        self.0.socket()
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
