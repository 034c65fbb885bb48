//! Ways to break the rules, as a client sees them.

use qapi_client::test_server::{INVALID_JSON, Peer, TestServer, WRONG_TYPES, message};
use qapi_protocol::{Message, Timestamp};
use serde_json::{Value, json};

use crate::wire::Wire;

/// All that a client hears from a server which was sent one command.
fn heard(script: impl FnOnce(&mut Peer) + Send + 'static) -> Vec<u8> {
    let (stream, server) = TestServer::pair(script);
    let mut wire = Wire::new(stream);
    wire.send(r#"{"execute": "a", "id": 1}"#);
    let rest = wire.rest();
    server.join();
    rest
}

fn text(script: impl FnOnce(&mut Peer) + Send + 'static) -> String {
    String::from_utf8(heard(script)).unwrap()
}

#[test]
fn a_message_may_come_bytewise_partly_or_pretty() {
    let whole = text(|peer| {
        let request = peer.expect("a");
        assert!(peer.say_bytewise(&request.answer(json!({"é": "☃"}))));
    });
    assert_eq!(whole, "{\"return\":{\"é\":\"☃\"},\"id\":1}\r\n");
    for bytes in 0..12 {
        let part = heard(move |peer| {
            let request = peer.expect("a");
            peer.say_part(&request.failure("GenericError", "é"), bytes);
        });
        assert_eq!(part, &b"{\"error\":{\"class\""[..bytes]);
    }
    let beyond = text(|peer| {
        let request = peer.expect("a");
        peer.say_part(&request.answer(1), 1000);
    });
    assert_eq!(beyond, "{\"return\":1,\"id\":1}");
    let pretty = text(|peer| {
        let request = peer.expect("a");
        peer.say_pretty(&request.answer(json!({"a": []})));
    });
    assert!(
        pretty.lines().count() > 3 && pretty.ends_with("}\r\n"),
        "{pretty}"
    );
    let value: Value = serde_json::from_str(&pretty).unwrap();
    assert_eq!(value, json!({"return": {"a": []}, "id": 1}));
}

#[test]
fn a_giant_has_as_many_bytes_as_it_should() {
    let empty = "{\"return\":\"\",\"id\":1}\r\n".len();
    for bytes in [0, 1, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 10_000_000] {
        let giant = heard(move |peer| {
            let request = peer.expect("a");
            assert!(peer.answer_giant(&request, bytes as u64));
        });
        assert_eq!(giant.len(), bytes + empty);
        assert!(Message::parse(giant.trim_ascii()).is_ok());
    }
}

#[test]
fn what_is_nested_is_as_deep_as_it_should_be() {
    let nested = text(|peer| {
        let request = peer.expect("a");
        assert!(peer.answer_nested(&request, 100_000));
    });
    assert!(Message::parse(nested.trim().as_bytes()).is_ok());
    assert_eq!(nested.matches('[').count(), 100_000);
}

#[test]
fn bytes_are_repeated_as_often_as_they_should_be() {
    for times in [0, 1, 3, 21845, 21846, 100_000] {
        let repeated = text(move |peer| {
            peer.expect("a");
            assert!(peer.send_repeatedly(b"abc", times as u64));
        });
        assert_eq!(repeated, "abc".repeat(times));
    }
}

#[test]
fn a_flood_has_each_number_once() {
    let flood = text(|peer| {
        peer.expect("a");
        assert_eq!(peer.flood("A", 3000), 3000);
        assert_eq!(peer.flood("A", 0), 0);
    });
    for (number, line) in flood.lines().enumerate() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["data"], json!({"number": number}));
    }
    assert_eq!(flood.lines().count(), 3000);
}

#[test]
fn what_is_sent_to_nobody_is_said_to_be_lost() {
    let (stream, server) = TestServer::pair(|peer| {
        let request = peer.expect("a");
        peer.wait_for_close();
        assert!(!peer.answer(&request, 1));
        assert!(!peer.answer_giant(&request, u64::MAX));
        assert!(!peer.answer_nested(&request, u64::MAX));
        assert!(!peer.say_bytewise("é"));
        assert!(!peer.event("A", None));
        assert_eq!(peer.flood("A", u64::MAX), 0);
    });
    Wire::new(stream).send(r#"{"execute": "a", "id": 1}"#);
    server.join();
}

#[test]
fn what_is_said_to_be_wrong_is() {
    for line in INVALID_JSON {
        let found = serde_json::from_slice::<Value>(line);
        assert!(found.is_err(), "{}", String::from_utf8_lossy(line));
    }
    for line in WRONG_TYPES {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    let lines = INVALID_JSON.iter().copied();
    for line in lines.chain(WRONG_TYPES.iter().map(|line| line.as_bytes())) {
        let found = Message::parse(line);
        assert!(found.is_err(), "{}", String::from_utf8_lossy(line));
    }
}

#[test]
fn messages_are_what_they_should_be() {
    let greeting = message::greeting(&message::usual_greeting());
    assert!(matches!(
        Message::parse(greeting.as_bytes()),
        Ok(Message::Greeting(_))
    ));
    let event = message::event("A", json!({"a": 1}));
    let Ok(Message::Event(event)) = Message::parse(event.as_bytes()) else {
        panic!("{event}");
    };
    assert_eq!(
        (&*event.event, event.data.unwrap().get()),
        ("A", "{\"a\":1}")
    );
    assert!(event.timestamp.to_system_time().is_some());
    let event = message::event_at("A", None, Timestamp::UNKNOWN);
    let Ok(Message::Event(event)) = Message::parse(event.as_bytes()) else {
        panic!("{event}");
    };
    assert!(event.data.is_none() && event.timestamp == Timestamp::UNKNOWN);
}
