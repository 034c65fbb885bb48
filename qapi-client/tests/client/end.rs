//! The end of a connection, and who is told.

use std::sync::mpsc;

use qapi_client::test_server::TestServer;
use qapi_client::{Client, ConnectOptions, ConnectionError, EventError, ExecuteError};
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::support::{LONG, call, connect, join};

#[tokio::test]
async fn all_who_wait_are_told_the_cause() {
    let (client, server) = connect(|peer| {
        for _ in 0..8 {
            peer.expect("late");
        }
        peer.say("oops");
        peer.wait_for_close();
    })
    .await;
    let mut calls = JoinSet::new();
    // Eight are with the server, the others wait for their turn.
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.execute(call("late", LONG)).await.unwrap_err() });
    }
    let mut listeners = JoinSet::new();
    for _ in 0..3 {
        let mut events = client.raw_events();
        listeners.spawn(async move { events.recv().await.unwrap_err() });
    }
    let invalid = |error: &ConnectionError| {
        assert!(
            matches!(error, ConnectionError::InvalidMessage { .. }),
            "{error:?}"
        );
    };
    invalid(&client.closed().await);
    for error in calls.join_all().await {
        match error {
            ExecuteError::Connection(error) => invalid(&error),
            error => panic!("{error:?}"),
        }
    }
    for error in listeners.join_all().await {
        match error {
            EventError::Connection(error) => invalid(&error),
            error => panic!("{error:?}"),
        }
    }
    // Who comes later, too.
    match client.execute(call("late", LONG)).await.unwrap_err() {
        ExecuteError::Connection(error) => invalid(&error),
        error => panic!("{error:?}"),
    }
    match client.raw_events().recv().await.unwrap_err() {
        EventError::Connection(error) => invalid(&error),
        error => panic!("{error:?}"),
    }
    match client.close().await {
        Err(error) => invalid(&error),
        Ok(()) => panic!("closed"),
    }
    join(server).await;
}

#[tokio::test]
async fn answers_that_came_before_the_end_count() {
    let (client, server) = connect(|peer| {
        let request = peer.expect("quit");
        peer.answer(&request, json!({}));
    })
    .await;
    client.execute(call("quit", LONG)).await.unwrap();
    assert!(matches!(
        client.closed().await,
        ConnectionError::Closed { .. }
    ));
    join(server).await;
}

#[tokio::test]
async fn dropping_the_last_client_closes_the_connection() {
    let (client, server) = connect(|peer| peer.wait_for_close()).await;
    let mut events = client.raw_events();
    let clone = client.clone();
    drop(client);
    drop(clone);
    match events.recv().await.unwrap_err() {
        EventError::Connection(ConnectionError::ClosedHere) => {}
        error => panic!("{error:?}"),
    }
    join(server).await;
}

#[tokio::test]
async fn closing_waits_for_calls_and_takes_no_more() {
    let (client, server) = connect(|peer| {
        let slow = peer.expect("slow");
        peer.event("STOP", None);
        // The client closes only when this was answered.
        peer.expect_nothing_for(std::time::Duration::from_millis(50));
        peer.answer(&slow, json!({}));
        peer.wait_for_close();
    })
    .await;
    let mut events = client.raw_events();
    let slow = tokio::spawn({
        let client = client.clone();
        async move { client.execute(call("slow", LONG)).await }
    });
    events.recv().await.unwrap();
    let closing = tokio::spawn(client.clone().close());
    tokio::task::yield_now().await;
    let error = client.execute(call("more", LONG)).await.unwrap_err();
    assert!(
        matches!(error, ExecuteError::Connection(ConnectionError::ClosedHere)),
        "{error:?}"
    );
    slow.await.unwrap().unwrap();
    closing.await.unwrap().unwrap();
    client.clone().close().await.unwrap();
    join(server).await;
}

#[tokio::test]
async fn closing_does_not_wait_forever() {
    let (go, wait) = mpsc::channel::<()>();
    let server = TestServer::start(move |peer| {
        peer.greet();
        // It neither reads nor closes.
        let _ = wait.recv_timeout(LONG);
    });
    let timeout = std::time::Duration::from_millis(100);
    let options = ConnectOptions::new().close_timeout(timeout);
    let client = Client::connect_unix(server.path(), &options).await.unwrap();
    client.close().await.unwrap();
    go.send(()).unwrap();
    join(server).await;
}

#[test]
fn a_runtime_that_ends_ends_its_connections() {
    let runtime = Runtime::new().unwrap();
    let (client, server) = runtime.block_on(connect(|peer| peer.wait_for_close()));
    drop(runtime);
    let other = Runtime::new().unwrap();
    let error = other
        .block_on(client.execute(call("stop", LONG)))
        .unwrap_err();
    assert!(
        matches!(error, ExecuteError::Connection(ConnectionError::ClosedHere)),
        "{error:?}"
    );
    server.join();
}
