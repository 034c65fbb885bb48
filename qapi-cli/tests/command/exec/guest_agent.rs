//! Guest agents: a real one, and one that is played.

use std::fs;

use qapi_client::ConnectOptions;
use qapi_client::test_server::TestServer;
use qapi_tests::server::GuestAgent;

use super::{exec, exec_lines, printed};

#[test]
fn a_real_one_executes_commands_and_says_what_it_has_not() {
    let agent = GuestAgent::start();
    agent.connect(&ConnectOptions::new()).close().unwrap();
    let socket = agent.socket();
    let info = printed(exec(&socket, &["--qga", "guest-info"]));
    assert!(
        info.starts_with("{\"version\":\"") && info.contains("guest-ping"),
        "{info}"
    );

    let file = agent.folder().join("file");
    fs::write(&file, "hello").unwrap();
    let path = format!("path={}", file.display());
    let handle = printed(exec(
        &socket,
        &["--qga", "guest-file-open", &path, "mode=r"],
    ));
    let handle = format!("handle={}", handle.trim());
    let read = printed(exec(
        &socket,
        &["--qga", "guest-file-read", &handle, "count=0x10"],
    ));
    assert!(
        read.contains("\"count\":5") && read.contains("\"aGVsbG8=\""),
        "{read}"
    );

    let run = exec(&socket, &["--qga", "guest-file-open", "pth=x"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(run.stderr.contains("`path`"), "{}", run.stderr);

    let run = exec(&socket, &["--qga", "guest-inf"]);
    assert_eq!((run.status, &*run.stdout), (1, ""));
    assert!(
        run.stderr.ends_with("help: did you mean `guest-info`?\n"),
        "{}",
        run.stderr
    );

    // What its administrator does not allow.
    let run = exec(&socket, &["--qga", "guest-shutdown"]);
    assert_eq!((run.status, &*run.stdout), (1, ""));

    let lines = "guest-ping\n{\"execute\": \"guest-ping\", \"id\": 7}\n";
    let replies = printed(exec_lines(&socket, &["--qga", "--reply"], lines));
    assert_eq!(replies, "{\"return\":{}}\n{\"return\":{},\"id\":7}\n");
}

#[test]
fn a_command_that_does_not_answer_is_done_when_no_error_comes() {
    let server = TestServer::start(|peer| {
        peer.synchronize();
        peer.expect("guest-shutdown");
        peer.wait_for_close();
    });
    let shutdown = [r#"{"execute": "guest-shutdown"}"#, "--qga"];
    assert_eq!(printed(exec(server.path(), &shutdown)), "");
    server.join();

    let server = TestServer::start(|peer| {
        peer.synchronize();
        let request = peer.expect("guest-shutdown");
        peer.fail(&request, "GenericError", "no");
    });
    let run = exec(server.path(), &shutdown);
    assert_eq!((run.status, &*run.stdout), (1, ""));
    server.join();
}

#[test]
fn nobody_there_is_told_with_what_may_be_the_reason() {
    let server = TestServer::start(|peer| {
        peer.expect("guest-sync-delimited");
        peer.wait_for_close();
    });
    let run = exec(server.path(), &["--qga", "guest-ping", "-t", "0.2"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(
        run.stderr.contains("no guest agent answered"),
        "{}",
        run.stderr
    );
}
