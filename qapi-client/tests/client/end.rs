//! The end of a connection, and who is told.

use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::time::Instant;

use qapi_client::test_server::{TestServer, message};
use qapi_client::{Client, ConnectOptions, ConnectionError, EventError, ExecuteError};
use qapi_protocol::Capability;
use serde_json::json;
use tokio::io::AsyncWrite;
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::process::Command;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::support::{LONG, SHORT, call, connect, join};

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

#[tokio::test]
async fn closing_the_pipes_of_a_child_is_seen_by_it() {
    let greeting = message::greeting(&message::usual_greeting());
    let answer = message::answer(Some(&json!(1)), json!({}));
    let script = format!("echo '{greeting}'; read line; echo '{answer}'; cat > /dev/null");
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (reader, writer) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
    let options = ConnectOptions::new().close_timeout(LONG);
    let client = Client::connect_over(reader, writer, &options)
        .await
        .unwrap();
    let begin = Instant::now();
    client.close().await.unwrap();
    assert!(begin.elapsed() < LONG / 2);
    assert!(child.wait().await.unwrap().success());
}

#[tokio::test]
async fn a_close_that_is_dropped_while_calls_run_closes_nothing() {
    let (client, server) = connect(|peer| {
        peer.expect("slow");
        let other = peer.expect("other");
        peer.answer(&other, json!({}));
        peer.wait_for_close();
    })
    .await;
    let slow = tokio::spawn({
        let client = client.clone();
        async move { client.execute(call("slow", LONG)).await }
    });
    tokio::task::yield_now().await;
    let closing = tokio::time::timeout(SHORT, client.clone().close());
    assert!(closing.await.is_err());
    client.execute(call("other", LONG)).await.unwrap();
    assert!(!client.is_closed());
    slow.abort();
    drop(client);
    join(server).await;
}

#[tokio::test]
async fn a_close_that_is_dropped_when_there_is_no_way_back_closes() {
    let (go, wait) = mpsc::channel();
    let (client, server) = connect(move |peer| {
        // It does not close its end.
        wait.recv_timeout(LONG).unwrap();
        peer.wait_for_close();
    })
    .await;
    let closing = tokio::time::timeout(SHORT, client.clone().close());
    assert!(closing.await.is_err());
    assert!(client.is_closed());
    go.send(()).unwrap();
    join(server).await;
}

/// A writer that breaks when told.
struct Breaking(OwnedWriteHalf, Arc<AtomicBool>);

impl AsyncWrite for Breaking {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.1.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[tokio::test]
async fn when_nothing_can_be_sent_who_waits_for_a_turn_is_told() {
    let (stream, server) = TestServer::pair(|peer| {
        peer.greet();
        for _ in 0..8 {
            peer.expect("late");
        }
        peer.event("STOP", None);
        peer.wait_for_close();
    });
    stream.set_nonblocking(true).unwrap();
    let (reader, writer) = UnixStream::from_std(stream).unwrap().into_split();
    let broken = Arc::new(AtomicBool::new(false));
    let writer = Breaking(writer, broken.clone());
    let options = ConnectOptions::new().capability(Capability::Oob);
    let client = Client::connect_over(reader, writer, &options)
        .await
        .unwrap();
    let mut events = client.raw_events();
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        calls.spawn(async move { client.execute(call("late", LONG)).await });
    }
    events.recv().await.unwrap();
    let ninth = tokio::spawn({
        let client = client.clone();
        async move { client.execute(call("ninth", LONG)).await }
    });
    tokio::task::yield_now().await;
    broken.store(true, Ordering::Relaxed);
    let begin = Instant::now();
    for error in [
        client.execute_oob(call("oob", LONG)).await.unwrap_err(),
        ninth.await.unwrap().unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                ExecuteError::Connection(ConnectionError::Closed { .. })
            ),
            "{error:?}"
        );
    }
    assert!(begin.elapsed() < LONG / 2);
    calls.abort_all();
    drop(client);
    join(server).await;
}
