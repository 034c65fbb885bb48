//! File descriptors that are passed to servers.

use std::fs::{self, File};
use std::path::Path;

use qapi_client::{Call, Client, ExecuteError, Listener};
use qapi_protocol::ErrorClass;
use qapi_tests::server::{Qemu, StorageDaemon};
use qapi_types::qmp::{
    BlockDeviceInfo, BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile, commands,
};
use tokio::task::JoinSet;

use crate::support::{add_ram, assert_ram, assert_usable, get_ram, refused, soon};

/// A file of this many kibibytes that has no name any longer, so that only its descriptor leads
/// to it.
fn nameless(folder: &Path, kib: u64) -> File {
    let path = folder.join(format!("disk{kib}"));
    let file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .unwrap();
    file.set_len(kib << 10).unwrap();
    fs::remove_file(path).unwrap();
    file
}

/// Passes a disk for the set `set`.
fn add_fd(disk: File, set: i64) -> Call<commands::AddFd> {
    let add = commands::AddFd::new().fdset_id(set).opaque("disk");
    Call::new(add).descriptor(disk)
}

/// Adds the node `diskSET`, over what was added to the set `set`.
fn add_node(set: i64) -> commands::BlockdevAdd {
    let file = BlockdevOptionsFile::new(format!("/dev/fdset/{set}"));
    BlockdevOptions::new(BlockdevOptionsBranch::File(file))
        .node_name(format!("disk{set}"))
        .into()
}

/// The size of the node `diskSET`, in KiB.
fn kib(nodes: &[BlockDeviceInfo], set: i64) -> i64 {
    let name = format!("disk{set}");
    let mut nodes = nodes.iter();
    let node = nodes.find(|node| node.node_name.as_deref() == Some(&name));
    node.unwrap().image.virtual_size >> 10
}

#[tokio::test]
async fn a_disk_is_opened_by_its_descriptor() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    let disk = nameless(qemu.folder(), 64);
    let added = client.execute(add_fd(disk, 7)).await.unwrap();
    assert_eq!(added.fdset_id, 7);
    client.execute(add_node(7)).await.unwrap();
    let nodes = client.execute(commands::QueryNamedBlockNodes::new()).await;
    assert_eq!(kib(&nodes.unwrap(), 7), 64);

    let sets = client.execute(commands::QueryFdsets::new()).await.unwrap();
    let [set] = sets.as_slice() else {
        panic!("{sets:?}");
    };
    let [fd] = set.fds.as_slice() else {
        panic!("{set:?}");
    };
    assert_eq!((set.fdset_id, fd.fd), (7, added.fd));
    assert_eq!(fd.opaque.as_deref(), Some("disk"));
}

#[test]
fn a_disk_is_opened_by_its_descriptor_by_a_program_that_blocks() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    for set in [7, 8] {
        let disk = nameless(qemu.folder(), set as u64);
        let added = client.execute(add_fd(disk, set)).unwrap();
        assert_eq!(added.fdset_id, set);
    }
    for set in [8, 7] {
        client.execute(add_node(set)).unwrap();
    }
    let nodes = client
        .execute(commands::QueryNamedBlockNodes::new())
        .unwrap();
    assert_eq!((kib(&nodes, 7), kib(&nodes, 8)), (7, 8));
}

#[tokio::test]
async fn descriptors_have_names() {
    let qemu = Qemu::none();
    let client = qemu.client().await;
    let close = || client.execute(commands::Closefd::new("fd0"));
    refused(close().await);
    // A second one takes the place of the first.
    for kib in [4, 8] {
        let disk = nameless(qemu.folder(), kib);
        let get = Call::new(commands::Getfd::new("fd0")).descriptor(disk);
        client.execute(get).await.unwrap();
    }
    close().await.unwrap();
    refused(close().await);

    let error = refused(client.execute(commands::Getfd::new("fd0")).await);
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("SCM_RIGHTS"), "{error}");
}

#[test]
fn descriptors_have_names_for_a_program_that_blocks() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let disk = nameless(qemu.folder(), 4);
    let get = Call::new(commands::Getfd::new("fd0")).descriptor(disk);
    client.execute(get).unwrap();
    client.execute(commands::Closefd::new("fd0")).unwrap();
    refused(client.execute(commands::Closefd::new("fd0")));
}

/// Each task passes disks of its own size, while others execute other commands.
async fn many_disks(client: &Client, folder: &Path) {
    const DISKS: i64 = 48;

    let mut tasks = JoinSet::new();
    for number in 0..8 {
        client.execute(add_ram(number)).await.unwrap();
        let client = client.clone();
        tasks.spawn(async move {
            for _ in 0..20 {
                assert_ram(number, &client.execute(get_ram(number)).await.unwrap());
            }
        });
    }
    for set in 1..=DISKS {
        let disk = nameless(folder, set as u64);
        let client = client.clone();
        tasks.spawn(async move {
            client.execute(add_fd(disk, set)).await.unwrap();
            client.execute(add_node(set)).await.unwrap();
        });
    }
    soon(tasks.join_all()).await;
    let nodes = client.execute(commands::QueryNamedBlockNodes::new()).await;
    let nodes = nodes.unwrap();
    for set in 1..=DISKS {
        assert_eq!(kib(&nodes, set), set, "disk{set}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_many_commands_has_its_own_descriptor_on_many_threads() {
    let qemu = Qemu::none();
    many_disks(&qemu.client().await, qemu.folder()).await;
}

#[tokio::test]
async fn each_of_many_commands_has_its_own_descriptor_on_one_thread() {
    let qemu = Qemu::none();
    many_disks(&qemu.client().await, qemu.folder()).await;
}

#[tokio::test]
async fn a_server_without_use_for_a_descriptor_refuses_it() {
    let daemon = StorageDaemon::start();
    let client = daemon.client().await;
    let disk = nameless(daemon.folder(), 4);
    if client.supports::<commands::AddFd>().await.unwrap() {
        client.execute(add_fd(disk, 1)).await.unwrap();
    } else {
        let error = refused(client.execute(add_fd(disk, 1)).await);
        assert_eq!(error.class, ErrorClass::CommandNotFound);
    }
    assert_usable(&client).await;
}

#[tokio::test]
async fn descriptors_cannot_be_passed_over_tcp() {
    let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into()).unwrap();
    let address = listener.tcp_address().unwrap();
    let qemu = Qemu::none_with_monitor(&format!("tcp:{address}"));
    let client = listener.accept(&Default::default()).await.unwrap();
    let disk = nameless(qemu.folder(), 4);
    match client.execute(add_fd(disk, 1)).await {
        Err(ExecuteError::CannotPassDescriptors { command, .. }) => {
            assert_eq!(command, "add-fd");
        }
        other => panic!("{other:?}"),
    }
    let sets = client.execute(commands::QueryFdsets::new()).await;
    assert_eq!(sets.unwrap(), []);
}
