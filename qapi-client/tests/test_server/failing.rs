//! Scripts whose client does not do as it should.

use std::panic::{self, AssertUnwindSafe};
use std::time::Duration;

use qapi_client::test_server::{DEFAULT_TIMEOUT, Peer, Script, TestServer};
use serde_json::json;

use crate::wire::Wire;

const SHORT: Duration = Duration::from_millis(50);

/// What a panic says.
fn words(run: impl FnOnce()) -> String {
    let payload = panic::catch_unwind(AssertUnwindSafe(run)).expect_err("it succeeds");
    match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => (*payload.downcast::<&str>().unwrap()).to_owned(),
    }
}

/// What a script fails with whose client sends `text` and goes.
fn failure(text: &str, script: impl FnOnce(&mut Peer) + Send + 'static) -> String {
    let (stream, server) = TestServer::pair(script);
    Wire::new(stream).send(text);
    words(|| server.join())
}

#[test]
fn another_command_than_expected_is_shown() {
    let text = r#"{"execute": "cont", "arguments": {"a": [1]}}"#;
    assert_eq!(
        failure(text, |peer| drop(peer.expect("stop"))),
        "test server: expected the command `stop`, and the client sent `cont` with {\"a\":[1]}"
    );
}

#[test]
fn a_client_that_goes_is_missed() {
    assert_eq!(
        failure("", |peer| drop(peer.expect("stop"))),
        "test server: waiting for the command `stop`: the client closed the connection"
    );
    assert_eq!(
        failure("{\"execute\":", |peer| drop(peer.greet())),
        "test server: waiting for the command `qmp_capabilities`: the client closed the connection"
    );
}

#[test]
fn what_is_no_command_is_shown() {
    for (text, words) in [
        ("stop\n", "the client sent what is no command: `stop`"),
        ("[]", "the client sent what is no command: `[]`"),
        (
            "{\"exec\": \"stop\"}",
            "the client sent what is no command, `{\"exec\": \"stop\"}`: ",
        ),
        ("{\"execute\": 1}", "no command, `{\"execute\": 1}`: "),
        ("{\"execute\": \"a\", \"id\": x}", "no command, "),
        (
            "{\"execute\": \"a\", \"b\": 1}",
            "a command has no member `b`",
        ),
        (
            "{\"execute\": \"a\", \"arguments\": []}",
            "its `arguments` are no object",
        ),
    ] {
        let failure = failure(text, |peer| drop(peer.receive()));
        assert!(failure.contains(words), "{failure}");
    }
}

#[test]
fn a_command_larger_than_allowed_is_refused() {
    let (stream, server) = TestServer::pair(|peer| drop(peer.receive()));
    let piece = vec![b' '; 1 << 20];
    let failure = words(|| {
        let mut wire = Wire::new(stream);
        wire.send("{");
        while std::io::Write::write_all(&mut wire.stream(), &piece).is_ok() {}
        server.join();
    });
    assert!(
        failure.contains("a command of more than 67108864 bytes"),
        "{failure}"
    );
}

#[test]
fn no_wait_is_longer_than_allowed() {
    let (stream, server) = TestServer::pair(|peer| {
        peer.set_timeout(SHORT);
        peer.expect("stop");
    });
    assert_eq!(
        words(|| server.join()),
        "test server: waiting for the command `stop`: nothing came within 50ms"
    );
    drop(stream);

    let server = TestServer::start(|peer| {
        peer.set_timeout(SHORT);
        peer.accept();
    });
    assert_eq!(
        words(|| server.join()),
        "test server: waiting for a client: nothing came within 50ms"
    );

    let (stream, server) = TestServer::pair(|peer| {
        peer.set_timeout(SHORT);
        peer.send_repeatedly(b"x", u64::MAX);
    });
    assert_eq!(
        words(|| server.join()),
        "test server: sending: the client did not take all of it within 50ms"
    );
    drop(stream);
}

#[test]
fn what_was_not_expected_is_shown() {
    let script = |peer: &mut Peer| peer.expect_nothing_for(DEFAULT_TIMEOUT);
    let (stream, server) = TestServer::pair(script);
    let mut wire = Wire::new(stream);
    wire.send(r#"{"execute": "stop"}"#);
    let failure = words(|| server.join());
    assert!(
        failure.contains("expected nothing, and the client sent `stop`"),
        "{failure}"
    );

    let (stream, server) = TestServer::pair(|peer| peer.expect_nothing_for(SHORT));
    let mut wire = Wire::new(stream);
    wire.send("{");
    let failure = words(|| server.join());
    assert!(failure.contains("a part of a command"), "{failure}");

    let (stream, server) = TestServer::pair(|peer| peer.expect_nothing_for(SHORT));
    server.join();
    drop(stream);
}

#[test]
fn a_server_that_is_dropped_ends_what_its_script_waits_for() {
    let (stream, server) = TestServer::pair(|peer| drop(peer.expect("stop")));
    assert_eq!(
        words(|| drop(server)),
        "test server: waiting for the command `stop`: the test dropped the server"
    );
    drop(stream);
    let server = TestServer::start(|peer| peer.accept());
    let failure = words(|| drop(server));
    assert!(
        failure.contains("waiting for a client: the test dropped the server"),
        "{failure}"
    );

    // Those are satisfied.
    let (stream, server) = TestServer::pair(|peer| peer.wait_for_close());
    drop(server);
    drop(stream);
    let (stream, server) = TestServer::pair(|peer| {
        assert!(!peer.send_repeatedly(b"x", u64::MAX));
    });
    drop(server);
    drop(stream);
}

#[test]
fn a_server_that_is_dropped_reads_what_was_sent() {
    let (stream, server) = TestServer::pair(|peer| {
        for _ in 0..100 {
            let request = peer.expect("stop");
            peer.answer(&request, json!({}));
        }
    });
    let mut wire = Wire::new(stream);
    wire.send(r#"{"execute": "stop"}"#.repeat(100));
    drop(server);
    for _ in 0..100 {
        assert_eq!(wire.hear(), json!({"return": {}}));
    }
}

#[test]
fn a_test_that_fails_fails_for_its_own_reason() {
    let failure = words(|| {
        let _server = TestServer::start(|peer| peer.accept());
        panic!("the reason");
    });
    assert_eq!(failure, "the reason");
}

#[test]
fn what_a_script_asserts_is_the_reason() {
    let failure = failure("", |_| panic!("the script's own words"));
    assert_eq!(failure, "the script's own words");
}

#[test]
fn a_script_has_one_client_of_a_socket_pair() {
    let failure = failure("", |peer| {
        peer.wait_for_close();
        peer.accept();
    });
    assert!(failure.contains("nobody can connect"), "{failure}");
    let failure = self::failure("", |peer| {
        peer.close();
        peer.say("hello");
    });
    assert!(
        failure.contains("the script has closed the connection"),
        "{failure}"
    );
}

#[test]
fn a_name_that_is_misspelled_in_a_script_is_shown() {
    let failure = words(|| {
        let script = Script::new()
            .on("stop", json!({}))
            .event_before("stpo", "STOP", None);
        drop(script.start());
    });
    assert!(failure.contains("around `stpo`"), "{failure}");
}

#[test]
fn an_event_for_a_script_that_has_ended_is_said_to_be_lost() {
    let (stream, server) = TestServer::pair(|_| {});
    drop(Wire::new(stream).rest());
    let failure = words(|| server.event("STOP", None));
    assert!(
        failure.contains("the event STOP is for nobody: the script has ended"),
        "{failure}"
    );
}
