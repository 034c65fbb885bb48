//! Recorded conversations.

use std::error::Error;
use std::path::{Path, PathBuf};

use qapi_client::test_server::{NOT_RECORDED, Recording, RecordingError, TestServer};
use serde_json::{Value, json};

use crate::wire::Wire;

/// A server that plays lines of a recording, and a client that has been greeted.
fn play(lines: &[&str]) -> (Wire, TestServer<()>) {
    let recording = Recording::parse(&lines.join("\n")).unwrap();
    let (stream, server) = TestServer::pair(move |peer| recording.play(peer));
    (Wire::new(stream), server)
}

fn sent(name: &str, arguments: &str) -> String {
    format!(r#"{{"dir": "->", "msg": {{"execute": "{name}", "arguments": {arguments}, "id": 1}}}}"#)
}

fn answered(text: &str) -> String {
    format!(r#"{{"dir": "<-", "msg": {{"return": {text}, "id": 1}}}}"#)
}

fn event(name: &str) -> String {
    format!(
        r#"{{"dir": "<-", "msg": {{"event": "{name}", "timestamp": {{"seconds": 1, "microseconds": 2}}}}}}"#
    )
}

const GREETING: &str = r#"{"dir": "<-", "msg": {"QMP": {"version": {"qemu": {"major": 1, "minor": 2, "micro": 3}, "package": ""}, "capabilities": []}}}"#;

#[test]
fn an_answer_is_the_recorded_one_with_the_clients_id() {
    let error = r#"{"dir": "<-", "msg": {"error": {"class": "Odd", "desc": "no"}, "id": 1}}"#;
    let (mut wire, _server) = play(&[
        &sent("a", "{}"),
        &answered("1"),
        "",
        &sent("a", r#"{"b": [1]}"#),
        &answered(r#"{"c": 1.5}"#),
        &sent("e", "{}"),
        error,
    ]);
    // In any order; arguments count, and what they are written like does not.
    let answer = wire.ask(r#"{"execute": "a", "arguments": { "b":[1]}, "id": "x"}"#);
    assert_eq!(answer, json!({"return": {"c": 1.5}, "id": "x"}));
    assert_eq!(wire.ask(r#"{"execute": "a"}"#), json!({"return": 1}));
    let answer = wire.ask(r#"{"execute": "e", "id": 5}"#);
    assert_eq!(
        answer,
        json!({"error": {"class": "Odd", "desc": "no"}, "id": 5})
    );
}

#[test]
fn the_same_command_gets_its_answers_in_order_and_the_last_again() {
    let (mut wire, _server) = play(&[
        &sent("a", "{}"),
        &answered("1"),
        &sent("a", "{}"),
        &answered("2"),
    ]);
    for number in [1, 2, 2, 2] {
        assert_eq!(wire.ask(r#"{"execute": "a"}"#), json!({"return": number}));
    }
}

#[test]
fn events_come_where_they_stood() {
    let (mut wire, _server) = play(&[
        &event("E0"),
        GREETING,
        &event("E1"),
        &sent("qmp_capabilities", r#"{"enable": ["oob"]}"#),
        &event("E2"),
        &answered("{}"),
        &event("E3"),
        &sent("a", "{}"),
        &answered("{}"),
        &event("E4"),
        &event("E5"),
        &sent("b", "{}"),
        &event("E6"),
        &answered("{}"),
    ]);
    let names = |wire: &mut Wire, count| {
        let name = |message: Value| match message.get("event") {
            Some(name) => name.as_str().unwrap().to_owned(),
            None => message.as_object().unwrap().keys().next().unwrap().clone(),
        };
        (0..count).map(|_| name(wire.hear())).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut wire, 3), ["E0", "QMP", "E1"]);
    // Whatever it enables.
    wire.send(r#"{"execute": "qmp_capabilities"}"#);
    assert_eq!(names(&mut wire, 3), ["E2", "return", "E3"]);
    wire.send(r#"{"execute": "b"}"#);
    assert_eq!(names(&mut wire, 2), ["E6", "return"]);
    wire.send(r#"{"execute": "a"}"#);
    assert_eq!(names(&mut wire, 3), ["return", "E4", "E5"]);
}

#[test]
fn an_event_keeps_its_time() {
    let (mut wire, _server) = play(&[&event("A")]);
    let event: Value = serde_json::from_slice(&wire.line()).unwrap();
    assert_eq!(
        event,
        json!({"event": "A", "timestamp": {"seconds": 1, "microseconds": 2}})
    );
}

#[test]
fn what_is_not_recorded_fails_and_says_what_is() {
    let lines: Vec<_> = (0..5)
        .flat_map(|number| [sent("a", &format!("{{\"n\": {number}}}")), answered("{}")])
        .collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    let (mut wire, _server) = play(&lines);
    let answer = wire.ask(r#"{"execute": "a", "arguments": {"n": 9}, "id": 3}"#);
    assert_eq!(
        answer,
        json!({"error": {"class": NOT_RECORDED, "desc":
            "`a` with {\"n\":9} is not in the recording, which has it with \
             {\"n\":0}, {\"n\":1}, {\"n\":2}, and 2 more"}, "id": 3})
    );
    let answer = wire.ask(r#"{"execute": "b"}"#);
    assert_eq!(
        answer["error"]["desc"],
        "`b` with {} is not in the recording"
    );
    // And the connection goes on.
    let answer = wire.ask(r#"{"execute": "a", "arguments": {"n": 4}}"#);
    assert_eq!(answer, json!({"return": {}}));
}

#[test]
fn what_was_not_answered_is_not() {
    let (mut wire, server) = play(&[
        &sent("a", "{}"),
        &sent("b", "{}").replace("\"id\": 1", "\"id\": 2"),
        &answered("1").replace("\"id\": 1", "\"id\": 2"),
        &sent("quit", "{}"),
        &event("SHUTDOWN"),
    ]);
    let answer = wire.ask(r#"{"execute": "a", "id": 1} {"execute": "b", "id": 2}"#);
    assert_eq!(answer, json!({"return": 1, "id": 2}));
    assert_eq!(
        wire.ask(r#"{"execute": "quit"}"#),
        json!({"event": "SHUTDOWN"})
    );
    assert_eq!(wire.line(), b"");
    server.join();
}

#[test]
fn an_agent_synchronizes_by_itself() {
    let (mut wire, _server) = play(&[&sent("guest-ping", "{}"), &answered("{}")]);
    wire.send(r#"{"execute": "guest-sync-delimited", "arguments": {"id": 77}}"#);
    assert_eq!(wire.line(), b"\xff{\"return\":77}\r\n");
    assert_eq!(
        wire.ask(r#"{"execute": "guest-ping"}"#),
        json!({"return": {}})
    );
}

#[test]
fn each_client_hears_it_from_the_beginning() {
    let lines = [
        &sent("a", "{}"),
        &answered("1"),
        &sent("a", "{}"),
        &answered("2"),
    ];
    let recording = Recording::parse(&lines.map(String::as_str).join("\n")).unwrap();
    let server = recording.start();
    for _ in 0..2 {
        let mut wire = Wire::connect(&server);
        for number in [1, 2] {
            assert_eq!(wire.ask(r#"{"execute": "a"}"#), json!({"return": number}));
        }
    }
    server.join();
}

#[test]
fn a_line_that_is_none_of_a_recording_is_said() {
    let ask = sent("a", "{}");
    for (lines, at, words) in [
        (vec!["oops"], 1, "it is no JSON object: "),
        (vec!["", "[]"], 2, "it is no JSON object: []"),
        (vec![r#"{"msg": {}}"#], 1, "it has no `dir`"),
        (vec![&ask, "", r#"{"dir": "<-"}"#], 3, "it has no `msg`"),
        (
            vec![r#"{"dir": "<", "msg": {}}"#],
            1,
            "`dir` is \"<\", and neither",
        ),
        (
            vec![r#"{"dir": 1, "msg": {}}"#],
            1,
            "`dir` is 1, and neither",
        ),
        (
            vec![r#"{"dir": "->", "msg": {"exec": "a"}}"#],
            1,
            "`msg` is no command: ",
        ),
        (
            vec![r#"{"dir": "->", "msg": 1}"#],
            1,
            "`msg` is no command: ",
        ),
        (
            vec![&ask, r#"{"dir": "<-", "msg": {"id": 1}}"#],
            2,
            "`msg` is no message of a server: ",
        ),
        (
            vec![&answered("{}")],
            1,
            "it answers a command that was not sent",
        ),
        (
            vec![&ask, &answered("{}"), &answered("{}")],
            3,
            "it answers a command that was not sent, or was answered before",
        ),
        (vec![GREETING, GREETING], 2, "it is a second greeting"),
    ] {
        match Recording::parse(&lines.join("\n")).unwrap_err() {
            RecordingError::Line { line, message, .. } => {
                assert_eq!(line, at, "{message}");
                assert!(message.starts_with(words), "{message}");
            }
            error => panic!("{error:?}"),
        }
    }
}

#[test]
fn a_recording_that_cannot_be_read_is_said_with_the_cause() {
    let error = Recording::read("/nonexistent/a.jsonl").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read the recording `/nonexistent/a.jsonl`"
    );
    assert!(error.source().is_some());
}

/// What real servers said is said again, to the same commands in the same order.
#[test]
fn conversations_with_real_servers_are_played_as_they_were() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/transcripts");
    let mut paths: Vec<PathBuf> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let server = Recording::read(&path).unwrap().start();
        let mut wire = Wire::connect(&server);
        for (index, line) in text.lines().enumerate() {
            let line: Value = serde_json::from_str(line).unwrap();
            let message = &line["msg"];
            if line["dir"] == "->" {
                wire.send(message.to_string());
            } else {
                let heard: Value = serde_json::from_slice(&wire.line()).unwrap();
                assert_eq!(heard, *message, "{}:{}", path.display(), index + 1);
            }
        }
    }
}
