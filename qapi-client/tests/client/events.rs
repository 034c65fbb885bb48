//! Several who listen.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream;
use qapi_client::{ConnectOptions, ConnectionError, EventError, Events, RawCommand, WaitError};
use qapi_protocol::{EventMessage, QapiEvent, UnknownEvent, members};
use serde_json::json;

use crate::support::{LONG, SHORT, call, connect, connect_with, join};

struct Numbered {
    number: u64,
}

members!(Numbered { "number" => number, });

impl QapiEvent for Numbered {
    const NAME: &'static str = "NUMBERED";
}

#[tokio::test]
async fn each_hears_all_from_when_it_listens() {
    let (client, server) = connect(|peer| {
        let first = peer.expect("first");
        peer.event("NUMBERED", json!({"number": 1}));
        peer.answer(&first, json!({}));
        let second = peer.expect("second");
        peer.event("STOP", None);
        peer.event("NUMBERED", json!({"number": 2}));
        peer.answer(&second, json!({}));
        peer.wait_for_close();
    })
    .await;
    let mut raw = client.raw_events();
    let mut numbered = client.events_of::<Numbered>();
    client.execute(RawCommand::new("first")).await.unwrap();
    let mut later = client.events::<UnknownEvent>();
    client.execute(RawCommand::new("second")).await.unwrap();

    for (name, data) in [
        ("NUMBERED", Some(r#"{"number":1}"#)),
        ("STOP", None),
        ("NUMBERED", Some(r#"{"number":2}"#)),
    ] {
        let event = raw.recv().await.unwrap();
        let text = event.data.as_ref().map(|data| data.get());
        assert_eq!((&*event.event, text), (name, data));
        assert!(event.timestamp.to_system_time().is_some());
    }
    for number in [1, 2] {
        assert_eq!(numbered.recv().await.unwrap().event.number, number);
    }
    for name in ["STOP", "NUMBERED"] {
        assert_eq!(&*later.recv().await.unwrap().event.name, name);
    }
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn who_is_slow_misses_some_and_is_told_and_others_miss_none() {
    const COUNT: u64 = 1000;
    let options = ConnectOptions::new().event_queue(10);
    let (client, server) = connect_with(&options, |peer| {
        for number in 0..COUNT {
            let next = peer.expect("next");
            peer.event("NUMBERED", json!({"number": number}));
            peer.answer(&next, json!({}));
        }
        let last = peer.expect("last");
        peer.answer(&last, json!({}));
        peer.wait_for_close();
    })
    .await;
    let mut slow = client.events_of::<Numbered>();
    let mut fast = client.events_of::<Numbered>();
    for number in 0..COUNT {
        client.send(RawCommand::new("next")).await.unwrap();
        assert_eq!(fast.recv().await.unwrap().event.number, number);
    }
    client.execute(call("last", LONG)).await.unwrap();
    match slow.recv().await {
        Err(EventError::Missed { count, .. }) => assert_eq!(count, COUNT - 10),
        other => panic!("{:?}", other.map(|event| event.event.number)),
    }
    for number in COUNT - 10..COUNT {
        assert_eq!(slow.recv().await.unwrap().event.number, number);
    }
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn an_event_before_the_answer_is_waited_for_as_well() {
    let (client, server) = connect(|peer| {
        // One from before is not the one that is waited for.
        peer.event("NUMBERED", json!({"number": 7}));
        peer.expect("ping");
        for before in [true, false] {
            let request = peer.expect("device_del");
            if before {
                peer.event("NUMBERED", json!({"number": 7, "new": true}));
            }
            peer.answer(&request, json!({"before": before}));
            if !before {
                peer.event("NUMBERED", json!({"number": 6}));
                peer.event("NUMBERED", json!({"number": 7}));
            }
        }
        peer.wait_for_close();
    })
    .await;
    let mut events = client.events_of::<Numbered>();
    events.recv().await.unwrap();
    client.send(RawCommand::new("ping")).await.unwrap();
    for before in [true, false] {
        let wanted = |event: &Numbered| event.number == 7;
        let (returned, event) = client
            .execute_and_wait(call("device_del", LONG), LONG, wanted)
            .await
            .unwrap();
        assert_eq!(returned.get(), json!({"before": before}).to_string());
        assert_eq!(event.event.number, 7);
    }
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn waiting_ends_with_its_time() {
    let (go, wait) = mpsc::channel();
    let (client, server) = connect(move |peer| {
        let request = peer.expect("device_del");
        peer.answer(&request, json!({}));
        wait.recv_timeout(LONG).unwrap();
        peer.flood("NUMBERED", u64::MAX);
    })
    .await;
    let never = |event: &Numbered| event.number == u64::MAX;
    let error = client
        .execute_and_wait(call("device_del", LONG), SHORT, never)
        .await
        .err()
        .unwrap();
    match error {
        WaitError::Event(EventError::Timeout {
            timeout, missed, ..
        }) => {
            assert_eq!((timeout, missed), (SHORT, 0));
        }
        error => panic!("{error:?}"),
    }
    // Also when others come without end.
    go.send(()).unwrap();
    let mut events = client.events_of::<Numbered>();
    let waited = tokio::time::timeout(
        LONG,
        events.wait_for(Duration::from_millis(300), |event| never(&event.event)),
    );
    match waited.await.unwrap() {
        Err(EventError::Timeout { .. }) => {}
        other => panic!("{:?}", other.map(|event| event.event.number)),
    }
    drop(client);
    join(server).await;
}

async fn next(
    events: &mut Events<EventMessage<Numbered>>,
) -> Option<Result<EventMessage<Numbered>, EventError>> {
    poll_fn(|context| Pin::new(&mut *events).poll_next(context)).await
}

#[tokio::test]
async fn as_a_stream_they_end_with_the_cause() {
    let (client, server) = connect(|peer| {
        peer.event("NUMBERED", json!({"number": 1}));
        peer.event("NUMBERED", json!({"number": "two"}));
        peer.event("NUMBERED", json!({"number": 3}));
    })
    .await;
    let mut events = client.events_of::<Numbered>();
    assert_eq!(next(&mut events).await.unwrap().unwrap().event.number, 1);
    match next(&mut events).await {
        Some(Err(EventError::Decode { event, path, .. })) => {
            assert_eq!((event.as_str(), path.as_str()), ("NUMBERED", "$.number"));
        }
        _ => panic!("no error"),
    }
    assert_eq!(next(&mut events).await.unwrap().unwrap().event.number, 3);
    assert!(matches!(
        next(&mut events).await,
        Some(Err(EventError::Connection(ConnectionError::Closed { .. })))
    ));
    assert!(next(&mut events).await.is_none());
    join(server).await;
}

/// Polls once.
async fn is_pending(mut future: Pin<&mut impl Future>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

#[tokio::test]
async fn what_came_in_time_is_found_by_who_looks_late() {
    let (go, wait) = mpsc::channel();
    let (client, server) = connect(move |peer| {
        wait.recv_timeout(LONG).unwrap();
        peer.event("STOP", None);
        peer.event("RESUME", None);
        peer.event("SHUTDOWN", None);
        peer.wait_for_close();
    })
    .await;
    let mut events = client.raw_events();
    let mut waiting = Box::pin(events.wait_for(SHORT, |event| event.event == "RESUME"));
    assert!(is_pending(waiting.as_mut()).await);
    go.send(()).unwrap();
    client
        .raw_events()
        .wait_for(LONG, |event| event.event == "SHUTDOWN")
        .await
        .unwrap();
    // The task was busy.
    std::thread::sleep(2 * SHORT);
    assert_eq!(waiting.await.unwrap().event, "RESUME");
    // Without any time, what is there is found.
    let last = events.wait_for(Duration::ZERO, |event| event.event == "SHUTDOWN");
    last.await.unwrap();
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn they_are_read_one_by_one_without_waiting() {
    let (client, server) = connect(|peer| {
        let request = peer.expect("first");
        peer.event("NUMBERED", json!({"number": 1}));
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    })
    .await;
    let mut events = client.events_of::<Numbered>();
    assert!(events.try_recv().is_none());
    client.execute(call("first", LONG)).await.unwrap();
    assert_eq!(events.try_recv().unwrap().unwrap().event.number, 1);
    assert!(events.try_recv().is_none());
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn what_came_before_is_for_who_listens_before_anybody_reads() {
    let (client, server) = connect(|peer| {
        peer.event("NUMBERED", json!({"number": 1}));
        peer.wait_for_close();
    })
    .await;
    let mut first = client.events_of::<Numbered>();
    let mut second = client.events_of::<Numbered>();
    assert_eq!(first.recv().await.unwrap().event.number, 1);
    assert!(client.events_of::<Numbered>().try_recv().is_none());
    assert_eq!(second.recv().await.unwrap().event.number, 1);
    drop(client);
    join(server).await;
}
