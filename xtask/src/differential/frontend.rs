//! QEMU's schema frontend, in a Python process that answers one question after another.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use crate::conformance::Place;

/// What answers; see there for the requests and answers.
const DRIVER: &str = include_str!("driver.py");

/// How long an answer may take. The largest schema takes it about a third of a second.
const DEADLINE: Duration = Duration::from_secs(60);

/// The process. It ends with this.
pub(super) struct Frontend {
    child: Child,
    requests: ChildStdin,
    answers: Receiver<std::io::Result<Vec<u8>>>,
}

/// What is said of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is right; with its dump, where that is known.
    Accepted(Option<String>),
    /// It is wrong; with the place of the first error, where that is known.
    Refused { place: Option<Place>, text: String },
}

impl Frontend {
    /// Starts it with the package `qapi` in the folder `scripts`, to work in `tree`.
    pub(super) fn start(scripts: &Path, tree: &Path) -> anyhow::Result<Self> {
        let scripts = scripts
            .canonicalize()
            .with_context(|| format!("cannot find {}", scripts.display()))?;
        let mut child = Command::new("python3")
            .arg("-c")
            .arg(DRIVER)
            .arg(&scripts)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(tree)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run python3")?;
        let requests = child.stdin.take().ok_or_else(|| anyhow!("no pipe"))?;
        let output = child.stdout.take().ok_or_else(|| anyhow!("no pipe"))?;
        Ok(Frontend {
            child,
            requests,
            answers: receive_all(output),
        })
    }

    /// What it says of the schema at `root` with some files of the tree replaced.
    pub(super) fn judge(&mut self, root: &str, files: &[(&str, &str)]) -> anyhow::Result<Verdict> {
        let mut request = Vec::new();
        let texts = files.iter().flat_map(|(path, content)| [*path, *content]);
        for text in [root].into_iter().chain(texts).chain([""]) {
            request.extend_from_slice(format!("{}\n{text}", text.len()).as_bytes());
        }
        let sent = self.requests.write_all(&request);
        sent.and_then(|()| self.requests.flush())
            .context("QEMU's frontend takes no requests")?;
        let answer = self
            .answers
            .recv_timeout(DEADLINE)
            .context("QEMU's frontend does not answer")?
            .context("QEMU's frontend has ended")?;
        verdict(&String::from_utf8_lossy(&answer))
    }
}

impl Drop for Frontend {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn verdict(answer: &str) -> anyhow::Result<Verdict> {
    let text = answer.get(1..).unwrap_or("").to_owned();
    Ok(match answer.get(..1) {
        Some("A") => Verdict::Accepted(Some(text)),
        Some("a") => Verdict::Accepted(None),
        Some("R") => Verdict::Refused {
            place: Place::of_errors(&text),
            text,
        },
        Some("X") => Verdict::Refused { place: None, text },
        _ => bail!("QEMU's frontend gives no answer: {answer:?}"),
    })
}

/// The answers of the process, as they come: a thread waits for them, so that nobody else has
/// to wait for ever.
fn receive_all(output: ChildStdout) -> Receiver<std::io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let answer = receive(&mut output);
            let is_last = answer.is_err();
            if sender.send(answer).is_err() || is_last {
                return;
            }
        }
    });
    receiver
}

fn receive(output: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut length = String::new();
    output.read_line(&mut length)?;
    let length = length.trim_end().parse();
    let mut answer = vec![0; length.map_err(std::io::Error::other)?];
    output.read_exact(&mut answer)?;
    Ok(answer)
}
