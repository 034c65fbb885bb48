//! A server's process, its socket, and its end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use qapi_client::{Client, ConnectOptions, blocking};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::program;

/// How long a server may take to start and to greet.
const START: Duration = Duration::from_secs(30);

/// A server with a monitor on a Unix socket in a folder of its own.
///
/// It is killed when the value is dropped, also by a test that fails, which then shows what
/// the server wrote on its standard error.
pub(super) struct Process {
    child: Child,
    folder: TempDir,
    name: String,
}

impl Process {
    /// Starts `program` with the arguments that `arguments` gives for the path of its
    /// monitor's socket.
    pub(super) fn start(program: &str, arguments: impl FnOnce(&Path) -> Vec<String>) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("qapi-test-")
            .tempdir()
            .expect("a temporary folder");
        let stderr = File::create(folder.path().join("stderr")).expect("a file for stderr");
        let mut command = Command::new(program);
        command
            .args(arguments(&folder.path().join("monitor.sock")))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr);
        Process {
            child: program::spawn(&mut command),
            folder,
            name: program.to_owned(),
        }
    }

    /// The folder that the server runs in, which is removed with it.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The socket of the monitor.
    pub(super) fn socket(&self) -> PathBuf {
        self.folder.path().join("monitor.sock")
    }

    /// Connects to the monitor, as soon as the server has made it.
    pub(super) fn connect(&self, options: &ConnectOptions) -> blocking::Client {
        let options = options.clone().connect_timeout(START);
        match blocking::Client::connect_unix(self.socket(), &options) {
            Ok(client) => client,
            Err(error) => panic!("cannot connect to {}: {error:?}", self.name),
        }
    }

    /// As [`connect`](Self::connect), for programs that use tokio.
    pub(super) async fn client(&self, options: &ConnectOptions) -> Client {
        let options = options.clone().connect_timeout(START);
        match Client::connect_unix(self.socket(), &options).await {
            Ok(client) => client,
            Err(error) => panic!("cannot connect to {}: {error:?}", self.name),
        }
    }

    /// Waits until the server has ended by itself.
    pub(super) fn wait(&mut self, timeout: Duration) -> ExitStatus {
        match program::wait(&mut self.child, timeout) {
            Some(status) => status,
            None => panic!("{} still runs after {timeout:?}", self.name),
        }
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, signal: Signal) {
        let id = Pid::from_child(&self.child);
        if let Err(error) = kill_process(id, signal) {
            panic!("{} cannot be sent {signal:?}: {error}", self.name);
        }
    }

    /// The process, as the system numbers it.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let gone = program::kill(&mut self.child);
        if thread::panicking() {
            let stderr = fs::read(self.folder.path().join("stderr")).unwrap_or_default();
            eprintln!("{} wrote: {}", self.name, String::from_utf8_lossy(&stderr));
        } else {
            assert!(gone, "{} cannot be killed", self.name);
        }
    }
}
