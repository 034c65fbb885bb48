//! Events, while commands run and when none does.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use qapi_client::blocking::Client;
use qapi_client::test_server::{TestServer, message};
use qapi_client::{
    Call, ConnectOptions, ConnectionError, DEFAULT_EVENT_QUEUE, EventError, RawCommand, WaitError,
};
use qapi_protocol::{QapiEvent, Timestamp, members};
use serde_json::json;

use crate::support::{Event, LONG, QueryStatus, SHORT, connect, number};

#[test]
fn events_that_arrive_while_a_command_runs_are_kept_in_order() {
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("query-status");
        peer.say(&number(1));
        peer.say(&message::event_at("POWERDOWN", None, Timestamp::UNKNOWN));
        peer.answer(&request, json!({"running": true}));
        peer.say(&number(3));
        peer.wait_for_close();
    });
    client.execute(QueryStatus).unwrap();
    let first = client.next_event::<Event>(Duration::ZERO).unwrap().unwrap();
    assert_eq!(first.event, Event::Number(1));
    assert_eq!(
        first.timestamp,
        Timestamp {
            seconds: 1,
            microseconds: 5
        }
    );
    let second = client.next_event::<Event>(Duration::ZERO).unwrap().unwrap();
    assert_eq!(second.event, Event::Other("POWERDOWN".into()));
    assert_eq!(second.timestamp.to_system_time(), None);
    let third = client.next_event::<Event>(LONG).unwrap().unwrap();
    assert_eq!(third.event, Event::Number(3));

    let begin = Instant::now();
    assert!(client.next_event::<Event>(SHORT).unwrap().is_none());
    assert!(begin.elapsed() >= SHORT);
    assert_eq!(client.events::<Event>().count(), 0);
    drop(client);
    server.join();
}

#[test]
fn those_that_have_arrived_are_read_without_waiting() {
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("query-status");
        for count in 0..100 {
            peer.say(&number(count));
        }
        peer.answer(&request, json!({"running": true}));
        peer.wait_for_close();
    });
    client.execute(QueryStatus).unwrap();
    let events: Vec<_> = client
        .events::<Event>()
        .map(|event| event.unwrap().event)
        .collect();
    assert_eq!(events, (0..100).map(Event::Number).collect::<Vec<_>>());
    drop(client);
    server.join();
}

#[test]
fn a_flood_is_cut_down_to_the_newest_and_the_rest_is_counted() {
    const FLOOD: usize = 100_000;
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("query-status");
        peer.flood("NUMBER", FLOOD as u64);
        peer.answer(&request, json!({"running": true}));
    });
    assert!(client.execute(QueryStatus).unwrap().running);
    match client.next_event::<Event>(Duration::ZERO) {
        Err(EventError::Missed { count, .. }) => {
            assert_eq!(count, (FLOOD - DEFAULT_EVENT_QUEUE) as u64)
        }
        other => panic!("{other:?}"),
    }
    for count in FLOOD - DEFAULT_EVENT_QUEUE..FLOOD {
        let event = client.next_event::<Event>(Duration::ZERO).unwrap().unwrap();
        assert_eq!(event.event, Event::Number(count as u64));
    }
    server.join();
}

#[test]
fn in_a_flood_those_that_have_arrived_come_to_an_end() {
    const MANY: usize = 100_000;

    let (mut client, server) = connect(|peer| {
        let event = number(1) + "\r\n";
        peer.send_repeatedly(event.as_bytes(), u64::MAX);
    });
    let first = client.next_event::<Event>(LONG).unwrap();
    assert!(first.is_some());
    for _ in 0..10 {
        let events = client.events::<Event>().take(MANY);
        assert!(events.map(Result::unwrap).count() < MANY);
    }
    drop(client);
    server.join();
}

#[test]
fn one_that_cannot_be_read_is_said_and_passed_over() {
    let (mut client, server) = connect(|peer| {
        peer.say(r#"{"event": "NUMBER", "data": {"a": 1}}"#);
        peer.say(r#"{"event": "NUMBER"}"#);
        peer.say(&number(1));
    });
    match client.next_event::<Event>(LONG) {
        Err(EventError::Decode {
            event,
            path,
            raw: Some(raw),
            ..
        }) => {
            assert_eq!(
                (event.as_str(), path.as_str(), raw.get()),
                ("NUMBER", "$", r#"{"a": 1}"#)
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(
        client.next_event::<Event>(LONG),
        Err(EventError::Decode { raw: None, .. })
    ));
    let event = client.next_event::<Event>(LONG).unwrap().unwrap();
    assert_eq!(event.event, Event::Number(1));
    server.join();
}

#[test]
fn the_end_comes_after_the_last_event() {
    let (mut client, server) = connect(|peer| {
        peer.say(&number(1));
    });
    server.join();
    let last = client.events::<Event>().next().unwrap().unwrap();
    assert_eq!(last.event, Event::Number(1));
    let mut events = client.events::<Event>();
    assert!(matches!(
        events.next(),
        Some(Err(EventError::Connection(ConnectionError::Closed { .. })))
    ));
    assert!(events.next().is_none());
}

#[test]
fn an_answer_that_nobody_waits_for_is_no_event() {
    let (mut client, server) = connect(|peer| {
        peer.say(&message::answer(Some(&json!(77)), json!({})));
        peer.say(&message::failure(None, "GenericError", "?"));
        peer.say(&number(1));
    });
    let event = client.next_event::<Event>(LONG).unwrap().unwrap();
    assert_eq!(event.event, Event::Number(1));
    server.join();
}

struct Gone {
    device: String,
}

members!(Gone { "device" => device, });

impl QapiEvent for Gone {
    const NAME: &'static str = "DEVICE_DELETED";
}

fn device_del() -> Call<RawCommand> {
    Call::new(RawCommand::new("device_del")).timeout(LONG)
}

#[test]
fn what_had_arrived_before_is_no_consequence_of_a_command() {
    let (told, hear) = mpsc::channel();
    let (mut client, server) = connect(move |peer| {
        // More than is read at a time.
        for _ in 0..100 {
            peer.event("STOP", json!({"text": "x".repeat(50)}));
        }
        peer.event("DEVICE_DELETED", json!({"device": "disk0"}));
        told.send(()).unwrap();
        let request = peer.expect("device_del");
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    });
    hear.recv_timeout(LONG).unwrap();
    let wanted = |gone: &Gone| gone.device == "disk0";
    match client.execute_and_wait(device_del(), SHORT, wanted) {
        Err(WaitError::Event(EventError::Timeout { missed: 0, .. })) => {}
        other => panic!("{:?}", other.map(|(_, event)| event.event.device)),
    }
    // It is still there for who looks for it.
    client.wait_for(SHORT, wanted).unwrap();
    drop(client);
    server.join();
}

#[test]
fn an_event_that_was_dropped_may_have_been_the_one() {
    let server = TestServer::start(|peer| {
        peer.greet();
        let request = peer.expect("device_del");
        peer.event("DEVICE_DELETED", json!({"device": "disk0"}));
        peer.event("STOP", None);
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    });
    let options = ConnectOptions::new().event_queue(1);
    let mut client = Client::connect_unix(server.path(), &options).unwrap();
    match client.execute_and_wait(device_del(), SHORT, |_: &Gone| true) {
        Err(WaitError::Event(EventError::Timeout { missed: 1, .. })) => {}
        other => panic!("{:?}", other.map(|(_, event)| event.event.device)),
    }
    drop(client);
    server.join();
}
