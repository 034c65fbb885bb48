//! Requests from standard input.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use qapi_client::test_server::Script;
use qapi_tests::server::Qemu;
use serde_json::json;

use super::{exec_lines, prepared, printed};

#[test]
fn each_line_is_a_request_and_each_result_a_line() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let lines = "\
# Two nodes, and what there is then.
blockdev-add driver=null-co node-name='n0' size=1M
{\"execute\": \"blockdev-add\", \"arguments\": {\"driver\": \"null-co\", \"node-name\": \"n1\"}}

stop
query-status";
    let results = printed(exec_lines(qemu.socket(), &[], lines));
    let results: Vec<_> = results.lines().collect();
    let ["{}", "{}", "{}", status] = results.as_slice() else {
        panic!("{results:?}");
    };
    assert!(status.contains("\"paused\""));
}

#[test]
fn an_answer_is_written_before_the_next_request_is_read() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let mut child = prepared(qemu.socket(), &["-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut requests = child.stdin.take().unwrap();
    let mut results = BufReader::new(child.stdout.take().unwrap()).lines();
    for (request, part) in [
        ("stop", "{}"),
        ("query-status", "\"paused\""),
        ("cont", "{}"),
        ("query-status", "\"running\""),
    ] {
        writeln!(requests, "{request}").unwrap();
        let result = results.next().unwrap().unwrap();
        assert!(result.contains(part), "{request}: {result}");
    }
    drop(requests);
    assert!(results.next().is_none());
    assert!(child.wait().unwrap().success());
}

fn server() -> qapi_client::test_server::TestServer {
    Script::new()
        .on("stop", json!({}))
        .on("query-kvm", json!(1))
        .on_error("cont", "GenericError", "not now")
        .start()
}

const LINES: &str = "stop\ncont\nquery-kvm\n";

#[test]
fn the_first_that_fails_is_the_last() {
    let run = exec_lines(server().path(), &[], LINES);
    assert_eq!((run.status, &*run.stdout), (1, "{}\n"));
    assert_eq!(
        run.stderr,
        "line 2: error: `cont` failed: GenericError: not now\n"
    );
}

#[test]
fn all_are_executed_where_that_is_asked_for() {
    let run = exec_lines(server().path(), &["--keep-going"], LINES);
    assert_eq!((run.status, &*run.stdout), (1, "{}\n1\n"));
    assert_eq!(
        run.stderr,
        "line 2: error: `cont` failed: GenericError: not now\n"
    );

    let run = exec_lines(server().path(), &["--keep-going", "--reply"], LINES);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    let replies = "{\"return\":{}}\n\
                   {\"error\":{\"class\":\"GenericError\",\"desc\":\"not now\"}}\n\
                   {\"return\":1}\n";
    assert_eq!(run.stdout, replies);
}

#[test]
fn a_line_that_makes_no_sense_is_not_sent() {
    let lines = "stop\n{\"exec\": \"stop\"}\nquery-kvm\n";
    let run = exec_lines(server().path(), &[], lines);
    assert_eq!((run.status, &*run.stdout), (2, "{}\n"));
    assert!(run.stderr.starts_with("line 2: error: "), "{}", run.stderr);

    let run = exec_lines(server().path(), &["-k"], lines);
    assert_eq!((run.status, &*run.stdout), (2, "{}\n1\n"));
}

#[test]
fn lines_can_be_those_of_the_human_monitor() {
    let qemu = Qemu::none();
    let version = qemu.connect().greeting().version.qemu.to_string();
    let text = printed(exec_lines(
        qemu.socket(),
        &["--hmp"],
        "stop\ninfo version\ninfo status\n",
    ));
    assert!(
        text.starts_with(&version) && text.ends_with("paused\n"),
        "{text}"
    );
}

#[test]
fn an_event_is_waited_for_when_all_are_done() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let words = ["--wait-event", "RESUME", "--wait-event", "SHUTDOWN"];
    let lines = printed(exec_lines(
        qemu.socket(),
        &words,
        "stop\ncont\nquery-status\n",
    ));
    let last = lines.lines().last().unwrap();
    assert!(last.starts_with("{\"event\":\"RESUME\""), "{lines}");
}
