//! Connections that end at every place where they can.

use qapi_client::test_server::{Peer, message};
use qapi_client::{ConnectError, ConnectOptions, ConnectionError, ExecuteError};
use serde_json::json;

use crate::support::{Subject, each, each_kind};

fn is_closed(error: &ConnectionError) -> bool {
    matches!(error, ConnectionError::Closed { .. })
}

#[test]
fn a_close_at_every_byte_of_an_answer_is_seen() {
    let stop = message::event("STOP", None);
    let answer = format!(
        "{stop}\r\n{}\r\n",
        message::answer(Some(&json!(2)), json!({"a": "é"}))
    );
    for end in 0..answer.len() {
        let answer = answer.clone();
        let script = move |peer: &mut Peer| {
            peer.expect("query-status");
            peer.say_part(&answer, end);
        };
        each(script, |subject| {
            let error = subject.ask("query-status").unwrap_err();
            assert!(
                matches!(&error, ExecuteError::Connection(cause) if is_closed(cause)),
                "{end}: {error:?}"
            );
        });
    }
}

#[test]
fn a_close_at_every_byte_of_the_negotiation_is_seen() {
    let greeting = format!("{}\r\n", message::greeting(&message::usual_greeting()));
    let answer = message::answer(Some(&json!(1)), json!({}));
    for end in 0..greeting.len() + answer.len() {
        let (greeting, answer) = (greeting.clone(), answer.clone());
        let script = move |peer: &mut Peer| {
            peer.say_part(&greeting, end);
            if end >= greeting.len() {
                peer.expect("qmp_capabilities");
                peer.say_part(&answer, end - greeting.len());
            }
        };
        each_kind(script, |kind, server| {
            let error = Subject::connect(kind, server, &ConnectOptions::new())
                .err()
                .unwrap();
            let closed = match &error {
                ConnectError::Connection(cause) => is_closed(cause),
                ConnectError::Negotiation(ExecuteError::Connection(cause)) => is_closed(cause),
                _ => false,
            };
            assert!(closed, "{end}: {error:?}");
        });
    }
}
