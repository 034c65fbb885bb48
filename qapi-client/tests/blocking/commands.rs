//! Commands and their answers.

use std::fs::File;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use qapi_client::Call;
use qapi_client::blocking::Client;
use qapi_client::test_server::{TestServer, message};
use qapi_client::{ConnectOptions, ConnectionError, ExecuteError, RawCommand};
use qapi_protocol::ErrorClass;
use serde_json::json;

use crate::support::{
    Event, GuestShutdown, LONG, Large, QueryStatus, SHORT, Status, connect, number,
};

#[test]
fn an_answer_may_come_in_pieces() {
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("query-status");
        peer.say_bytewise(&number(1));
        peer.say_bytewise(&request.answer(json!({"é☃": "é☃", "running": false})));
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
    let (stream, server) = TestServer::pair(|peer| {
        peer.say_pretty(&message::greeting(&message::usual_greeting()));
        let request = peer.expect("qmp_capabilities");
        peer.say_pretty(&request.answer(json!({})));
        let request = peer.expect("query-status");
        peer.say_pretty(&number(1));
        peer.say_pretty(&request.answer(json!({"}": "{", "running": true})));
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
        let request = peer.expect("query-status");
        peer.fail(&request, "CommandNotFound", "what?");
        peer.expect("query-status");
        peer.say(&message::failure(
            None,
            "GenericError",
            "too large to be read",
        ));
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
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
    assert!(
        error.to_string().contains("too large to be read"),
        "{error}"
    );
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn answers_to_others_are_dropped() {
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("query-status");
        for other in [
            json!(0),
            json!(1),
            json!(99),
            json!("2"),
            json!(null),
            json!({}),
            json!(2.0),
        ] {
            peer.say(&message::answer(Some(&other), json!({"running": false})));
        }
        peer.say(&message::answer(None, json!({"running": false})));
        peer.answer(&request, json!({"running": true}));
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
        peer.say(&message::failure(None, "GenericError", "whose?"));
        peer.answer(&first, json!({"running": false}));
        peer.answer(&second, json!({"running": true}));
        // Half an answer when the time is over.
        let third = peer.expect("query-status");
        let late = third.answer(json!({"running": false}));
        peer.say_part(&late, 15);
        let fourth = peer.expect("query-status");
        peer.say(&late[15..]);
        peer.answer(&fourth, json!({"running": true}));
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
        peer.answer(&first, json!({}));
        let last = peer.expect("query-status");
        peer.answer(&last, json!({"running": true}));
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
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"new": 0, "running": "yes"}));
        let request = peer.expect("query-status");
        peer.answer_nested(&request, 100_000);
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
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
            assert_eq!(raw.get(), r#"{"new":0,"running":"yes"}"#);
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
        let request = peer.expect("guest-shutdown");
        peer.fail(&request, "GenericError", "no");
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
    });
    let mode = "halt".to_owned();
    client.send(GuestShutdown { mode }).unwrap();
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn a_server_may_answer_and_be_gone() {
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
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
        let event = number(1) + "\r\n";
        peer.send_repeatedly(event.as_bytes(), u64::MAX);
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
        while peer.read_some() > 0 {
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

#[test]
fn what_cannot_be_sent_is_not_waited_for() {
    let server = TestServer::start_tcp(|peer| {
        peer.greet();
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
        peer.wait_for_close();
    });
    let mut client = Client::connect_tcp(server.address(), &ConnectOptions::new()).unwrap();
    for _ in 0..8 {
        let null = File::open("/dev/null").unwrap();
        let call = Call::new(RawCommand::new("getfd")).descriptor(null);
        let error = client.send(call).unwrap_err();
        assert!(
            matches!(error, ExecuteError::CannotPassDescriptors { .. }),
            "{error:?}"
        );
    }
    client.execute(QueryStatus).unwrap();
    drop(client);
    server.join();
}
