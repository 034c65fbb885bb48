//! Has QEMU use a disk that it could not open itself: this program opens it, and passes the
//! descriptor.
//!
//! ```sh
//! qemu-img create -f raw /tmp/disk2.img 1G
//! qemu-system-x86_64 -machine q35 -display none -qmp unix:/tmp/vm0.sock,server=on,wait=off &
//! cargo run -p qapi-examples --bin pass_descriptor -- /tmp/vm0.sock /tmp/disk2.img
//! ```

use std::env;
use std::fs::File;

use anyhow::Context;
use qapi_client::{Call, Client, ConnectOptions};
use qapi_types::qmp::commands::{AddFd, BlockdevAdd, BlockdevDel, QueryNamedBlockNodes, RemoveFd};
use qapi_types::qmp::{BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = env::args_os().skip(1);
    let usage = "usage: pass_descriptor SOCKET IMAGE";
    let socket = arguments.next().context(usage)?;
    let image = arguments.next().context(usage)?;
    let vm = Client::connect_unix(socket, &ConnectOptions::new()).await?;

    // QEMU chooses a set of descriptors, and adds a copy of this one, which is closed here then.
    let disk = File::options().read(true).write(true).open(&image)?;
    let added = vm
        .execute(Call::new(AddFd::new().opaque("disk2")).descriptor(disk))
        .await?;
    println!("QEMU has it as descriptor {}", added.fd);

    // Where QEMU takes a path, it takes a descriptor of a set, too.
    let path = format!("/dev/fdset/{}", added.fdset_id);
    let file = BlockdevOptionsBranch::File(BlockdevOptionsFile::new(path));
    let node = BlockdevOptions::new(file).node_name("node2");
    vm.execute(BlockdevAdd::from(node)).await?;
    for node in vm.execute(QueryNamedBlockNodes::new()).await? {
        if node.node_name.as_deref() == Some("node2") {
            println!("{}: {} MiB", node.file, node.image.virtual_size >> 20);
        }
    }

    vm.execute(BlockdevDel::new("node2")).await?;
    vm.execute(RemoveFd::new(added.fdset_id)).await?;
    vm.close().await?;
    Ok(())
}
