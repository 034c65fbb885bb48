//! A server whose main loop is blocked by a command.

use std::os::unix::net as blocking;
use std::time::Duration;

use qapi_client::{Call, ConnectOptions, ExecuteError};
use qapi_protocol::Capability;
use qapi_tests::server::{Qemu, StorageDaemon, create_image};
use qapi_types::qmp::{
    BlockExportOptions, BlockExportOptionsBranch, BlockExportOptionsNbd, BlockdevOptions,
    BlockdevOptionsBranch, BlockdevOptionsFile, NbdServerOptionsLegacy, SocketAddressLegacy,
    UnixSocketAddress, YankInstance, YankInstanceBlockNode, commands,
};
use tokio::net::UnixListener;
use tokio::task::JoinSet;

use crate::support::{
    SHORT, add_ram, assert_ram, assert_usable, get_ram, has_object, open_nbd, refused, soon, spawn,
};

fn oob() -> ConnectOptions {
    ConnectOptions::new().capability(Capability::Oob)
}

/// The node `nbd0`, for [`commands::Yank`].
fn nbd0() -> YankInstance {
    YankInstance::BlockNode(YankInstanceBlockNode::new("nbd0"))
}

#[tokio::test]
async fn out_of_band_overtakes_a_command_that_blocks() {
    let qemu = Qemu::none();
    let client = qemu.client_with(&oob()).await;
    let socket = qemu.folder().join("nbd.sock");
    let storage = UnixListener::bind(&socket).unwrap();
    let adding = spawn(&client, open_nbd(&socket));
    let connection = soon(storage.accept()).await.unwrap();
    let status = spawn(&client, commands::QueryStatus::new());

    for _ in 0..20 {
        let instances = soon(client.execute_oob(commands::QueryYank::new())).await;
        assert!(instances.unwrap().contains(&nbd0()));
        let error = refused(soon(client.execute_oob(commands::MigratePause::new())).await);
        assert!(error.desc.contains("migrate-pause"), "{error}");
    }
    assert!(!adding.is_finished() && !status.is_finished());

    drop((storage, connection));
    refused(soon(adding).await.unwrap());
    soon(status).await.unwrap().unwrap();
}

#[test]
fn out_of_band_overtakes_a_command_that_was_too_late() {
    let qemu = Qemu::none();
    let mut client = qemu.connect_with(&oob());
    let socket = qemu.folder().join("nbd.sock");
    let storage = blocking::UnixListener::bind(&socket).unwrap();
    match client.execute(Call::new(open_nbd(&socket)).timeout(SHORT)) {
        Err(ExecuteError::Timeout { command, .. }) => assert_eq!(command, "blockdev-add"),
        other => panic!("{other:?}"),
    }
    for number in 0..7 {
        match client.execute(Call::new(add_ram(number)).timeout(Duration::ZERO)) {
            Err(ExecuteError::Timeout { .. }) => {}
            other => panic!("{other:?}"),
        }
        client.execute_oob(commands::QueryYank::new()).unwrap();
    }
    match client.execute(Call::new(add_ram(7)).timeout(SHORT)) {
        Err(ExecuteError::NotSent { .. }) => {}
        other => panic!("{other:?}"),
    }
    let error = refused(client.execute_oob(commands::MigratePause::new()));
    assert!(error.desc.contains("migrate-pause"), "{error}");

    // The server is given a chance, and does what it was sent, and nothing else.
    drop(storage);
    for number in 0..7 {
        assert_ram(number, &client.execute(get_ram(number)).unwrap());
    }
    refused(client.execute(get_ram(7)));
}

#[tokio::test]
async fn the_ninth_command_waits_and_out_of_band_comes_through() {
    let qemu = Qemu::none();
    let client = qemu.client_with(&oob()).await;
    let socket = qemu.folder().join("nbd.sock");
    let storage = UnixListener::bind(&socket).unwrap();
    let adding = spawn(&client, open_nbd(&socket));
    let connection = soon(storage.accept()).await.unwrap();

    let mut calls = JoinSet::new();
    for number in 0..12 {
        let client = client.clone();
        calls.spawn(async move {
            let call = Call::new(add_ram(number)).timeout(SHORT);
            (number, client.execute(call).await)
        });
    }
    let (mut late, mut not_sent) = (Vec::new(), Vec::new());
    for (number, result) in soon(calls.join_all()).await {
        match result {
            Err(ExecuteError::Timeout { .. }) => late.push(number),
            Err(ExecuteError::NotSent { .. }) => not_sent.push(number),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((late.len(), not_sent.len()), (7, 5));
    let again = Call::new(commands::QueryStatus::new()).timeout(SHORT);
    match client.execute(again).await {
        Err(ExecuteError::NotSent { .. }) => {}
        other => panic!("{other:?}"),
    }
    let instances = soon(client.execute_oob(commands::QueryYank::new())).await;
    assert!(instances.unwrap().contains(&nbd0()));
    assert!(!adding.is_finished());

    // One that waits for its turn gets it, and those that were given up were not forgotten.
    let waiting = spawn(&client, add_ram(100));
    drop((storage, connection));
    refused(soon(adding).await.unwrap());
    soon(waiting).await.unwrap().unwrap();
    for number in late {
        let answer = soon(client.execute(get_ram(number))).await;
        assert_ram(number, &answer.unwrap());
    }
    for number in not_sent {
        assert!(!has_object(&client, &format!("ram{number}")).await);
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_is_answered_to_nobody() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    client.execute(add_ram(0)).await.unwrap();
    let socket = qemu.folder().join("nbd.sock");
    let storage = UnixListener::bind(&socket).unwrap();
    let adding = spawn(&client, open_nbd(&socket));
    let connection = soon(storage.accept()).await.unwrap();
    adding.abort();
    assert!(soon(adding).await.unwrap_err().is_cancelled());

    let waiting = spawn(&client, get_ram(0));
    drop((storage, connection));
    assert_ram(0, &soon(waiting).await.unwrap().unwrap());
    assert_usable(&client).await;
}

#[tokio::test]
async fn closing_waits_for_calls() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    let socket = qemu.folder().join("nbd.sock");
    let storage = UnixListener::bind(&socket).unwrap();
    let adding = spawn(&client, open_nbd(&socket));
    let connection = soon(storage.accept()).await.unwrap();
    let other = client.clone();
    let closing = tokio::spawn(client.close());
    // From when it closes on, it takes no more calls.
    let refused_here = soon(async {
        loop {
            let call = Call::new(commands::QueryStatus::new()).timeout(Duration::ZERO);
            match other.execute(call).await {
                Err(ExecuteError::Connection(error)) => return error,
                Err(_) => tokio::task::yield_now().await,
                Ok(status) => panic!("{status:?}"),
            }
        }
    });
    let error = refused_here.await;
    assert!(error.to_string().contains("this side closed"), "{error}");
    assert!(!closing.is_finished() && !adding.is_finished());
    drop((storage, connection));
    refused(soon(adding).await.unwrap());
    soon(closing).await.unwrap().unwrap();
    assert_usable(&qemu.client().await).await;
}

/// A storage daemon that serves a disk over NBD, at the socket that it gives.
async fn serve_disk() -> (StorageDaemon, std::path::PathBuf) {
    let daemon = StorageDaemon::start();
    let client = daemon.client().await;
    let image = daemon.folder().join("disk.raw");
    create_image(&image, "raw", 1 << 20);
    let file = BlockdevOptionsFile::new(image.to_str().unwrap());
    let file = BlockdevOptions::new(BlockdevOptionsBranch::File(file)).node_name("disk0");
    let add = commands::BlockdevAdd::from(file);
    client.execute(add).await.unwrap();

    let socket = daemon.folder().join("nbd.sock");
    let address = UnixSocketAddress::new(socket.to_str().unwrap());
    let address = SocketAddressLegacy::Unix(address.into());
    let start = commands::NbdServerStart::from(NbdServerOptionsLegacy::new(address));
    client.execute(start).await.unwrap();
    let nbd = BlockExportOptionsBranch::Nbd(BlockExportOptionsNbd::new());
    let export = BlockExportOptions::new(nbd, "export0", "disk0").writable(true);
    let add = commands::BlockExportAdd::from(export);
    client.execute(add).await.unwrap();
    (daemon, socket)
}

#[tokio::test]
async fn a_machine_lets_go_of_storage_that_hangs() {
    let (daemon, socket) = serve_disk().await;
    let qemu = Qemu::none();
    let client = qemu.client_with(&oob()).await;
    client.execute(open_nbd(&socket)).await.unwrap();
    let read = commands::HumanMonitorCommand::new("qemu-io nbd0 \"read 0 512\"");
    client.execute(read.clone()).await.unwrap();

    daemon.freeze();
    match client.execute(Call::new(read.clone()).timeout(SHORT)).await {
        Err(ExecuteError::Timeout { .. }) => {}
        other => panic!("{other:?}"),
    }
    let reading = spawn(&client, read);
    let yank = commands::Yank::new([nbd0()]);
    soon(client.execute_oob(yank)).await.unwrap();
    soon(reading).await.unwrap().unwrap();
    let delete = commands::BlockdevDel::new("nbd0");
    soon(client.execute(delete)).await.unwrap();
}
