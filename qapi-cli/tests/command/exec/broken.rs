//! Servers that are not there, are something else, or go away; and people who do.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use qapi_client::test_server::{Script, TestServer, message};
use qapi_tests::server::Qemu;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use super::{exec, exec_lines, prepared, printed};
use crate::support::qapi;

/// What is said of trouble.
#[track_caller]
fn trouble(run: crate::support::Run) -> String {
    assert_eq!((run.status, &*run.stdout), (2, ""), "{}", run.stderr);
    run.stderr
}

#[test]
fn where_nobody_listens_it_is_said_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qmp.sock");
    let stop = |path: &std::path::Path| trouble(exec(path, &["stop"]));

    let error = stop(&path);
    assert!(
        error.starts_with("error: there is no socket at `"),
        "{error}"
    );
    assert!(error.contains("server=on,wait=off`"), "{error}");

    fs::write(&path, "").unwrap();
    assert!(stop(&path).ends_with("is not a socket\n"));
    fs::remove_file(&path).unwrap();

    drop(UnixListener::bind(&path).unwrap());
    let error = stop(&path);
    assert!(error.contains("nobody listens at `"), "{error}");
    assert!(
        error.ends_with("help: the QEMU that made the socket has ended\n"),
        "{error}"
    );

    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let error = trouble(qapi(&["exec", &port, "stop"]));
    assert!(
        error.starts_with(&format!("error: nobody listens at `{port}`\n")),
        "{error}"
    );
}

#[test]
fn what_is_no_qmp_monitor_is_said_to_be_none() {
    let monitor = TestServer::start(|peer| {
        peer.send(b"QEMU 7.2.0 monitor - type 'help' for more information\r\n(qemu) ");
        peer.wait_for_close();
    });
    let error = trouble(exec(monitor.path(), &["stop"]));
    assert!(
        error.contains("is a human monitor, and not QMP\n"),
        "{error}"
    );
    assert!(error.contains("`--hmp`"), "{error}");

    let other = TestServer::start(|peer| {
        peer.send(b"SSH-2.0-OpenSSH_9.2\x1b[2J\r\n");
        peer.wait_for_close();
    });
    let error = trouble(exec(other.path(), &["stop"]));
    assert!(
        error.contains("it began with `SSH-2.0-OpenSSH_9.2\\u{1b}[2J`"),
        "{error}"
    );

    let silent = TestServer::start(|peer| peer.wait_for_close());
    let error = trouble(exec(silent.path(), &["stop", "-t", "0.2"]));
    assert!(error.contains("use `--qga`"), "{error}");

    let closing = TestServer::start(|peer| {
        peer.accept();
        peer.close();
    });
    let error = trouble(exec(closing.path(), &["stop"]));
    assert!(
        error.contains("closed the connection before it said anything"),
        "{error}"
    );
}

#[test]
fn what_a_server_says_of_an_error_does_not_control_the_terminal() {
    let server = TestServer::start(|peer| {
        peer.greet();
        let request = peer.expect("stop");
        peer.fail(&request, "No\u{1b}[2J", "way\u{9b}2J");
        peer.wait_for_close();
    });
    let run = exec(server.path(), &["stop"]);
    let error = "error: `stop` failed: No\\u{1b}[2J: way\\u{9b}2J\n";
    assert_eq!((run.status, &*run.stderr), (1, error));
    server.join();
}

#[test]
fn tcp_works_as_well() {
    let server = TestServer::start_tcp(|peer| {
        peer.greet();
        let request = peer.expect("stop");
        peer.answer(&request, json!({}));
    });
    let address = server.address().to_string();
    assert_eq!(printed(qapi(&["exec", &address, "stop"])), "{}\n");
    server.join();
}

#[test]
fn no_answer_in_time_is_trouble() {
    let server = TestServer::start(|peer| {
        peer.greet();
        peer.expect("stop");
        peer.wait_for_close();
    });
    let error = trouble(exec(server.path(), &["stop", "--timeout", "2"]));
    assert!(
        error.starts_with("error: `stop` was not answered within 2 s\n"),
        "{error}"
    );
    server.join();

    let server = TestServer::start(|peer| {
        peer.send_greeting(&message::usual_greeting());
        peer.wait_for_close();
    });
    let error = trouble(exec(server.path(), &["stop", "--timeout", "2"]));
    assert!(
        error.contains("greeted, but then did not answer within 2 s\n"),
        "{error}"
    );
    server.join();

    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    qemu.freeze();
    let error = trouble(exec(qemu.socket(), &["stop", "--timeout", "0.2"]));
    // It may just have greeted.
    assert!(error.contains(" within 0.2 s\n"), "{error}");
    qemu.wake();
}

#[test]
fn an_event_that_does_not_come_is_trouble() {
    let server = Script::new().on("stop", json!({})).start();
    let run = exec(server.path(), &["stop", "-e", "STOP", "-t", "2"]);
    assert_eq!((run.status, &*run.stdout), (2, "{}\n"));
    assert_eq!(run.stderr, "error: STOP did not come within 2 s\n");

    let run = exec(server.path(), &["stop", "-e", "STPO", "-t", "0.2"]);
    assert_eq!(run.status, 2);
    let warning = "warning: no QEMU that is known has an event `STPO` (did you mean `STOP`?)\n";
    assert!(run.stderr.starts_with(warning), "{}", run.stderr);
}

#[test]
fn an_event_may_come_before_the_answer_but_not_before_the_command() {
    let server = TestServer::start(|peer| {
        peer.greet();
        peer.event("STOP", json!({"old": true}));
        let request = peer.expect("stop");
        peer.event("STOP", json!({"n": 1}));
        peer.event("STOP", json!({"n": 2}));
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    });
    let lines = printed(exec(server.path(), &["stop", "-e", "STOP", "-m", "n=2"]));
    let (answer, event) = lines.split_once('\n').unwrap();
    assert_eq!(answer, "{}");
    assert!(
        event.starts_with("{\"event\":\"STOP\",\"data\":{\"n\":2},\"timestamp\":"),
        "{event}"
    );
    server.join();
}

#[test]
fn an_event_can_be_waited_for_without_a_command() {
    let server = TestServer::start(|peer| {
        peer.greet();
        // From when it is waited for, only the client knows.
        while peer.event("RESUME", None) && peer.event("STOP", None) {
            thread::sleep(Duration::from_millis(10));
        }
    });
    let event = printed(exec(server.path(), &["--wait-event", "STOP"]));
    assert!(event.starts_with("{\"event\":\"STOP\""), "{event}");
    server.join();
}

#[test]
fn a_result_that_cannot_be_written_is_trouble() {
    let server = Script::new().on("stop", json!({})).start();
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = prepared(server.path(), &["stop"])
        .stdout(full)
        .output()
        .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error.starts_with("error: can't write to standard output: "),
        "{error}"
    );
}

#[test]
fn a_server_that_goes_away_is_trouble() {
    let server = TestServer::start(|peer| {
        peer.greet();
        let request = peer.expect("query-kvm");
        peer.answer(&request, json!(1));
        peer.expect("stop");
        peer.close();
    });
    let lines = "query-kvm\nstop\nquery-kvm\n";
    let run = exec_lines(server.path(), &["--keep-going"], lines);
    assert_eq!((run.status, &*run.stdout), (2, "1\n"));
    let error = "line 2: error: `stop`: the server closed the connection";
    assert!(run.stderr.starts_with(error), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
    server.join();

    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let quit = printed(exec(qemu.socket(), &["quit", "--wait-event", "SHUTDOWN"]));
    assert!(quit.contains("\"host-qmp-quit\""), "{quit}");
}

#[test]
fn who_does_not_read_on_disturbs_nothing() {
    let server = Script::new().on("stop", json!({})).start();
    let mut child = prepared(server.path(), &["-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut requests = child.stdin.take().unwrap();
    requests.write_all(b"stop\nstop\nstop\n").unwrap();
    drop(requests);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}

#[test]
fn who_interrupts_it_ends_it_and_nothing_else() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let child = prepared(qemu.socket(), &["stop", "--wait-event", "SHUTDOWN"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let ended = interrupted(child);
    // A shell calls that 130.
    assert_eq!(ended.signal(), Some(2));
    assert!(printed(exec(qemu.socket(), &["query-status"])).contains("\"paused\""));
}

/// How a child ends that is interrupted after its first line.
fn interrupted(mut child: Child) -> std::process::ExitStatus {
    let mut stdout = child.stdout.take().unwrap();
    let mut line = [0; 3];
    stdout.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"{}\n");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    child.wait().unwrap()
}
