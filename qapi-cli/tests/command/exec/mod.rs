//! `qapi exec`

mod broken;
mod guest_agent;
mod lines;
mod options;
mod qemu;
mod seeds;
mod storage_daemon;

use std::path::Path;

use crate::support::{Run, command, qapi, qapi_with_input};

/// `qapi exec` with arguments, and then the socket and the rest.
fn arguments<'a>(socket: &'a Path, words: &[&'a str]) -> Vec<&'a str> {
    let socket = socket.to_str().unwrap();
    [&["exec", socket], words].concat()
}

/// Runs `qapi exec SOCKET WORDS...`.
fn exec(socket: impl AsRef<Path>, words: &[&str]) -> Run {
    qapi(&arguments(socket.as_ref(), words))
}

/// Runs `qapi exec SOCKET - WORDS...` with these lines to read.
fn exec_lines(socket: impl AsRef<Path>, words: &[&str], lines: &str) -> Run {
    let words = [&["-"], words].concat();
    qapi_with_input(&arguments(socket.as_ref(), &words), lines.as_bytes())
}

/// `qapi exec SOCKET WORDS...`, to be run.
fn prepared(socket: impl AsRef<Path>, words: &[&str]) -> std::process::Command {
    command(&arguments(socket.as_ref(), words))
}

/// What is printed by a run that is good, and complains of nothing.
#[track_caller]
fn printed(run: Run) -> String {
    assert_eq!((run.status, &*run.stderr), (0, ""), "{}", run.stdout);
    run.stdout
}
