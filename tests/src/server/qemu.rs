//! QEMU.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use qapi_client::ConnectOptions;
use qapi_client::blocking::Client;

use super::process::Process;

/// A virtual machine, without display, network, or any default device.
pub struct Qemu(Process);

impl Qemu {
    /// A machine of no kind: a monitor, and a block layer that works.
    pub fn none() -> Self {
        Self::start("none", &[])
    }

    /// A small PC that is stopped before its first instruction, with `arguments` added to the
    /// command line.
    pub fn q35(arguments: &[&str]) -> Self {
        Self::start("q35", &[&["-m", "32", "-S"], arguments].concat())
    }

    fn start(machine: &str, arguments: &[&str]) -> Self {
        Qemu(Process::start("qemu-system-x86_64", |socket| {
            let monitor = format!("unix:{},server=on,wait=off", socket.display());
            let fixed = [
                "-accel",
                "tcg",
                "-display",
                "none",
                "-nodefaults",
                "-no-user-config",
            ];
            ["-machine", machine, "-qmp", &monitor]
                .iter()
                .chain(&fixed)
                .chain(arguments)
                .map(|argument| (*argument).to_owned())
                .collect()
        }))
    }

    /// A client of its monitor. There can be one at a time.
    ///
    /// # Panics
    ///
    /// When the machine does not start, or does not greet.
    pub fn connect(&mut self) -> Client {
        self.connect_with(&ConnectOptions::new())
    }

    /// A client of its monitor, connected as `options` say.
    ///
    /// # Panics
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_with(&mut self, options: &ConnectOptions) -> Client {
        self.0.connect(options)
    }

    /// The socket of its monitor.
    pub fn socket(&self) -> impl AsRef<Path> {
        self.0.socket()
    }

    /// A folder for the files of the machine, removed with it.
    pub fn folder(&self) -> &Path {
        self.0.folder()
    }

    /// Its process, as the system numbers it.
    pub fn id(&self) -> u32 {
        self.0.id()
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
