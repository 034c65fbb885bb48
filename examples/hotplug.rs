//! Plugs a disk into a machine that runs, and unplugs it again.
//!
//! ```sh
//! qemu-img create -f qcow2 /tmp/disk1.qcow2 1G
//! qemu-system-x86_64 -machine q35 -display none -device virtio-scsi-pci,id=scsi0 \
//!     -qmp unix:/tmp/vm0.sock,server=on,wait=off &
//! cargo run -p qapi-examples --bin hotplug -- /tmp/vm0.sock /tmp/disk1.qcow2
//! ```

use std::env;
use std::time::Duration;

use anyhow::Context;
use qapi_client::{Client, ConnectOptions};
use qapi_types::qmp::commands::{BlockdevAdd, BlockdevDel, DeviceAdd, DeviceDel, QueryBlock};
use qapi_types::qmp::events::DeviceDeleted;
use qapi_types::qmp::{
    BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile, BlockdevOptionsQcow2,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = env::args().skip(1);
    let socket = arguments.next().context("usage: hotplug SOCKET IMAGE")?;
    let image = arguments.next().context("usage: hotplug SOCKET IMAGE")?;
    let vm = Client::connect_unix(socket, &ConnectOptions::new()).await?;

    // What the guest sees of the disk. The properties of a device are not in QEMU's schema, so
    // that no compiler checks them. This does, before QEMU does anything.
    let disk = DeviceAdd::new("scsi-hd")
        .id("disk1")
        .bus("scsi0.0")
        .extra("drive", "node1")
        .extra("serial", "S-1");
    vm.check_device(&disk).await?;

    // What it is made of: the format `qcow2` over a file.
    let file = BlockdevOptionsBranch::File(BlockdevOptionsFile::new(image));
    let qcow2 = BlockdevOptionsQcow2::new(BlockdevOptions::new(file));
    let node = BlockdevOptions::new(BlockdevOptionsBranch::Qcow2(qcow2)).node_name("node1");
    vm.execute(BlockdevAdd::from(node)).await?;
    if let Err(error) = vm.execute(disk).await {
        vm.execute(BlockdevDel::new("node1")).await?;
        return Err(error.into());
    }
    for disk in vm.execute(QueryBlock::new()).await? {
        let Some(node) = &disk.inserted else { continue };
        if node.node_name.as_deref() == Some("node1") {
            let mib = node.image.virtual_size >> 20;
            println!("plugged: {mib} MiB, {}", node.file);
        }
    }

    // `device_del` asks the guest to let go of the disk. That it has is said by an event.
    let patience = Duration::from_secs(30);
    let (_, deleted) = vm
        .execute_and_wait(DeviceDel::new("disk1"), patience, |gone: &DeviceDeleted| {
            gone.device.as_deref() == Some("disk1")
        })
        .await?;
    vm.execute(BlockdevDel::new("node1")).await?;
    println!("unplugged: it was {}", deleted.event.path);
    vm.close().await?;
    Ok(())
}
