//! Guest agents.

use qapi_client::ConnectOptions;
use qapi_client::blocking::Agent;
use qapi_client::test_server::{Script, TestServer};
use serde_json::json;

use crate::wire::Wire;

const SYNC: &str = r#"{"execute": "guest-sync-delimited", "arguments": {"id": 5}}"#;

#[test]
fn our_client_gets_in_step_with_a_script_and_a_peer() {
    let agent = Script::agent().stale(b"\"pid\": 1}}\n{\"half").start();
    let mut guest = Agent::connect_unix(agent.path(), &ConnectOptions::new()).unwrap();
    assert_eq!(
        guest.execute_raw("guest-ping", json!({})).unwrap().get(),
        "{}"
    );

    let (stream, server) = TestServer::pair(|peer| {
        for _ in 0..2 {
            peer.synchronize();
        }
        let request = peer.expect("guest-ping");
        peer.answer(&request, json!({}));
    });
    let mut guest = Agent::connect_over(stream, &ConnectOptions::new()).unwrap();
    guest.sync().unwrap();
    assert_eq!(
        guest.execute_raw("guest-ping", json!({})).unwrap().get(),
        "{}"
    );
    server.join();
}

#[test]
fn a_client_may_ask_with_an_id_and_then_without_or_not() {
    let with_id = SYNC.replace("\"arguments\"", "\"id\": 1, \"arguments\"");
    for (text, count) in [
        (SYNC.to_owned(), 1),
        (with_id.clone(), 1),
        (format!("{with_id}{SYNC}"), 2),
    ] {
        let (stream, server) = TestServer::pair(|peer| {
            peer.synchronize();
            peer.expect("guest-ping");
            assert!(peer.receive().is_none());
        });
        let mut wire = Wire::new(stream);
        wire.send(text);
        for _ in 0..count {
            assert!(wire.line().starts_with(b"\xff{\"return\":5"));
        }
        wire.send(r#"{"execute": "guest-ping"}"#);
        drop(wire);
        server.join();
    }
}

#[test]
fn a_delimited_answer_has_the_sentinel_in_front() {
    let (stream, server) = TestServer::pair(|peer| {
        assert_eq!(peer.synchronize().arguments, json!({"id": 5}));
        let request = peer.expect("guest-sync");
        peer.answer_sync(&request);
        peer.expect("guest-ping");
    });
    let mut wire = Wire::new(stream);
    wire.send(SYNC);
    assert_eq!(wire.line(), b"\xff{\"return\":5}\r\n");
    let answer = wire.ask(r#"{"execute": "guest-sync", "arguments": {"id": 6}, "id": "x"}"#);
    assert_eq!(answer, json!({"return": 6, "id": "x"}));
    wire.send(r#"{"execute": "guest-ping"}"#);
    server.join();
}

/// As qemu-ga 10.0 does it.
#[test]
fn the_sentinel_of_a_client_is_answered_with_an_error_first() {
    let agent = Script::agent().start();
    let mut wire = Wire::connect(&agent);
    for half in ["", "{\"execute\": \"guest-pi"] {
        wire.send(half);
        wire.send(b"\xff");
        let error = wire.ask(SYNC);
        assert_eq!(error["error"]["class"], "GenericError");
        assert_eq!(error.get("id"), None);
        assert_eq!(wire.line(), b"\xff{\"return\":5}\r\n");
    }
    wire.send(b"\xff");
    let error = wire.ask(r#"{"execute": "guest-ping"}"#);
    assert_eq!(error["error"]["class"], "GenericError");
    assert_eq!(wire.hear(), json!({"return": {}}));
}

#[test]
fn what_is_stale_comes_first_and_once() {
    let agent = Script::agent().stale(b"\"pid\": 1}}\n{\"half").start();
    let mut wire = Wire::connect(&agent);
    wire.send(SYNC);
    assert_eq!(wire.line(), b"\"pid\": 1}}\n");
    assert_eq!(wire.line(), b"{\"half\xff{\"return\":5}\r\n");
    drop(wire);
    let mut wire = Wire::connect(&agent);
    wire.send(SYNC);
    assert_eq!(wire.line(), b"\xff{\"return\":5}\r\n");
}

#[test]
fn it_does_not_greet_and_has_what_it_was_told() {
    let agent = Script::agent()
        .on("guest-get-time", 5)
        .on_silence("guest-shutdown")
        .start();
    let mut wire = Wire::connect(&agent);
    assert_eq!(
        wire.ask(r#"{"execute": "guest-get-time"}"#),
        json!({"return": 5})
    );
    assert_eq!(
        wire.class(r#"{"execute": "query-commands"}"#),
        "CommandNotFound"
    );
    let info = wire.ask(r#"{"execute": "guest-info"}"#);
    assert_eq!(info["return"]["version"], "10.2.0");
    let commands = info["return"]["supported_commands"].as_array().unwrap();
    let names: Vec<_> = commands
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "guest-get-time",
            "guest-ping",
            "guest-shutdown",
            "guest-info",
            "guest-sync",
            "guest-sync-delimited"
        ]
    );
}
