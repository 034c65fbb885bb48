//! Servers that break the rules: each ends in an error that says so, or does no harm.

use std::time::{Duration, Instant};

use qapi_client::test_server::{INVALID_JSON, Peer, WRONG_TYPES, message};
use qapi_client::{
    Call, ConnectError, ConnectOptions, ConnectionError, EventError, ExecuteError, RawCommand,
};
use serde_json::json;

use crate::support::{LONG, Subject, each, each_kind};

/// The error that ends the connection when a command is answered by what `answer` sends. From
/// then on the connection is of no use, whatever is asked of it, for the same reason.
fn broken_by(answer: impl Fn(&mut Peer) + Clone + Send + 'static, check: impl Fn(ConnectionError)) {
    let script = move |peer: &mut Peer| {
        peer.expect("query-status");
        answer(peer);
        peer.wait_for_close();
    };
    each(script, |subject| {
        let error = match subject.ask("query-status").unwrap_err() {
            ExecuteError::Connection(error) => error,
            error => panic!("{error:?}"),
        };
        let again = subject.ask("query-status").unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
        let again = subject.event().unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
        check(error);
    });
}

fn is_invalid(error: &ConnectionError) {
    assert!(
        matches!(error, ConnectionError::InvalidMessage { .. }),
        "{error:?}"
    );
}

#[test]
fn invalid_json_ends_the_connection() {
    for line in INVALID_JSON {
        let answer = |peer: &mut Peer| {
            peer.send(line);
            peer.send(b"\r\n");
        };
        broken_by(answer, |error| is_invalid(&error));
    }
}

#[test]
fn what_is_no_message_ends_the_connection() {
    for line in WRONG_TYPES {
        let answer = |peer: &mut Peer| {
            peer.say(line);
        };
        broken_by(answer, |error| match line.contains("\"version\": \"10") {
            // As far as it goes, it is a greeting.
            true => assert!(matches!(
                error,
                ConnectionError::InvalidMessage { .. } | ConnectionError::SecondGreeting
            )),
            false => is_invalid(&error),
        });
    }
}

#[test]
fn what_is_no_message_is_no_greeting() {
    for line in WRONG_TYPES
        .iter()
        .map(|line| line.as_bytes())
        .chain(INVALID_JSON.iter().copied())
    {
        let script = move |peer: &mut Peer| {
            peer.send(line);
            peer.send(b"\n");
            peer.wait_for_close();
        };
        each_kind(script, |kind, server| {
            let error = Subject::connect(kind, server, &ConnectOptions::new())
                .err()
                .unwrap();
            assert!(matches!(error, ConnectError::NotQmp { .. }), "{error:?}");
        });
    }
}

#[test]
fn a_line_larger_than_allowed_ends_the_connection() {
    let allowed = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        peer.answer_giant(&request, 63 << 20);
        let request = peer.expect("query-status");
        peer.answer_giant(&request, 65 << 20);
        peer.wait_for_close();
    };
    each(allowed, |subject| {
        let returned = subject.ask("query-status").unwrap();
        assert_eq!(returned.get().len(), (63 << 20) + 2);
        match subject.ask("query-status").unwrap_err() {
            ExecuteError::Connection(ConnectionError::MessageTooLarge { limit, .. }) => {
                assert_eq!(limit, 64 << 20);
            }
            error => panic!("{error:?}"),
        }
    });
}

#[test]
fn answers_of_a_wrong_type_leave_the_connection_usable() {
    use qapi_protocol::introspection::QueryCommands;

    let script = |peer: &mut Peer| {
        for wrong in [json!({}), json!([{"name": 1}]), json!(null), json!("x")] {
            let request = peer.expect("query-commands");
            peer.answer(&request, wrong);
        }
        let request = peer.expect("query-commands");
        peer.answer(&request, json!([{"name": "stop"}]));
        peer.wait_for_close();
    };
    each(script, |subject| {
        for path in ["$", "$[0].name", "$", "$"] {
            match subject.execute(QueryCommands).unwrap_err() {
                ExecuteError::Decode { path: found, .. } => assert_eq!(found, path),
                error => panic!("{error:?}"),
            }
        }
        subject.execute(QueryCommands).unwrap();
    });
}

#[test]
fn an_answer_nested_100_000_deep_is_read_as_text_or_refused() {
    use qapi_protocol::introspection::QueryCommands;

    const DEPTH: u64 = 100_000;
    let script = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        peer.answer_nested(&request, DEPTH);
        let request = peer.expect("query-commands");
        peer.answer_nested(&request, DEPTH);
        peer.send(b"{\"event\": \"E\", \"data\": {\"a\": ");
        peer.send_repeatedly(b"[", DEPTH);
        peer.send_repeatedly(b"]", DEPTH);
        peer.say("}}");
        let request = peer.expect("query-status");
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        let deep = subject.ask("query-status").unwrap();
        assert_eq!(deep.get().len() as u64, 2 * DEPTH);
        let error = subject.execute(QueryCommands).unwrap_err();
        assert!(matches!(error, ExecuteError::Decode { .. }), "{error:?}");
        let error = subject.event().unwrap_err();
        assert!(matches!(error, EventError::Decode { .. }), "{error:?}");
        subject.ask("query-status").unwrap();
    });
}

#[test]
fn a_message_nested_deeper_than_the_brackets_close_ends_the_connection() {
    let answer = |peer: &mut Peer| {
        peer.send(b"{\"return\": ");
        peer.send_repeatedly(b"[", 100_000);
        peer.say("}");
        peer.send_repeatedly(b"]", 100_000);
        peer.say("}");
    };
    broken_by(answer, |error| is_invalid(&error));
}

#[test]
fn half_a_line_is_waited_for_until_the_deadline() {
    let script = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        let answer = request.answer(json!({"running": true}));
        peer.say_part(&answer, 10);
        let second = peer.expect("query-name");
        peer.send(&answer.as_bytes()[10..]);
        peer.send(b"\n");
        peer.answer(&second, json!({}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        let begin = Instant::now();
        let error = subject.ask_shortly("query-status").unwrap_err();
        assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        assert!(begin.elapsed() < LONG / 2);
        assert_eq!(subject.ask("query-name").unwrap().get(), "{}");
    });
}

#[test]
fn a_flood_of_events_holds_up_no_command() {
    const COUNT: u64 = 100_000;
    let script = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        assert_eq!(peer.flood("RTC_CHANGE", COUNT), COUNT);
        peer.answer(&request, json!({"running": true}));
        peer.event("STOP", None);
        peer.wait_for_close();
    };
    each(script, |subject| {
        let status = subject.ask("query-status").unwrap();
        assert_eq!(status.get(), r#"{"running":true}"#);
        // Each event was read or is counted, and those that were read are in order.
        let (mut read, mut missed) = (0, 0);
        loop {
            match subject.event() {
                Ok(event) if &*event.event.name == "STOP" => break,
                Ok(event) => {
                    let number = event.event.data.unwrap()["number"].as_u64().unwrap();
                    assert_eq!(number, read + missed);
                    read += 1;
                }
                Err(EventError::Missed { count, .. }) => missed += count,
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(read + missed, COUNT);
        assert!(missed > 0);
    });
}

#[test]
fn a_flood_of_events_puts_off_no_deadline() {
    let script = |peer: &mut Peer| {
        peer.expect("query-status");
        peer.flood("RTC_CHANGE", u64::MAX);
    };
    each(script, |subject| {
        let begin = Instant::now();
        let timeout = Duration::from_millis(300);
        let error = subject
            .execute(Call::new(RawCommand::new("query-status")).timeout(timeout))
            .unwrap_err();
        assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        assert!(begin.elapsed() < LONG / 2);
    });
}

#[test]
fn a_second_greeting_instead_of_command_mode_is_no_connection() {
    let script = |peer: &mut Peer| {
        peer.send_greeting(&message::usual_greeting());
        peer.send_greeting(&message::usual_greeting());
        peer.wait_for_close();
    };
    each_kind(script, |kind, server| {
        let error = Subject::connect(kind, server, &ConnectOptions::new())
            .err()
            .unwrap();
        assert!(
            matches!(
                error,
                ConnectError::Negotiation(ExecuteError::Connection(
                    ConnectionError::SecondGreeting
                ))
            ),
            "{error:?}"
        );
    });
}
