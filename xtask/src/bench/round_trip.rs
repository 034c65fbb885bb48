//! How fast commands are executed.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use super::report::{Figures, Unit};
use super::runner::Runner;
use super::{Context, in_turn};

const CLIENTS: [&str; 3] = ["ours", "peer", "peer, buffered"];

const COMMANDS: [&str; 2] = ["query-version", "query-named-block-nodes"];

/// How often a command is executed for one figure.
const COUNT: u32 = 10_000;

/// How many block nodes the storage daemon has.
const NODES: usize = 8;

/// How long a server may take to listen.
const START: Duration = Duration::from_secs(30);

/// What the stand-in answers with.
const RECORDING: &str = "tests/transcripts/qemu-10.0.jsonl";

pub(super) fn measure(context: &Context<'_>, runner: &Runner) -> anyhow::Result<Figures> {
    let scratch = TempDir::with_prefix("qapi-bench-")?;
    let mut figures = Figures::default();
    let mut servers = vec![stand_in(context, runner, scratch.path())?];
    match storage_daemon(scratch.path()) {
        Ok(server) => servers.push(server),
        Err(error) => {
            let note = format!("Not measured with a storage daemon: {error:#}.");
            figures.notes.push(note);
        }
    }
    for round in 0..context.rounds {
        for server in &servers {
            for command in COMMANDS {
                eprintln!("round {}: {}, {command}", round + 1, server.name);
                for client in in_turn(CLIENTS, round) {
                    let count = COUNT.to_string();
                    let cost = runner.cost(&[
                        "round-trip".as_ref(),
                        client.as_ref(),
                        server.socket.as_os_str(),
                        command.as_ref(),
                        count.as_ref(),
                    ])?;
                    let (row, count) = (format!("{}, `{command}`", server.name), f64::from(COUNT));
                    let often = ("Commands per second", &*row, client);
                    figures.add(often, Unit::PerSecond, count / cost.seconds);
                    let cpu = ("CPU time per command", &*row, client);
                    figures.add(cpu, Unit::Seconds, cost.cpu_seconds / count);
                }
            }
        }
    }
    Ok(figures)
}

/// A server's process, which ends with the value.
struct Server {
    name: &'static str,
    child: Child,
    socket: PathBuf,
}

fn stand_in(context: &Context<'_>, runner: &Runner, folder: &Path) -> anyhow::Result<Server> {
    let socket = folder.join("stand-in.sock");
    let recording = context.workspace.join(RECORDING);
    let arguments: [&OsStr; 3] = ["serve".as_ref(), socket.as_os_str(), recording.as_os_str()];
    let child = runner.start(&arguments)?;
    Server {
        name: "stand-in",
        child,
        socket,
    }
    .listening()
}

fn storage_daemon(folder: &Path) -> anyhow::Result<Server> {
    let socket = folder.join("storage-daemon.sock");
    let chardev = format!(
        "socket,id=monitor,path={},server=on,wait=off",
        socket.display()
    );
    let mut command = Command::new("qemu-storage-daemon");
    command.args(["--chardev", &chardev, "--monitor", "chardev=monitor"]);
    for node in 0..NODES {
        let node = format!("null-co,node-name=node{node},size=1048576,read-zeroes=on");
        command.args(["--blockdev", &node]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let child = command.spawn().context("cannot run qemu-storage-daemon")?;
    Server {
        name: "storage daemon",
        child,
        socket,
    }
    .listening()
}

impl Server {
    /// Waits until it listens.
    fn listening(mut self) -> anyhow::Result<Self> {
        let start = Instant::now();
        while !self.socket.exists() {
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
