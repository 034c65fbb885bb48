//! Lines that come from a pipe.

use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Output, Stdio};

use qapi_tests::server::Qemu;
use rustix::process::{Pid, Signal, kill_process};

/// A shell that reads from a pipe.
fn start(vm: &Qemu) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qapi"));
    command.arg("shell").arg(vm.socket().as_ref());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// What becomes of `lines` from a pipe.
fn pipe(vm: &Qemu, lines: &str) -> Output {
    let mut child = start(vm);
    let mut stdin = child.stdin.take().expect("it is a pipe");
    stdin.write_all(lines.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("text")
}

#[test]
fn results_events_and_failures_go_their_ways_and_decide_the_exit_status() {
    let vm = Qemu::q35(&[]);
    vm.connect();
    let lines = "# A comment.\n\nsystem_reset\n{\"execute\":\n \"query-name\"}\ntransaction(\n";
    let output = pipe(&vm, lines);
    assert_eq!(text(&output.stdout), "{}\n{}\n");
    let stderr = text(&output.stderr);
    assert!(stderr.contains("Z RESET"), "{stderr}");
    assert!(stderr.contains("nothing of it was sent"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));

    let output = pipe(&vm, "query-name\n");
    assert_eq!((text(&output.stdout), text(&output.stderr)), ("{}\n", ""));
    assert_eq!(output.status.code(), Some(0));

    for (line, message) in [
        ("query-nope", "error: there is no command"),
        ("system_wakeup", "GenericError: "),
    ] {
        let output = pipe(&vm, &format!("{line}\nquery-name\n"));
        assert_eq!(text(&output.stdout), "{}\n");
        assert!(text(&output.stderr).starts_with(message), "{output:?}");
        assert_eq!(output.status.code(), Some(1));
    }

    // `quit` from a pipe is meant, and what comes behind it reaches nobody.
    let output = pipe(&vm, "quit\nquery-name\n");
    assert!(text(&output.stdout).starts_with("{}\n"), "{output:?}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn who_interrupts_a_pipe_ends_it_and_not_what_it_waits_for() {
    let vm = Qemu::none();
    vm.connect().close().expect("it closes");
    let mut child = start(&vm);
    let mut stdin = child.stdin.take().expect("it is a pipe");
    let mut stdout = child.stdout.take().expect("it is a pipe");
    stdin.write_all(b"query-name\n").expect("it reads");
    let mut answer = [0; 3];
    stdout.read_exact(&mut answer).expect("it answers");
    assert_eq!(&answer, b"{}\n");
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    drop(stdin);
    assert_eq!(child.wait().expect("it ends").signal(), Some(2));
    vm.connect();
}

#[test]
fn results_that_cannot_be_written_are_trouble() {
    let vm = Qemu::none();
    vm.connect().close().expect("it closes");
    let full = std::fs::File::options().write(true).open("/dev/full");
    let lines = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(lines.path(), "query-name\n").expect("it is written");
    let output = Command::new(env!("CARGO_BIN_EXE_qapi"))
        .arg("shell")
        .arg(vm.socket().as_ref())
        .stdin(lines.reopen().expect("it is there"))
        .stdout(full.expect("a full device"))
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let message = "error: can't write what was returned: ";
    assert!(text(&output.stderr).starts_with(message), "{output:?}");
}
