//! Servers that are gone all of a sudden, and those that take their place.

use std::path::Path;
use std::time::Instant;

use qapi_client::{
    Client, ConnectError, ConnectOptions, ConnectionError, EventError, ExecuteError, blocking,
};
use qapi_tests::server::Qemu;
use qapi_types::qmp::{Event, commands};
use tempfile::TempDir;
use tokio::net::UnixListener;

use crate::support::{SOON, add_ram, assert_usable, get_ram, open_nbd, refused, soon, spawn};

#[tokio::test]
async fn all_who_wait_are_told_that_the_server_was_killed() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    let socket = qemu.folder().join("nbd.sock");
    let storage = UnixListener::bind(&socket).unwrap();
    // With the server, in its queue, and not sent yet.
    let mut calls = vec![spawn(&client, open_nbd(&socket))];
    let connection = soon(storage.accept()).await.unwrap();
    for _ in 0..20 {
        calls.push(spawn(&client, open_nbd(&socket)));
    }
    let mut subscribers = Vec::new();
    for _ in 0..3 {
        let mut events = client.events::<Event>();
        subscribers.push(tokio::spawn(async move { events.recv().await }));
    }
    let waiting = client.clone();
    let waiting = tokio::spawn(async move {
        let mut events = waiting.events::<Event>();
        events.wait_for(SOON, |_| true).await
    });
    let closed = client.clone();
    let closed = tokio::spawn(async move { closed.closed().await });
    // All of them have begun to wait: the runtime has one thread, and is fair.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }

    let begin = Instant::now();
    qemu.kill();
    for call in calls {
        match soon(call).await.unwrap() {
            Err(ExecuteError::Connection(ConnectionError::Closed { .. })) => {}
            other => panic!("{other:?}"),
        }
    }
    for subscriber in subscribers {
        match soon(subscriber).await.unwrap() {
            Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
            other => panic!("{other:?}"),
        }
    }
    match soon(waiting).await.unwrap() {
        Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
    let end = soon(closed).await.unwrap();
    assert!(matches!(end, ConnectionError::Closed { .. }), "{end:?}");
    assert_eq!(end.to_string(), "the server closed the connection");
    // At once, and not at some deadline.
    assert!(begin.elapsed() < SOON / 3);
    drop((storage, connection));
}

#[test]
fn a_program_that_blocks_is_told_that_the_server_was_killed() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let socket = qemu.folder().join("nbd.sock");
    let storage = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let result = std::thread::scope(|scope| {
        let call = scope.spawn(|| client.execute(open_nbd(&socket)));
        let _connection = storage.accept().unwrap();
        qemu.kill();
        call.join().unwrap()
    });
    match result {
        Err(ExecuteError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
    match client.next_event::<Event>(SOON) {
        Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
    match client.close() {
        Err(ConnectionError::Closed { .. }) => {}
        other => panic!("{other:?}"),
    }
}

/// A machine whose monitor is at `socket`, whatever was there before.
fn machine_at(socket: &Path) -> Qemu {
    Qemu::none_with_monitor(&format!("unix:{},server=on,wait=off", socket.display()))
}

#[tokio::test]
async fn a_server_that_was_killed_is_back_at_the_same_path() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("monitor.sock");
    let mut first = machine_at(&socket);
    let options = ConnectOptions::new();
    let before = soon(Client::connect_unix(&socket, &options)).await.unwrap();
    before.execute(add_ram(0)).await.unwrap();
    first.kill();
    first.wait(SOON);
    soon(before.closed()).await;
    assert!(socket.exists(), "what was killed does not clean up");

    // Nobody listens there, which is an error to who does not want to wait.
    match Client::connect_unix(&socket, &options.clone().retry(false)).await {
        Err(ConnectError::Connect { waited: None, .. }) => {}
        other => panic!("{other:?}"),
    }
    let path = socket.clone();
    let connecting = tokio::spawn(async move { Client::connect_unix(path, &options).await });
    tokio::task::yield_now().await;
    let second = machine_at(&socket);
    let after = soon(connecting).await.unwrap().unwrap();
    // It is another one, and the old connection does not come back.
    refused(after.execute(get_ram(0)).await);
    assert_usable(&after).await;
    match before.execute(commands::QueryVersion::new()).await {
        Err(ExecuteError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
    drop(second);
}

#[test]
fn a_server_that_was_killed_is_back_for_a_program_that_blocks() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("monitor.sock");
    let options = ConnectOptions::new();
    let first = machine_at(&socket);
    let mut before = blocking::Client::connect_unix(&socket, &options).unwrap();
    first.kill();
    match before.next_event::<Event>(SOON) {
        Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
    std::thread::scope(|scope| {
        let connecting = scope.spawn(|| blocking::Client::connect_unix(&socket, &options));
        let _second = machine_at(&socket);
        let mut after = connecting.join().unwrap().unwrap();
        after.execute(commands::QueryVersion::new()).unwrap();
    });
}
