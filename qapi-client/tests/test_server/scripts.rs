//! Servers that are described by what they answer.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use qapi_client::test_server::{Script, TestServer};
use qapi_protocol::{Capability, Error, ErrorClass, Greeting, Version, VersionInfo};
use serde_json::json;

use crate::wire::{LONG, Wire};

#[test]
fn what_was_said_is_answered_in_any_order_and_as_often_as_asked() {
    let server = Script::new()
        .on("query-status", json!({"running": true}))
        .on_error("cont", "GenericError", "no")
        .start();
    for _ in 0..2 {
        let mut wire = Wire::ready(&server);
        for _ in 0..2 {
            let answer = wire.ask(r#"{"execute": "cont", "id": 7}"#);
            assert_eq!(
                answer,
                json!({"error": {"class": "GenericError", "desc": "no"}, "id": 7})
            );
            let answer = wire.ask(r#"{"execute": "query-status", "id": "x"}"#);
            assert_eq!(answer, json!({"return": {"running": true}, "id": "x"}));
        }
    }
}

#[test]
fn one_answer_follows_the_other_and_the_last_one_stays() {
    let server = Script::new()
        .on("query-jobs", json!([1]))
        .on_error("query-jobs", "GenericError", "no")
        .on("query-jobs", json!([]))
        .start();
    let mut wire = Wire::ready(&server);
    let ask = r#"{"execute": "query-jobs"}"#;
    assert_eq!(wire.ask(ask), json!({"return": [1]}));
    assert_eq!(wire.class(ask), "GenericError");
    drop(wire);
    // Also for the next client.
    let mut wire = Wire::ready(&server);
    for _ in 0..3 {
        assert_eq!(wire.ask(ask), json!({"return": []}));
    }
}

#[test]
fn a_closure_answers_what_it_is_asked() {
    let server = Script::new()
        .on_call("add", |request| match request.arguments["a"].as_i64() {
            Some(a) => Ok(json!(a + 1)),
            None => Err(Error::new(ErrorClass::GenericError, "what?")),
        })
        .start();
    let mut wire = Wire::ready(&server);
    let answer = wire.ask(r#"{"execute": "add", "arguments": {"a": 1}}"#);
    assert_eq!(answer, json!({"return": 2}));
    assert_eq!(wire.class(r#"{"execute": "add"}"#), "GenericError");
}

#[test]
fn it_has_the_commands_that_it_was_told_and_says_so() {
    let server = Script::new().on("stop", json!({})).start();
    let mut wire = Wire::ready(&server);
    assert_eq!(wire.class(r#"{"execute": "cont"}"#), "CommandNotFound");
    assert_eq!(
        wire.class(r#"{"execute": "guest-info"}"#),
        "CommandNotFound"
    );
    // As of QEMU once the client is in command mode.
    assert_eq!(
        wire.class(r#"{"execute": "qmp_capabilities"}"#),
        "CommandNotFound"
    );
    assert_eq!(
        wire.ask(r#"{"execute": "query-commands"}"#),
        json!({"return": [{"name": "stop"}, {"name": "qmp_capabilities"}, {"name": "query-commands"}]})
    );
    drop(wire);
    let server = Script::new().on("query-commands", json!([])).start();
    let mut wire = Wire::ready(&server);
    assert_eq!(
        wire.ask(r#"{"execute": "query-commands"}"#),
        json!({"return": []})
    );
}

#[test]
fn negotiation_comes_first_and_offers_what_the_greeting_does() {
    let new = Capability::from("new");
    let greeting = Greeting::new(VersionInfo::new(Version::new(5, 2, 1), "p"), vec![new]);
    let server = Script::new()
        .greeting(greeting)
        .on("stop", json!({}))
        .start();
    let mut wire = Wire::connect(&server);
    assert_eq!(
        wire.hear(),
        json!({"QMP": {
            "version": {"qemu": {"major": 5, "minor": 2, "micro": 1}, "package": "p"},
            "capabilities": ["new"],
        }})
    );
    assert_eq!(wire.class(r#"{"execute": "stop"}"#), "CommandNotFound");
    assert_eq!(wire.class(r#"{"exec-oob": "stop"}"#), "GenericError");
    for enable in ["[\"oob\"]", "[\"new\", \"oob\"]", "[1]"] {
        let text =
            format!(r#"{{"execute": "qmp_capabilities", "arguments": {{"enable": {enable}}}}}"#);
        assert_eq!(wire.class(&text), "GenericError");
    }
    let answer = wire.ask(r#"{"execute": "qmp_capabilities", "arguments": {"enable": ["new"]}}"#);
    assert_eq!(answer, json!({"return": {}}));
    // `oob` is not enabled.
    assert_eq!(wire.class(r#"{"exec-oob": "stop"}"#), "GenericError");
    assert_eq!(wire.ask(r#"{"execute": "stop"}"#), json!({"return": {}}));
}

#[test]
fn events_stand_where_they_were_said_to() {
    let server = Script::new()
        .event("RESUME", None)
        .on("stop", json!({}))
        .event_after("stop", "C", json!({"c": 1}))
        .event_before("stop", "A", None)
        .event_before("stop", "B", json!({}))
        .start();
    let mut wire = Wire::ready(&server);
    assert_eq!(wire.hear(), json!({"event": "RESUME"}));
    for _ in 0..2 {
        assert_eq!(wire.ask(r#"{"execute": "stop"}"#), json!({"event": "A"}));
        assert_eq!(wire.hear(), json!({"event": "B", "data": {}}));
        assert_eq!(wire.hear(), json!({"return": {}}));
        assert_eq!(wire.hear(), json!({"event": "C", "data": {"c": 1}}));
    }
}

#[test]
fn a_test_makes_events_happen_when_it_wants() {
    let server = Script::new().on("stop", json!({})).start();
    let mut wire = Wire::ready(&server);
    for number in 0..3 {
        server.event("NUMBER", json!(number));
        assert_eq!(wire.hear(), json!({"event": "NUMBER", "data": number}));
    }
    drop(wire);
    // Without a client they wait for the next one. The greeting is of the script.
    server.event("LATE", None);
    let mut wire = Wire::connect(&server);
    let mut messages = [wire.hear(), wire.hear()];
    messages.sort_by_key(|message| message.get("QMP").is_none());
    assert_eq!(messages[1], json!({"event": "LATE"}));
}

#[test]
fn a_closure_gets_the_tests_events_while_it_waits() {
    let (stream, server) = TestServer::pair(|peer| {
        let request = peer.expect("stop");
        peer.answer(&request, json!({}));
    });
    server.event("A", None);
    let mut wire = Wire::new(stream);
    assert_eq!(wire.hear(), json!({"event": "A"}));
    assert_eq!(wire.ask(r#"{"execute": "stop"}"#), json!({"return": {}}));
    server.join();
}

#[test]
fn what_takes_its_time_is_overtaken_out_of_band_only() {
    const TIME: Duration = Duration::from_millis(200);
    let server = Script::new()
        .on("slow", 1)
        .delay("slow", TIME)
        .on("fast", 2)
        .start();
    let mut wire = Wire::ready(&server);
    let begin = Instant::now();
    wire.send(
        r#"{"execute": "slow", "id": 1} {"execute": "fast", "id": 2} {"execute": "slow", "id": 3}
           {"exec-oob": "fast", "id": 4} {"execute": "fast", "id": 5}"#,
    );
    let ids: Vec<_> = (0..5).map(|_| wire.hear()["id"].clone()).collect();
    assert_eq!(ids, [4, 1, 2, 3, 5]);
    assert!(begin.elapsed() >= 2 * TIME, "{:?}", begin.elapsed());
}

#[test]
fn a_connection_may_end_with_a_command() {
    let server = Script::new()
        .on("quit", json!({}))
        .event_after("quit", "SHUTDOWN", None)
        .close_after("quit")
        .on_silence("die")
        .close_after("die")
        .start();
    let mut wire = Wire::ready(&server);
    assert_eq!(wire.ask(r#"{"execute": "quit"}"#), json!({"return": {}}));
    assert_eq!(wire.hear(), json!({"event": "SHUTDOWN"}));
    assert_eq!(wire.line(), b"");
    let mut wire = Wire::ready(&server);
    wire.send(r#"{"execute": "die"}"#);
    assert_eq!(wire.line(), b"");
}

#[test]
fn silence_is_for_one_command() {
    let server = Script::new()
        .on_silence("quiet")
        .on("stop", json!({}))
        .start();
    let mut wire = Wire::ready(&server);
    let answer = wire.ask(r#"{"execute": "quiet", "id": 1} {"execute": "stop", "id": 2}"#);
    assert_eq!(answer, json!({"return": {}, "id": 2}));
}

#[test]
fn joining_ends_a_script_that_has_answered_what_was_sent() {
    let (send, received) = mpsc::channel();
    let server = Script::new()
        .on_call("count", move |request| {
            send.send(request.arguments["n"].as_u64()).unwrap();
            Ok(json!({}))
        })
        .start();
    let mut wire = Wire::ready(&server);
    for number in 0..100 {
        wire.send(format!(
            r#"{{"execute": "count", "arguments": {{"n": {number}}}}}"#
        ));
    }
    let begin = Instant::now();
    server.join();
    assert!(begin.elapsed() < LONG);
    let numbers: Vec<_> = received.iter().flatten().collect();
    assert_eq!(numbers, (0..100).collect::<Vec<_>>());
}

#[test]
fn a_script_is_played_to_one_client_of_any_socket() {
    let (stream, server) = TestServer::pair(|peer| {
        let mut script = Script::new().on("stop", json!({}));
        script.play(peer);
    });
    let mut wire = Wire::new(stream);
    wire.hear();
    assert_eq!(
        wire.ask(r#"{"execute": "qmp_capabilities"}"#),
        json!({"return": {}})
    );
    assert_eq!(wire.ask(r#"{"execute": "stop"}"#), json!({"return": {}}));
    drop(wire);
    server.join();
}
