//! How connections come about, and how they are given back.

use std::fs::File;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use qapi_client::{
    Call, Client, ConnectError, ConnectOptions, ConnectionError, ExecuteError, Listener, blocking,
};
use qapi_protocol::{Capability, Empty};
use qapi_tests::server::Qemu;
use qapi_types::qmp::{Event, commands, events};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{SHORT, SOON, assert_usable, soon};

#[tokio::test]
async fn a_server_that_is_still_starting_is_waited_for() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("monitor.sock");
    let options = ConnectOptions::new().connect_timeout(SOON);
    let path = socket.clone();
    let connecting = tokio::spawn(async move { Client::connect_unix(path, &options).await });
    // It has found nobody there.
    tokio::time::sleep(SHORT).await;
    assert!(!connecting.is_finished());
    let monitor = format!("unix:{},server=on,wait=off", socket.display());
    let _qemu = Qemu::none_with_monitor(&monitor);
    assert_usable(&soon(connecting).await.unwrap().unwrap()).await;
}

#[tokio::test]
async fn nobody_there_is_an_error_within_its_time() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("monitor.sock");
    let options = ConnectOptions::new().connect_timeout(SHORT);
    let begin = Instant::now();
    match Client::connect_unix(&socket, &options).await {
        Err(error @ ConnectError::Connect { .. }) => {
            assert!(error.to_string().contains("monitor.sock"), "{error}");
            assert!(error.to_string().contains("also after 150ms"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert!(begin.elapsed() >= SHORT && begin.elapsed() < Duration::from_secs(5));
    match Client::connect_unix(&socket, &ConnectOptions::new().retry(false)).await {
        Err(ConnectError::Connect { waited: None, .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_second_client_is_told_that_the_monitor_is_in_use() {
    let qemu = Qemu::none();
    let first = qemu.client().await;
    let options = ConnectOptions::new().connect_timeout(SHORT);
    let begin = Instant::now();
    // The first two fit into QEMU's queue; for the others there is no room.
    for _ in 0..4 {
        match Client::connect_unix(qemu.socket(), &options).await {
            Err(error @ ConnectError::NoGreeting { .. }) => {
                assert!(error.to_string().contains("QEMU serves one at a time"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(begin.elapsed() < Duration::from_secs(10));
    assert_usable(&first).await;

    // One that is patient gets the monitor when the first one goes.
    let options = ConnectOptions::new().connect_timeout(SOON);
    let path = qemu.socket().as_ref().to_owned();
    let patient = tokio::spawn(async move { Client::connect_unix(path, &options).await });
    tokio::time::sleep(SHORT).await;
    assert!(!patient.is_finished());
    drop(first);
    assert_usable(&soon(patient).await.unwrap().unwrap()).await;
}

/// Whether the server quits: its answer may be lost when it closes a TCP connection at once.
#[track_caller]
fn quit(result: Result<Empty, ExecuteError>) {
    match result {
        Ok(_) | Err(ExecuteError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_machine_connects_to_who_listens() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("monitor.sock");
    let unix = Listener::bind_unix(&socket).unwrap();
    let tcp = Listener::bind_tcp(([127, 0, 0, 1], 0).into()).unwrap();
    let address = tcp.tcp_address().unwrap();
    for (listener, monitor) in [
        (unix, format!("unix:{}", socket.display())),
        (tcp, format!("tcp:{address}")),
    ] {
        let options = ConnectOptions::new().connect_timeout(SHORT);
        match listener.accept(&options).await {
            Err(ConnectError::NobodyConnected { .. }) => {}
            other => panic!("{other:?}"),
        }
        let options = ConnectOptions::new().connect_timeout(SOON);
        let machines = [
            Qemu::none_with_monitor(&monitor),
            Qemu::none_with_monitor(&monitor),
        ];
        for _ in machines.iter() {
            let client = listener.accept(&options).await.unwrap();
            assert_usable(&client).await;
            quit(client.execute(commands::Quit::new()).await);
        }
        for mut machine in machines {
            assert!(machine.wait(SOON).success());
        }
    }
}

#[test]
fn a_machine_connects_to_a_program_that_blocks() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("monitor.sock");
    let unix = blocking::Listener::bind_unix(&socket).unwrap();
    let tcp = blocking::Listener::bind_tcp(([127, 0, 0, 1], 0).into()).unwrap();
    let address = tcp.tcp_address().unwrap();
    let options = ConnectOptions::new().connect_timeout(SOON);
    for (listener, monitor) in [
        (unix, format!("unix:{}", socket.display())),
        (tcp, format!("tcp:{address}")),
    ] {
        let mut qemu = Qemu::none_with_monitor(&monitor);
        let mut client = listener.accept(&options).unwrap();
        quit(client.execute(commands::Quit::new()));
        assert!(qemu.wait(SOON).success());
    }
}

/// The port of the second monitor of a machine, which the system has chosen.
async fn second_monitor(client: &Client) -> SocketAddr {
    let devices = client.execute(commands::QueryChardev::new()).await;
    let devices = devices.unwrap();
    let mut names = devices.iter().map(|device| device.filename.as_str());
    let address = names.find_map(|name| name.strip_prefix("disconnected:tcp:"));
    let (address, _) = address.unwrap().split_once(',').unwrap();
    address.parse().unwrap()
}

#[tokio::test]
async fn a_monitor_may_be_reached_over_tcp() {
    let qemu = Qemu::q35(&["-qmp", "tcp:127.0.0.1:0,server=on,wait=off"]);
    let first = qemu.client().await;
    let address = second_monitor(&first).await;
    let options = ConnectOptions::new();
    let second = Client::connect_tcp(address, &options).await.unwrap();
    // Both hear of what one of them does.
    let mut resumed = second.events_of::<events::Resume>();
    first.execute(commands::Cont::new()).await.unwrap();
    soon(resumed.recv()).await.unwrap();
    assert_usable(&second).await;
    soon(second.close()).await.unwrap();

    let third = tokio::task::spawn_blocking(move || {
        let mut third = blocking::Client::connect_tcp(address, &options).unwrap();
        third.execute(commands::QueryVersion::new()).unwrap();
    });
    soon(third).await.unwrap();
}

#[tokio::test]
async fn a_monitor_may_be_the_standard_input_and_output_of_a_child() {
    let mut qemu = Command::new("qemu-system-x86_64")
        .args(["-machine", "none", "-accel", "tcg", "-display", "none"])
        .args(["-nodefaults", "-qmp", "stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (reader, writer) = (qemu.stdout.take().unwrap(), qemu.stdin.take().unwrap());
    let options = ConnectOptions::new().connect_timeout(SOON);
    let client = Client::connect_over(reader, writer, &options).await;
    let client = client.unwrap();
    assert_usable(&client).await;
    let quit = client.execute_and_wait(commands::Quit::new(), SOON, |_: &events::Shutdown| true);
    quit.await.unwrap();
    soon(client.closed()).await;
    assert!(soon(qemu.wait()).await.unwrap().success());
}

/// A child that does not outlive its test.
struct Child(std::process::Child);

impl Drop for Child {
    fn drop(&mut self) {
        // Fails for one that has ended, as it should.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_child_is_reached_by_a_program_that_blocks() {
    let child = std::process::Command::new("qemu-system-x86_64")
        .args(["-machine", "none", "-accel", "tcg", "-display", "none"])
        .args(["-nodefaults", "-qmp", "stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut qemu = Child(child.unwrap());
    let pipes = (qemu.0.stdout.take().unwrap(), qemu.0.stdin.take().unwrap());
    let pair = blocking::Pair::new(pipes.0, pipes.1);
    let options = ConnectOptions::new().connect_timeout(SOON);
    let mut client = blocking::Client::connect_over(pair, &options).unwrap();

    let null = File::open("/dev/null").unwrap();
    let get = Call::new(commands::Getfd::new("fd0")).descriptor(null);
    match client.execute(get) {
        Err(ExecuteError::CannotPassDescriptors { .. }) => {}
        other => panic!("{other:?}"),
    }
    let quit = client.execute_and_wait(commands::Quit::new(), SOON, |_: &events::Shutdown| true);
    quit.unwrap();
    assert!(qemu.0.wait().unwrap().success());
}

#[tokio::test]
async fn a_capability_that_is_not_offered_is_missed_at_once() {
    let qemu = Qemu::none();
    let unknown = Capability::Unknown("telepathy".into());
    let options = ConnectOptions::new().capability(unknown);
    let _started = qemu.client().await.close().await;
    match Client::connect_unix(qemu.socket(), &options).await {
        Err(error @ ConnectError::MissingCapability { .. }) => {
            assert!(error.to_string().contains("telepathy"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_usable(&qemu.client().await).await;
}

#[tokio::test]
async fn a_monitor_that_is_closed_is_free_for_the_next() {
    let qemu = Qemu::none();
    let _started = qemu.client().await.close().await;
    let options = ConnectOptions::new();
    for round in 0..100 {
        let client = soon(Client::connect_unix(qemu.socket(), &options)).await;
        let client = client.unwrap();
        let mut events = client.events::<Event>();
        if round % 10 == 0 {
            assert_usable(&client).await;
        }
        soon(client.close()).await.unwrap();
        assert!(soon(events.recv()).await.is_err());
    }
}

#[tokio::test]
async fn a_monitor_whose_client_was_dropped_is_free_for_the_next() {
    let qemu = Qemu::none();
    let _started = qemu.client().await.close().await;
    let options = ConnectOptions::new();
    for _ in 0..50 {
        let client = soon(Client::connect_unix(qemu.socket(), &options)).await;
        let client = client.unwrap();
        // Subscribers alone keep nothing open.
        let mut events = client.events::<Event>();
        drop(client);
        let error = soon(events.recv()).await.unwrap_err();
        assert!(error.to_string().contains("this side closed"), "{error}");
    }
}

#[test]
fn a_monitor_that_a_program_that_blocks_has_closed_is_free_for_the_next() {
    let qemu = Qemu::none();
    qemu.connect().close().unwrap();
    let options = ConnectOptions::new();
    for _ in 0..100 {
        let mut client = blocking::Client::connect_unix(qemu.socket(), &options).unwrap();
        client.execute(commands::QueryVersion::new()).unwrap();
        client.close().unwrap();
    }
}
