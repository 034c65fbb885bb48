//! Block nodes, and transactions over them.

use qapi_client::blocking::Client;
use qapi_protocol::{ErrorClass, Version};
use qapi_tests::expect;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{
    BlockDeviceInfo, BlockDirtyBitmap, BlockDirtyBitmapAdd, BlockdevSnapshot, ImageInfoSpecific,
    TransactionAction, commands,
};

use crate::support::{MIB, add_qcow2};

fn nodes(client: &mut Client) -> Vec<BlockDeviceInfo> {
    let command = commands::QueryNamedBlockNodes::new().flat(true);
    client.execute(command).unwrap()
}

fn node<'n>(nodes: &'n [BlockDeviceInfo], name: &str) -> &'n BlockDeviceInfo {
    let mut nodes = nodes.iter();
    nodes
        .find(|node| node.node_name.as_deref() == Some(name))
        .unwrap()
}

fn add_bitmap(node: &str, name: &str) -> TransactionAction {
    let bitmap = BlockDirtyBitmapAdd::new(node, name).granularity(65_536);
    TransactionAction::BlockDirtyBitmapAdd(bitmap.into())
}

fn remove_bitmap(node: &str, name: &str) -> commands::BlockDirtyBitmapRemove {
    BlockDirtyBitmap::new(node, name).into()
}

#[test]
fn a_qcow2_over_a_file_is_two_nodes() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    assert_eq!(
        client
            .execute(commands::QueryNamedBlockNodes::new())
            .unwrap(),
        []
    );
    add_qcow2(&mut client, qemu.folder(), "disk0");

    let nodes = nodes(&mut client);
    assert_eq!(nodes.len(), 2);
    let disk = node(&nodes, "disk0");
    assert_eq!((disk.drv.as_str(), disk.ro), ("qcow2", false));
    assert!(disk.file.ends_with("/disk0.qcow2"), "{}", disk.file);
    // Since 10.1, and then always.
    let release = client.greeting().version.qemu;
    assert_eq!(disk.children.is_some(), release >= Version::new(10, 1, 0));
    if let Some(children) = &disk.children {
        let [child] = children.as_slice() else {
            panic!("{children:?}");
        };
        assert_eq!(
            (child.child.as_str(), child.node_name.as_str()),
            ("file", "disk0-file")
        );
    }
    assert_eq!(disk.image.virtual_size, MIB as i64);
    let Some(ImageInfoSpecific::Qcow2(qcow2)) = &disk.image.format_specific else {
        panic!("{:?}", disk.image.format_specific);
    };
    assert_eq!(
        (qcow2.data.compat.as_str(), qcow2.data.refcount_bits),
        ("1.1", 16)
    );
    assert_eq!(node(&nodes, "disk0-file").drv, "file");

    let error = expect::refusal(&mut client, commands::BlockdevDel::new("disk0-file"));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("disk0-file"), "{error}");
    client.execute(commands::BlockdevDel::new("disk0")).unwrap();
    assert_eq!(
        client
            .execute(commands::QueryNamedBlockNodes::new())
            .unwrap(),
        []
    );
}

#[test]
fn a_transaction_happens_as_a_whole() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    add_qcow2(&mut client, qemu.folder(), "disk0");
    add_qcow2(&mut client, qemu.folder(), "disk1");

    let both = [add_bitmap("disk0", "b"), add_bitmap("disk1", "b")];
    client.execute(commands::Transaction::new(both)).unwrap();
    let nodes = nodes(&mut client);
    for name in ["disk0", "disk1"] {
        let bitmaps = node(&nodes, name).dirty_bitmaps.as_deref().unwrap();
        let [bitmap] = bitmaps else {
            panic!("{bitmaps:?}");
        };
        assert_eq!(bitmap.name.as_deref(), Some("b"));
        assert_eq!(bitmap.granularity, 65_536);
        assert!(bitmap.recording && !bitmap.persistent && !bitmap.busy);
    }
    client.execute(remove_bitmap("disk0", "b")).unwrap();
    client.execute(remove_bitmap("disk1", "b")).unwrap();
}

#[test]
fn a_transaction_that_fails_changes_nothing() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    add_qcow2(&mut client, qemu.folder(), "disk0");

    let second_fails = [add_bitmap("disk0", "b"), add_bitmap("absent", "b")];
    let error = expect::refusal(&mut client, commands::Transaction::new(second_fails));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("absent"), "{error}");

    let nodes = nodes(&mut client);
    assert_eq!(node(&nodes, "disk0").dirty_bitmaps, None);
    let error = expect::refusal(&mut client, remove_bitmap("disk0", "b"));
    assert!(error.desc.contains("'b'"), "{error}");
}

#[test]
fn snapshots_are_taken_of_all_disks_or_of_none() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    for name in ["disk0", "disk1", "snapshot0", "snapshot1"] {
        add_qcow2(&mut client, qemu.folder(), name);
    }
    let snapshot = |node: &str, overlay: &str| {
        let snapshot = BlockdevSnapshot::new(node, overlay);
        TransactionAction::BlockdevSnapshot(snapshot.into())
    };

    // A disk with a snapshot is in use; one without can be removed.
    let second_fails = [snapshot("disk0", "snapshot0"), snapshot("disk1", "absent")];
    let error = expect::refusal(&mut client, commands::Transaction::new(second_fails));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("absent"), "{error}");
    client.execute(commands::BlockdevDel::new("disk0")).unwrap();

    add_qcow2(&mut client, qemu.folder(), "disk0");
    let both = [
        snapshot("disk0", "snapshot0"),
        snapshot("disk1", "snapshot1"),
    ];
    client.execute(commands::Transaction::new(both)).unwrap();
    for name in ["disk0", "disk1"] {
        let error = expect::refusal(&mut client, commands::BlockdevDel::new(name));
        assert_eq!(error.class, ErrorClass::GenericError);
        assert!(error.desc.contains(name), "{error}");
    }
    let nodes = nodes(&mut client);
    for (name, backing) in [("snapshot0", "/disk0.qcow2"), ("snapshot1", "/disk1.qcow2")] {
        let file = node(&nodes, name).backing_file.as_deref().unwrap();
        assert!(file.ends_with(backing), "{file}");
    }
}
