//! Shows what a machine is and how it does.
//!
//! ```sh
//! qemu-system-x86_64 -machine q35 -name vm0 -m 512 -smp 2 -display none \
//!     -blockdev null-co,node-name=disk0,size=1073741824 -device virtio-blk-pci,drive=disk0 \
//!     -qmp unix:/tmp/vm0.sock,server=on,wait=off &
//! cargo run -p qapi-examples --bin status -- /tmp/vm0.sock
//! ```

use std::env;

use anyhow::Context;
use qapi_client::{Client, ConnectOptions};
use qapi_types::qmp::commands::{
    QueryBlock, QueryCpusFast, QueryMemorySizeSummary, QueryName, QueryStatus,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let socket = env::args_os().nth(1).context("usage: status SOCKET")?;
    let vm = Client::connect_unix(socket, &ConnectOptions::new()).await?;
    println!("QEMU {}", vm.greeting().version.qemu);

    // One connection carries all of them: nobody waits for another's answer.
    let (name, status, cpus, memory, disks) = tokio::try_join!(
        vm.execute(QueryName::new()),
        vm.execute(QueryStatus::new()),
        vm.execute(QueryCpusFast::new()),
        vm.execute(QueryMemorySizeSummary::new()),
        vm.execute(QueryBlock::new()),
    )?;
    println!("name: {}", name.name.as_deref().unwrap_or("none"));
    println!("status: {}", status.status);
    println!("CPUs: {}", cpus.len());
    println!("memory: {} MiB", memory.base_memory >> 20);
    for disk in disks {
        let device = disk.qdev.as_deref().unwrap_or(&disk.device);
        match &disk.inserted {
            Some(node) => {
                let mib = node.image.virtual_size >> 20;
                println!("{device}: {mib} MiB, {}: {}", node.drv, node.file);
            }
            None => println!("{device}: empty"),
        }
    }

    // Whoever comes next can connect at once.
    vm.close().await?;
    Ok(())
}
