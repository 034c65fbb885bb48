//! Devices, with properties that the schema does not list.

use qapi_client::blocking::Client;
use qapi_protocol::ErrorClass;
use qapi_tests::expect;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{Event, commands};
use serde_json::{Value, json};

use crate::support::{MIB, add_qcow2};

fn get(client: &mut Client, device: &str, property: &str) -> Value {
    let path = format!("/machine/peripheral/{device}");
    client
        .execute(commands::QomGet::new(path, property))
        .unwrap()
}

#[test]
fn a_disk_is_plugged_and_unplugged() {
    let qemu = Qemu::q35(&["-device", "virtio-scsi-pci,id=scsi0"]);
    let mut client = qemu.connect();
    add_qcow2(&mut client, qemu.folder(), "disk0");

    let device = commands::DeviceAdd::new("scsi-hd")
        .id("hd0")
        .bus("scsi0.0")
        .extra("drive", "disk0")
        .extra("lun", 3)
        .extra("removable", true)
        .extra("serial", "S-1");
    client.execute(device).unwrap();
    assert_eq!(get(&mut client, "hd0", "drive"), json!("disk0"));
    assert_eq!(get(&mut client, "hd0", "lun"), json!(3));
    assert_eq!(get(&mut client, "hd0", "removable"), json!(true));
    assert_eq!(get(&mut client, "hd0", "serial"), json!("S-1"));

    let blocks = client.execute(commands::QueryBlock::new()).unwrap();
    let [block] = blocks.as_slice() else {
        panic!("{blocks:?}");
    };
    assert!(block.qdev.as_deref().unwrap().ends_with("hd0"));
    assert!(block.removable && !block.locked);
    let inserted = block.inserted.as_ref().unwrap();
    assert_eq!(inserted.node_name.as_deref(), Some("disk0"));
    assert!(!inserted.ro);
    assert_eq!(inserted.image.virtual_size, MIB as i64);

    client.execute(commands::DeviceDel::new("hd0")).unwrap();
    let (deleted, _) = expect::event(&mut client, |event| match event {
        Event::DeviceDeleted(deleted) => Some(deleted),
        _ => None,
    });
    assert_eq!(deleted.device.as_deref(), Some("hd0"));
    assert_eq!(deleted.path, "/machine/peripheral/hd0");
    assert_eq!(client.execute(commands::QueryBlock::new()).unwrap(), []);
}

#[test]
fn a_pci_device_is_plugged_into_a_port() {
    let qemu = Qemu::q35(&["-device", "pcie-root-port,id=port0,chassis=1"]);
    let mut client = qemu.connect();
    let device = |bus: &str| {
        commands::DeviceAdd::new("virtio-rng-pci")
            .id("rng0")
            .bus(bus)
            .extra("max-bytes", 1024)
            .extra("period", 500)
    };

    let error = expect::refusal(&mut client, device("pcie.0"));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("pcie.0"), "{error}");
    let error = expect::refusal(&mut client, device("port0").extra("wrong", 1));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("wrong"), "{error}");

    client.execute(device("port0")).unwrap();
    assert_eq!(get(&mut client, "rng0", "max-bytes"), json!(1024));
    assert_eq!(get(&mut client, "rng0", "period"), json!(500));

    let buses = client.execute(commands::QueryPci::new()).unwrap();
    let [root] = buses.as_slice() else {
        panic!("{buses:?}");
    };
    let port = root.devices.iter().find(|device| device.qdev_id == "port0");
    assert!(port.unwrap().pci_bridge.is_some());
    // The host bridge of every q35.
    let [bridge, ..] = root.devices.as_slice() else {
        panic!("{root:?}");
    };
    assert_eq!((bridge.id.vendor, bridge.id.device), (0x8086, 0x29c0));
    assert_eq!(bridge.class_info.class, 0x0600);
}
