//! How soon the command `qapi` has done, or shows, what people wait for.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use super::Context;
use super::report::{Figures, Unit};
use super::runner;
use super::server::{Server, qemu};

pub(super) const TABLE: &str = "From the start of the process";

/// The columns: what it takes, and what it may take.
const OURS: &str = "ours";
pub(super) const ALLOWED: &str = "allowed";

/// What is measured.
pub(super) const EXEC: &str = "`qapi exec`, `query-status`";
const EXEC_TYPED: &str = "`qapi exec`, a command with an argument";
pub(super) const SHELL: &str = "`qapi shell`, first prompt";

/// How long the first and the last may take.
const EXEC_ALLOWED: f64 = 0.030;
const SHELL_ALLOWED: f64 = 0.150;

/// How often a process is started for one figure, which is the median.
const STARTS: usize = 20;

/// How long the shell may take until it is not worth while to wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the shell shows when it is ready: the prompt of a machine without a name.
const PROMPT: &[u8] = b"qemu> ";

pub(super) fn measure(context: &Context<'_>) -> anyhow::Result<Figures> {
    let qapi = build(context.workspace)?;
    let scratch = TempDir::with_prefix("qapi-bench-")?;
    let server = qemu(scratch.path().join("qemu.sock"))?;
    let argument: &[&str] = &["query-named-block-nodes", "flat=true"];
    let mut figures = Figures::default();
    for round in 0..context.rounds {
        eprintln!("round {}", round + 1);
        let exec = median(|| exec(&qapi, &server, &["query-status"]))?;
        figures.add((TABLE, EXEC, OURS), Unit::Seconds, exec);
        figures.add((TABLE, EXEC, ALLOWED), Unit::Seconds, EXEC_ALLOWED);
        let typed = median(|| self::exec(&qapi, &server, argument))?;
        figures.add((TABLE, EXEC_TYPED, OURS), Unit::Seconds, typed);
        let shell = median(|| shell(&qapi, &server))?;
        figures.add((TABLE, SHELL, OURS), Unit::Seconds, shell);
        figures.add((TABLE, SHELL, ALLOWED), Unit::Seconds, SHELL_ALLOWED);
    }
    Ok(figures)
}

/// The command as people get it.
fn build(workspace: &Path) -> anyhow::Result<PathBuf> {
    let target = runner::target(workspace);
    let status = runner::cargo(workspace)
        .args(["build", "--release", "--package", "qapi-cli"])
        .arg("--target-dir")
        .arg(&target)
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("qapi-cli does not build");
    }
    Ok(target.join("release/qapi"))
}

/// The seconds of [`STARTS`] runs, of which one half takes longer.
fn median(mut run: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<f64> {
    let mut times = (0..STARTS)
        .map(|_| run())
        .collect::<anyhow::Result<Vec<_>>>()?;
    times.sort();
    let middle = times.get(STARTS / 2).copied().unwrap_or_default();
    Ok(middle.as_secs_f64())
}

/// How long a command takes, from the start of the process to its end.
fn exec(qapi: &Path, server: &Server, words: &[&str]) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let output = Command::new(qapi)
        .arg("exec")
        .arg(server.socket())
        .args(words)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run qapi")?;
    let time = begin.elapsed();
    if !output.status.success() {
        bail!("qapi exec {words:?}: {}", output.status);
    }
    Ok(time)
}

/// How long the shell takes until its prompt is on the screen, which `script` makes for it.
fn shell(qapi: &Path, server: &Server) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let child = Command::new("script")
        .args(["--quiet", "--flush", "--command"])
        .args(["exec \"$QAPI\" shell \"$SOCKET\"", "/dev/null"])
        .env("QAPI", qapi)
        .env("SOCKET", server.socket())
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = child.context("cannot run script, which is in bsdutils")?;
    let shown = shown(&mut child);
    // The end of the input is that of the shell.
    drop(child.stdin.take());
    let Some(shown) = shown else {
        let _ = child.kill();
        child.wait()?;
        bail!("qapi shell shows no prompt within {PATIENCE:?}");
    };
    child.wait()?;
    Ok(shown.duration_since(begin))
}

/// When the prompt was shown.
fn shown(child: &mut Child) -> Option<Instant> {
    let mut screen = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = screen.read(&mut buffer) {
            seen.extend_from_slice(buffer.get(..count).unwrap_or_default());
            if seen.windows(PROMPT.len()).any(|part| part == PROMPT) {
                // Nobody waits for what comes behind the first prompt.
                let _ = sender.send(Instant::now());
            }
        }
    });
    receiver.recv_timeout(PATIENCE).ok()
}
