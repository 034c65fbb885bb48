//! Running the command.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// What became of a run.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command with arguments, in `qapi-cli/tests/schemas`.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qapi"));
    command
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas"))
        .env_remove("NO_COLOR");
    command
}

/// Runs it with nothing to read.
pub(crate) fn qapi(arguments: &[&str]) -> Run {
    finished(
        command(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("it starts"),
    )
}

/// Runs it with something to read.
pub(crate) fn qapi_with_input(arguments: &[&str], input: &[u8]) -> Run {
    let mut command = command(arguments);
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("it is a pipe");
    // Who has enough may stop reading.
    let _ = stdin.write_all(input);
    drop(stdin);
    finished(child.wait_with_output().expect("it ends"))
}

fn finished(output: Output) -> Run {
    Run {
        status: output.status.code().expect("it ends by itself"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("it writes text")
}
