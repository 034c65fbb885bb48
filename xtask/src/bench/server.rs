//! The servers that clients are measured with.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::Context;
use super::runner::Runner;

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(30);

/// What the stand-in answers with.
const RECORDING: &str = "tests/transcripts/qemu-10.0.jsonl";

/// A server's process, which ends with the value.
pub(super) struct Server {
    pub(super) name: &'static str,
    child: Child,
    sockets: Vec<PathBuf>,
}

/// A server that answers at once, to any number of clients on its socket.
pub(super) fn stand_in(
    context: &Context<'_>,
    runner: &Runner,
    folder: &Path,
) -> anyhow::Result<Server> {
    let socket = folder.join("stand-in.sock");
    let recording = context.workspace.join(RECORDING);
    let arguments: [&OsStr; 3] = ["serve".as_ref(), socket.as_os_str(), recording.as_os_str()];
    let child = runner.start(&arguments)?;
    Server {
        name: "stand-in",
        child,
        sockets: vec![socket],
    }
    .listening()
}

/// QEMU's storage daemon with a monitor on each socket, which serves one client at a time.
pub(super) fn storage_daemon(
    sockets: Vec<PathBuf>,
    arguments: impl IntoIterator<Item = String>,
) -> anyhow::Result<Server> {
    let mut command = Command::new("qemu-storage-daemon");
    for (number, socket) in sockets.iter().enumerate() {
        let socket = socket.display();
        let chardev = format!("socket,id=monitor{number},path={socket},server=on,wait=off");
        let monitor = format!("chardev=monitor{number}");
        command.args(["--chardev", &chardev, "--monitor", &monitor]);
    }
    command.args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let child = command.spawn().context("cannot run qemu-storage-daemon")?;
    Server {
        name: "storage daemon",
        child,
        sockets,
    }
    .listening()
}

/// A QEMU with a machine that has not begun to run, and a monitor at `socket`.
pub(super) fn qemu(socket: PathBuf) -> anyhow::Result<Server> {
    let child = Command::new("qemu-system-x86_64")
        .args(["-machine", "none", "-accel", "tcg", "-display", "none"])
        .args(["-nodefaults", "-no-user-config", "-S", "-qmp"])
        .arg(format!("unix:{},server=on,wait=off", socket.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot run qemu-system-x86_64")?;
    Server {
        name: "QEMU",
        child,
        sockets: vec![socket],
    }
    .listening()
}

impl Server {
    /// Its first socket.
    pub(super) fn socket(&self) -> &Path {
        self.sockets.first().map_or(Path::new(""), PathBuf::as_path)
    }

    pub(super) fn sockets(&self) -> &[PathBuf] {
        &self.sockets
    }

    /// Waits until it listens.
    fn listening(mut self) -> anyhow::Result<Self> {
        let start = Instant::now();
        while !self.sockets.iter().all(|socket| socket.exists()) {
            if let Some(status) = self.child.try_wait()? {
                bail!("the {} ended: {status}", self.name);
            }
            if start.elapsed() > START {
                bail!("the {} does not listen after {START:?}", self.name);
            }
            thread::sleep(Duration::from_millis(10));
        }
        // The socket is made a moment before somebody listens to it.
        thread::sleep(Duration::from_millis(100));
        Ok(self)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
