//! QEMU's storage daemon, driven through typed commands.
//!
//! Its interface is a part of QEMU's, so that QEMU's types do for it.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use qapi_client::blocking::Client;
use qapi_client::{ConnectionError, DeviceError, EventError, ExecuteError, Job, JobOutcome};
use qapi_protocol::introspection::QueryQmpSchema;
use qapi_protocol::{ErrorClass, Version};
use qapi_tests::expect;
use qapi_tests::server::{StorageDaemon, create_image};
use qapi_types::qmp;
use qapi_types::qsd::{
    BlockDirtyBitmap, BlockDirtyBitmapAdd, BlockExportOptions, BlockExportOptionsBranch,
    BlockExportOptionsNbd, BlockExportRemoveMode, BlockExportType, BlockdevCreateOptions,
    BlockdevCreateOptionsFile, BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile,
    BlockdevOptionsNbd, BlockdevOptionsQcow2, Event, IothreadProperties, MirrorSyncMode,
    NbdServerOptionsLegacy, ObjectOptions, ObjectOptionsBranch, SchemaInfoBranch, SocketAddress,
    SocketAddressLegacy, TransactionAction, UnixSocketAddress, VersionTriple, commands,
};

/// Adds the node `disk0`, a qcow2 image in `folder`, over the node `file0`.
fn add_disk(client: &mut Client, folder: &Path) {
    let path = folder.join("disk.qcow2");
    create_image(&path, "qcow2", 1 << 20);
    let file = BlockdevOptionsFile::new(path.to_str().unwrap());
    for node in [
        BlockdevOptions::new(BlockdevOptionsBranch::File(file)).node_name("file0"),
        BlockdevOptions::new(BlockdevOptionsBranch::Qcow2(BlockdevOptionsQcow2::new(
            "file0",
        )))
        .node_name("disk0"),
    ] {
        client.execute(commands::BlockdevAdd::from(node)).unwrap();
    }
}

#[test]
fn its_version_is_that_of_the_greeting() {
    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    let version = client.execute(commands::QueryVersion::new()).unwrap();
    let Version {
        major,
        minor,
        micro,
    } = client.greeting().version.qemu;
    assert_eq!(
        version.qemu,
        VersionTriple::new(major.into(), minor.into(), micro.into())
    );
}

#[test]
fn it_says_what_it_has() {
    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    assert!(client.supports::<commands::BlockdevAdd>().unwrap());
    assert!(!client.supports::<qmp::commands::DeviceAdd>().unwrap());
    let schema = client.execute(QueryQmpSchema).unwrap();
    let path = "block-export-add/arg-type/+nbd/name";
    assert!(schema.has(path).unwrap());
    assert!(!schema.has("device_add").unwrap());
}

#[test]
fn it_has_a_part_of_the_commands_of_qemu() {
    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    let schema = client.execute(commands::QueryQmpSchema::new()).unwrap();
    let has_command = |name: &str| {
        schema.iter().any(|entry| {
            entry.name == name && matches!(entry.meta_type, SchemaInfoBranch::Command(_))
        })
    };
    assert!(has_command("blockdev-add"));
    assert!(!has_command("query-status"));

    let error = expect::refusal(&mut client, qmp::commands::QueryStatus::new());
    assert_eq!(error.class, ErrorClass::CommandNotFound);
    assert!(error.desc.contains("query-status"), "{error}");
}

#[test]
fn a_qcow2_over_a_file_is_two_nodes() {
    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    add_disk(&mut client, daemon.folder());

    let nodes = client
        .execute(commands::QueryNamedBlockNodes::new())
        .unwrap();
    let mut nodes: Vec<_> = nodes
        .iter()
        .map(|node| (node.node_name.as_deref(), node.drv.as_str()))
        .collect();
    nodes.sort_unstable();
    assert_eq!(nodes, [(Some("disk0"), "qcow2"), (Some("file0"), "file")]);

    let error = expect::refusal(&mut client, commands::BlockdevDel::new("file0"));
    assert_eq!(error.class, ErrorClass::GenericError);
    client.execute(commands::BlockdevDel::new("disk0")).unwrap();
    client.execute(commands::BlockdevDel::new("file0")).unwrap();
    let nodes = client
        .execute(commands::QueryNamedBlockNodes::new())
        .unwrap();
    assert_eq!(nodes, []);
}

#[test]
fn a_transaction_that_fails_changes_nothing() {
    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    add_disk(&mut client, daemon.folder());
    let add = |node: &str| {
        let bitmap = BlockDirtyBitmapAdd::new(node, "bitmap0");
        TransactionAction::BlockDirtyBitmapAdd(bitmap.into())
    };
    let remove = commands::BlockDirtyBitmapRemove::from(BlockDirtyBitmap::new("disk0", "bitmap0"));

    let fails = commands::Transaction::new([add("disk0"), add("absent")]);
    let error = expect::refusal(&mut client, fails);
    assert!(error.desc.contains("absent"), "{error}");
    let error = expect::refusal(&mut client, remove.clone());
    assert!(error.desc.contains("bitmap0"), "{error}");

    client
        .execute(commands::Transaction::new([add("disk0")]))
        .unwrap();
    client.execute(remove).unwrap();
}

#[test]
fn objects_are_added_and_removed() {
    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    let properties = IothreadProperties::new().poll_max_ns(1000);
    let object = ObjectOptions::new(ObjectOptionsBranch::Iothread(properties), "io0");
    client.execute(commands::ObjectAdd::from(object)).unwrap();
    let get = commands::QomGet::new("/objects/io0", "poll-max-ns");
    assert_eq!(client.execute(get.clone()).unwrap(), 1000);
    client.execute(commands::ObjectDel::new("io0")).unwrap();
    let error = expect::refusal(&mut client, get);
    assert_eq!(error.class, ErrorClass::DeviceNotFound);
}

#[test]
fn an_export_serves_another_daemon_until_it_is_removed() {
    let server_daemon = StorageDaemon::start();
    let mut server = server_daemon.connect();
    add_disk(&mut server, server_daemon.folder());
    let socket = server_daemon.folder().join("nbd.sock");
    let address = UnixSocketAddress::new(socket.to_str().unwrap());

    let legacy = SocketAddressLegacy::Unix(address.clone().into());
    let options = NbdServerOptionsLegacy::new(legacy).max_connections(1);
    server
        .execute(commands::NbdServerStart::from(options))
        .unwrap();
    let nbd = BlockExportOptionsNbd::new()
        .name("disk")
        .description("a disk");
    let export = BlockExportOptions::new(BlockExportOptionsBranch::Nbd(nbd), "export0", "disk0");
    let add = commands::BlockExportAdd::from(export.writable(true));
    server.execute(add).unwrap();
    let exports = server.execute(commands::QueryBlockExports::new()).unwrap();
    let [export] = exports.as_slice() else {
        panic!("{exports:?}");
    };
    assert_eq!(
        (export.id.as_str(), export.node_name.as_str()),
        ("export0", "disk0")
    );
    assert_eq!(
        (&export.r#type, export.shutting_down),
        (&BlockExportType::Nbd, false)
    );

    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    let remote = BlockdevOptionsNbd::new(SocketAddress::Unix(address)).export("disk");
    let remote = BlockdevOptions::new(BlockdevOptionsBranch::Nbd(remote)).node_name("remote0");
    client.execute(commands::BlockdevAdd::from(remote)).unwrap();

    let error = expect::refusal(&mut server, commands::BlockExportDel::new("export0"));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("export0"), "{error}");
    let hard = commands::BlockExportDel::new("export0").mode(BlockExportRemoveMode::Hard);
    server.execute(hard).unwrap();
    let (deleted, _) = expect::event(&mut server, |event| match event {
        Event::BlockExportDeleted(deleted) => Some(deleted),
        _ => None,
    });
    assert_eq!(deleted.id, "export0");
    assert_eq!(
        server.execute(commands::QueryBlockExports::new()).unwrap(),
        []
    );
    server.execute(commands::NbdServerStop::new()).unwrap();
}

#[test]
fn after_quit_it_ends() {
    let mut daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    client.execute(commands::Quit::new()).unwrap();
    match client.next_event::<Event>(Duration::from_secs(30)) {
        Err(EventError::Connection(ConnectionError::Closed { .. })) => {}
        other => panic!("{other:?}"),
    }
    assert!(daemon.wait(Duration::from_secs(30)).success());
}

#[test]
fn a_job_is_run_to_its_end_and_no_device_is_checked() {
    let daemon = StorageDaemon::start();
    let mut client = daemon.connect();
    add_disk(&mut client, daemon.folder());
    let path = daemon.folder().join("copy.img");
    let file = BlockdevCreateOptionsFile::new(path.to_str().unwrap(), 1_u64 << 20);
    let create = commands::BlockdevCreate::new("job0", BlockdevCreateOptions::File(file));
    let outcome = client.run_job(Job::new("job0"), create, |_| {});
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);

    let file = BlockdevOptionsFile::new(path.to_str().unwrap());
    let copy = BlockdevOptions::new(BlockdevOptionsBranch::File(file)).node_name("copy0");
    client.execute(commands::BlockdevAdd::from(copy)).unwrap();
    let mirror =
        commands::BlockdevMirror::new("disk0", "copy0", MirrorSyncMode::Full).job_id("job0");
    let outcome = client.run_job(Job::new("job0"), mirror, |_| {});
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    assert_eq!(client.execute(commands::QueryJobs::new()).unwrap(), []);

    // It has no devices.
    let error = client.check_device(&qmp::commands::DeviceAdd::new("scsi-hd"));
    match error.unwrap_err() {
        DeviceError::Execute(error) => {
            assert!(matches!(*error, ExecuteError::Qemu { .. }), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
}
