//! Commands and their answers.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use qapi_client::Call;
use qapi_client::blocking::Client;
use qapi_client::{ConnectOptions, ConnectionError, ExecuteError};
use qapi_protocol::ErrorClass;

use crate::support::{
    Event, GREETING, GuestShutdown, LONG, Large, QueryStatus, SHORT, Status, connect, number, serve,
};

#[test]
fn an_answer_may_come_in_pieces() {
    let (mut client, server) = connect(|peer| {
        let id = peer.expect("query-status");
        let answer = format!(
            "{}\r\n{{\"id\": {id}, \"é☃\": \"é☃\", \"return\": {{\"running\": false}}}}\r\n",
            number(1)
        );
        for byte in answer.into_bytes() {
            peer.send(&[byte]);
            thread::yield_now();
        }
    });
    assert_eq!(
        client.execute(QueryStatus).unwrap(),
        Status { running: false }
    );
    let event = client.next_event::<Event>(LONG).unwrap().unwrap();
    assert_eq!(event.event, Event::Number(1));
    server.join();
}

#[test]
fn messages_may_be_pretty() {
    let (stream, server) = serve(|peer| {
        peer.say(&GREETING.replace(' ', "\r\n    "));
        let id = peer.expect("qmp_capabilities");
        peer.say(&format!(
            "{{\r\n    \"return\": {{\r\n    }},\r\n    \"id\": {id}\r\n}}"
        ));
        let id = peer.expect("query-status");
        peer.say(&number(1).replace(' ', "\r\n    "));
        peer.answer(id, "{\r\n    \"}\": \"{\",\r\n    \"running\": true\r\n}");
    });
    let options = ConnectOptions::new()
        .connect_timeout(LONG)
        .command_timeout(LONG);
    let mut client = Client::connect_over(stream, &options).unwrap();
    assert!(client.execute(QueryStatus).unwrap().running);
    let event = client.next_event::<Event>(LONG).unwrap().unwrap();
    assert_eq!(event.event, Event::Number(1));
    server.join();
}

#[test]
fn a_failure_has_qemus_class_and_words() {
    let (mut client, server) = connect(|peer| {
        let id = peer.expect("query-status");
        peer.say(&format!(
            r#"{{"error": {{"class": "CommandNotFound", "desc": "what?"}}, "id": {id}}}"#
        ));
        peer.expect("query-status");
        peer.say(
            r#"{"error": {"class": "GenericError", "desc": "JSON token size limit exceeded"}}"#,
        );
        let id = peer.expect("query-status");
        peer.answer(id, r#"{"running": true}"#);
    });
    match client.execute(QueryStatus).unwrap_err() {
        ExecuteError::Qemu { command, error, .. } => {
            assert_eq!(command, "query-status");
            assert_eq!(
                (error.class, error.desc.as_str()),
                (ErrorClass::CommandNotFound, "what?")
            );
        }
        error => panic!("{error:?}"),
    }
    // An error of a command that the server could not read has no `id`.
    let error = client.execute(QueryStatus).unwrap_err();
    assert!(error.to_string().contains("token size limit"), "{error}");
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn answers_to_others_are_dropped() {
    let (mut client, server) = connect(|peer| {
        let id = peer.expect("query-status");
        for other in ["0", "1", "99", "\"2\"", "null", "{}", "2.0"] {
            peer.say(&format!(
                r#"{{"return": {{"running": false}}, "id": {other}}}"#
            ));
        }
        peer.say(r#"{"return": {"running": false}}"#);
        peer.answer(id, r#"{"running": true}"#);
    });
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn an_answer_that_is_late_is_nobodys() {
    let (mut client, server) = connect(|peer| {
        let first = peer.expect("query-status");
        let second = peer.expect("query-status");
        // Not an answer to the second: it may be about the first.
        peer.say(r#"{"error": {"class": "GenericError", "desc": "whose?"}}"#);
        peer.answer(first, r#"{"running": false}"#);
        peer.answer(second, r#"{"running": true}"#);
        // Half an answer when the time is over.
        let third = peer.expect("query-status");
        peer.send(br#"{"return": {"runn"#);
        let fourth = peer.expect("query-status");
        peer.say(&format!(r#"ing": false}}, "id": {third}}}"#));
        peer.answer(fourth, r#"{"running": true}"#);
    });
    // Without any time, too, it is sent.
    for given in [SHORT, Duration::ZERO] {
        match client
            .execute(Call::new(QueryStatus).timeout(given))
            .unwrap_err()
        {
            ExecuteError::Timeout {
                command, timeout, ..
            } => {
                assert_eq!((command.as_str(), timeout), ("query-status", given));
            }
            error => panic!("{error:?}"),
        }
        assert!(client.execute(QueryStatus).unwrap().running);
    }
    server.join();
}

#[test]
fn a_timeout_says_that_the_outcome_is_unknown() {
    let (mut client, server) = connect(|peer| peer.wait_for_close());
    let error = client
        .execute(Call::new(QueryStatus).timeout(SHORT))
        .unwrap_err();
    assert!(error.to_string().contains("outcome is unknown"), "{error}");
    drop(client);
    server.join();
}

#[test]
fn a_command_that_is_not_taken_in_time_is_sent_whole_or_not_at_all() {
    let size = 4 << 20;
    let (listen, listening) = mpsc::channel();
    let (mut client, server) = connect(move |peer| {
        listening.recv_timeout(LONG).unwrap();
        // The first, completed, then the last: what was not begun was not sent.
        let first = peer.expect("large");
        peer.answer(first, "{}");
        let last = peer.expect("query-status");
        peer.answer(last, r#"{"running": true}"#);
    });
    let error = client
        .execute(Call::new(Large::new(size)).timeout(SHORT))
        .unwrap_err();
    assert!(
        matches!(error, ExecuteError::PartlySent { .. }),
        "{error:?}"
    );
    for timeout in [SHORT, Duration::ZERO] {
        let error = client
            .execute(Call::new(Large::new(size)).timeout(timeout))
            .unwrap_err();
        assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
    }
    listen.send(()).unwrap();
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn an_answer_of_the_wrong_type_is_kept_and_its_fault_is_shown() {
    let (mut client, server) = connect(|peer| {
        let id = peer.expect("query-status");
        peer.answer(id, r#"{"new": 0, "running": "yes"}"#);
        let id = peer.expect("query-status");
        peer.answer(
            id,
            &format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        );
        let id = peer.expect("query-status");
        peer.answer(id, r#"{"running": true}"#);
    });
    match client.execute(QueryStatus).unwrap_err() {
        ExecuteError::Decode {
            command,
            path,
            message,
            raw,
            ..
        } => {
            assert_eq!(command, "query-status");
            assert_eq!(path, "$.running");
            assert_eq!(message, "invalid type: string \"yes\", expected a boolean");
            assert_eq!(raw.get(), r#"{"new": 0, "running": "yes"}"#);
        }
        error => panic!("{error:?}"),
    }
    let error = client.execute(QueryStatus).unwrap_err();
    assert!(matches!(error, ExecuteError::Decode { .. }), "{error}");
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn a_command_without_success_response_is_not_waited_for() {
    let (mut client, server) = connect(|peer| {
        let id = peer.expect("guest-shutdown");
        peer.say(&format!(
            r#"{{"error": {{"class": "GenericError", "desc": "no"}}, "id": {id}}}"#
        ));
        let id = peer.expect("query-status");
        peer.answer(id, r#"{"running": true}"#);
    });
    let mode = "halt".to_owned();
    client.send(GuestShutdown { mode }).unwrap();
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn a_server_may_answer_and_be_gone() {
    let (mut client, server) = connect(|peer| {
        let id = peer.expect("query-status");
        peer.answer(id, r#"{"running": true}"#);
        peer.say(&number(7));
    });
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
    // The command cannot be sent, and still the last event is not lost.
    let error = client.execute(QueryStatus).unwrap_err();
    assert!(matches!(error, ExecuteError::Connection(_)), "{error:?}");
    let event = client.next_event::<Event>(LONG).unwrap().unwrap();
    assert_eq!(event.event, Event::Number(7));
    let error = client.execute(QueryStatus).unwrap_err();
    assert!(
        matches!(
            error,
            ExecuteError::Connection(ConnectionError::Closed { .. })
        ),
        "{error:?}"
    );
}

#[test]
fn a_flood_does_not_put_the_deadline_off() {
    let (mut client, server) = connect(|peer| {
        peer.expect("query-status");
        let flood = format!("{}\r\n", number(1)).repeat(100);
        while peer.send(flood.as_bytes()) {}
    });
    let begin = Instant::now();
    let error = client
        .execute(Call::new(QueryStatus).timeout(SHORT))
        .unwrap_err();
    assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
    assert!(begin.elapsed() < LONG);
    drop(client);
    server.join();
}

#[test]
fn a_server_that_reads_slowly_does_not_put_the_deadline_off() {
    // Several of these pauses make room for more: together they must be shorter than the time
    // that is allowed.
    const PAUSE: Duration = Duration::from_millis(100);
    const ALLOWED: Duration = Duration::from_secs(1);

    let (mut client, server) = connect(|peer| {
        while peer.hear_some() > 0 {
            thread::sleep(PAUSE);
        }
    });
    let size = 8 << 20;
    let begin = Instant::now();
    client
        .execute(Call::new(Large::new(size)).timeout(ALLOWED))
        .unwrap_err();
    // To take all of it, the server needs longer.
    assert!(begin.elapsed() < LONG / 2, "{:?}", begin.elapsed());
    drop(client);
    server.join();
}
