//! What clients send, and how it arrives.

use qapi_client::test_server::TestServer;
use serde_json::json;

use crate::wire::Wire;

#[test]
fn a_command_ends_with_its_last_bracket() {
    let (stream, server) = TestServer::pair(|peer| {
        for _ in 0..4 {
            let request = peer.expect("a");
            assert_eq!(request.arguments, json!({"b": "}\"]", "c": [{}]}));
            peer.answer(&request, 1);
        }
    });
    let mut wire = Wire::new(stream);
    let text = r#"{"execute": "a", "arguments": {"b": "}\"]", "c": [{}]}}"#;
    for text in [
        text.to_owned(),
        format!("  {text}\n"),
        text.replace(' ', "\r\n\t"),
        format!("\n\n{text}"),
    ] {
        assert_eq!(wire.ask(&text), json!({"return": 1}));
    }
    server.join();
}

#[test]
fn several_commands_may_come_at_once() {
    let (stream, server) = TestServer::pair(|peer| {
        let first = peer.expect("é☃");
        assert_eq!(first.id, Some(json!("\\\"}")));
        assert!(!first.oob);
        assert!(peer.expect("b").oob);
        assert!(peer.receive().is_none());
    });
    let mut wire = Wire::new(stream);
    wire.send(r#"{"execute": "é☃", "id": "\\\"}"}{"exec-oob": "b", "arguments": {}}"#);
    drop(wire);
    server.join();
}

#[test]
fn an_id_comes_back_as_it_was() {
    let (stream, server) = TestServer::pair(|peer| {
        while let Some(request) = peer.receive() {
            peer.answer(&request, json!({}));
            peer.fail(&request, "Odd", "no");
        }
    });
    let mut wire = Wire::new(stream);
    for id in [
        "18446744073709551615",
        "-1",
        "null",
        "\"é\\n\"",
        "[{\"a\":1.5}]",
        "false",
    ] {
        wire.send(format!(r#"{{"execute": "a", "id": {id}}}"#));
        let answer = format!("{{\"return\":{{}},\"id\":{id}}}\r\n");
        assert_eq!(String::from_utf8(wire.line()).unwrap(), answer);
        let failure =
            format!("{{\"error\":{{\"class\":\"Odd\",\"desc\":\"no\"}},\"id\":{id}}}\r\n");
        assert_eq!(String::from_utf8(wire.line()).unwrap(), failure);
    }
    assert_eq!(wire.ask(r#"{"execute": "a"}"#), json!({"return": {}}));
    drop(wire);
    server.join();
}

#[test]
fn what_was_sent_before_the_sentinel_is_forgotten() {
    let (stream, server) = TestServer::pair(|peer| {
        let request = peer.expect("a");
        assert!(request.after_sentinel);
        assert_eq!(request.text, r#"{"execute": "a"}"#);
        assert!(!peer.expect("b").after_sentinel);
    });
    let mut wire = Wire::new(stream);
    wire.send(b"{\"execute\": \"half\xff{\"execute\": \"a\"}\n{\"execute\": \"b\"}\n");
    server.join();
}

#[test]
fn a_large_command_is_taken_in_time() {
    let length = 16 << 20;
    let (stream, server) = TestServer::pair(move |peer| {
        let request = peer.expect("large");
        assert_eq!(request.arguments["text"].as_str().unwrap().len(), length);
    });
    let mut wire = Wire::new(stream);
    let text = "x".repeat(length);
    wire.send(format!(
        r#"{{"execute": "large", "arguments": {{"text": "{text}"}}}}"#
    ));
    server.join();
}
