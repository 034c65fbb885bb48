//! A server's process, its socket, and its end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use qapi_client::blocking::Client;
use qapi_client::{ConnectError, ConnectOptions};
use tempfile::TempDir;

use super::program;

/// How long a server may take to start and to greet.
const START: Duration = Duration::from_secs(30);

/// How often to look whether a server listens.
const PAUSE: Duration = Duration::from_millis(10);

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
    pub(super) fn connect(&mut self, options: &ConnectOptions) -> Client {
        let begin = Instant::now();
        loop {
            match Client::connect_unix(self.socket(), options) {
                Ok(client) => return client,
                Err(ConnectError::Connect { .. }) if begin.elapsed() < START => {}
                Err(error) => panic!("cannot connect to {}: {error:?}", self.name),
            }
            if let Some(status) = program::wait(&mut self.child, Duration::ZERO) {
                panic!("{} ended instead of listening: {status}", self.name);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Waits until the server has ended by itself.
    pub(super) fn wait(&mut self, timeout: Duration) -> ExitStatus {
        match program::wait(&mut self.child, timeout) {
            Some(status) => status,
            None => panic!("{} still runs after {timeout:?}", self.name),
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
