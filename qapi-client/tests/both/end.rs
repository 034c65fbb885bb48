//! Connections that end at every place where they can.

use std::time::Instant;

use qapi_client::test_server::{Peer, message};
use qapi_client::{ConnectError, ConnectOptions, ConnectionError, ExecuteError};
use serde_json::json;

use crate::support::{LONG, SHORT, Subject, each, each_kind};

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
            let options = ConnectOptions::new().retry(false);
            let error = Subject::connect(kind, server, &options).err().unwrap();
            let closed = match &error {
                ConnectError::Connection(cause) => is_closed(cause),
                ConnectError::Negotiation(ExecuteError::Connection(cause)) => is_closed(cause),
                _ => false,
            };
            assert!(closed, "{end}: {error:?}");
        });
    }
}

#[test]
fn a_server_that_goes_before_it_greets_may_come_back() {
    let script = |peer: &mut Peer| {
        for said in ["", "{\"QMP\": "] {
            peer.say_part(said, said.len());
            peer.close();
            peer.accept();
        }
        peer.greet();
        let request = peer.expect("query-status");
        peer.answer(&request, json!({}));
    };
    each_kind(script, |kind, server| {
        let mut subject = Subject::connect(kind, server, &ConnectOptions::new()).unwrap();
        subject.ask("query-status").unwrap();
    });
}

#[test]
fn a_server_that_never_greets_is_not_waited_for_without_end() {
    let script = |peer: &mut Peer| {
        peer.accept();
        // Nobody listens from here on.
        peer.go_down();
    };
    each_kind(script, |kind, server| {
        let options = ConnectOptions::new().connect_timeout(SHORT);
        let begin = Instant::now();
        match Subject::connect(kind, server, &options).err() {
            Some(ConnectError::Connect { waited, .. }) => assert_eq!(waited, Some(SHORT)),
            other => panic!("{other:?}"),
        }
        assert!(begin.elapsed() < LONG);
    });
}
