//! QEMU.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use qapi_client::{Client, ConnectOptions, blocking};
use rustix::process::Signal;

use super::guest::Guest;
use super::process::Process;

const PROGRAM: &str = "qemu-system-x86_64";

/// A virtual machine, without display, network, or any default device.
pub struct Qemu(Process);

impl Qemu {
    /// A machine of no kind: a monitor, and a block layer that works.
    pub fn none() -> Self {
        Self::start("none", None, &[])
    }

    /// A machine of no kind, with its monitor where `monitor` says: the argument of `-qmp`.
    pub fn none_with_monitor(monitor: &str) -> Self {
        Self::start("none", Some(monitor), &[])
    }

    /// A small PC that is stopped before its first instruction, with `arguments` added to the
    /// command line.
    pub fn q35(arguments: &[&str]) -> Self {
        Self::start("q35", None, &[&["-m", "32", "-S"], arguments].concat())
    }

    /// A small PC that is stopped before its first instruction, and then runs `guest`.
    pub fn booting(guest: Guest) -> Self {
        Qemu(Process::start(PROGRAM, |socket| {
            let disk = socket.with_file_name("guest.img");
            guest.write(&disk);
            let disk = format!("if=ide,format=raw,file={}", disk.display());
            // Whose ports are where the guests expect them.
            arguments(socket, "pc", None, &["-m", "32", "-S", "-drive", &disk])
        }))
    }

    fn start(machine: &str, monitor: Option<&str>, more: &[&str]) -> Self {
        Qemu(Process::start(PROGRAM, |socket| {
            arguments(socket, machine, monitor, more)
        }))
    }

    /// A client of its monitor. There can be one at a time.
    ///
    /// # Panics
    ///
    /// When the machine does not start, or does not greet.
    pub fn connect(&self) -> blocking::Client {
        self.connect_with(&ConnectOptions::new())
    }

    /// A client of its monitor, connected as `options` say, but for the time that it has.
    ///
    /// # Panics
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_with(&self, options: &ConnectOptions) -> blocking::Client {
        self.0.connect(options)
    }

    /// As [`connect`](Self::connect), for programs that use tokio.
    ///
    /// # Panics
    ///
    /// As [`connect`](Self::connect).
    pub async fn client(&self) -> Client {
        self.client_with(&ConnectOptions::new()).await
    }

    /// As [`connect_with`](Self::connect_with), for programs that use tokio.
    ///
    /// # Panics
    ///
    /// As [`connect`](Self::connect).
    pub async fn client_with(&self, options: &ConnectOptions) -> Client {
        self.0.client(options).await
    }

    /// Ends it at once, as an accident would.
    ///
    /// # Panics
    ///
    /// When the system does not let it.
    pub fn kill(&self) {
        self.0.signal(Signal::KILL);
    }

    /// Has it do nothing, as if its host were out of breath, until it is [woken](Self::wake).
    ///
    /// # Panics
    ///
    /// When the system does not let it.
    pub fn freeze(&self) {
        self.0.signal(Signal::STOP);
    }

    /// Has it go on after [`freeze`](Self::freeze).
    ///
    /// # Panics
    ///
    /// When the system does not let it.
    pub fn wake(&self) {
        self.0.signal(Signal::CONT);
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

/// The command line of a machine whose monitor is at `socket`, if not where `monitor` says.
fn arguments(socket: &Path, machine: &str, monitor: Option<&str>, more: &[&str]) -> Vec<String> {
    let socket = format!("unix:{},server=on,wait=off", socket.display());
    let fixed = [
        "-accel",
        "tcg",
        "-display",
        "none",
        "-nodefaults",
        "-no-user-config",
    ];
    ["-machine", machine, "-qmp", monitor.unwrap_or(&socket)]
        .iter()
        .chain(&fixed)
        .chain(more)
        .map(|argument| (*argument).to_owned())
        .collect()
}
