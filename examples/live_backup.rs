//! Copies a disk of a machine that runs, as of the moment when the backup begins.
//!
//! ```sh
//! qemu-img create -f qcow2 /tmp/disk0.qcow2 1G
//! qemu-system-x86_64 -machine q35 -display none -device virtio-blk-pci,drive=disk0 \
//!     -blockdev qcow2,node-name=disk0,file.driver=file,file.filename=/tmp/disk0.qcow2 \
//!     -qmp unix:/tmp/vm0.sock,server=on,wait=off &
//! cargo run -p qapi-examples --bin live_backup -- /tmp/vm0.sock disk0 /tmp/backup.qcow2
//! ```

use std::env;
use std::time::Duration;

use anyhow::{Context, bail};
use qapi_client::{Client, ConnectOptions, Job, JobOutcome};
use qapi_types::qmp::commands::{
    self, BlockdevAdd, BlockdevCreate, BlockdevDel, QueryNamedBlockNodes,
};
use qapi_types::qmp::{
    BlockdevBackup, BlockdevCreateOptions, BlockdevCreateOptionsFile, BlockdevCreateOptionsQcow2,
    BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile, BlockdevOptionsQcow2,
    MirrorSyncMode,
};

/// How long the backup may take.
const LIMIT: Duration = Duration::from_secs(3600);

/// Adds the node `backup`: a new image `path` for a disk of `size` bytes.
async fn add_image(vm: &Client, path: &str, size: u64) -> anyhow::Result<()> {
    let file = BlockdevCreateOptions::File(BlockdevCreateOptionsFile::new(path, 0));
    let create = BlockdevCreate::new("create-file", file);
    vm.run_job(Job::new("create-file"), create, |_| {}).await?;
    let file = BlockdevOptionsBranch::File(BlockdevOptionsFile::new(path));
    let file = BlockdevOptions::new(file).node_name("backup-file");
    vm.execute(BlockdevAdd::from(file)).await?;

    let qcow2 = BlockdevCreateOptionsQcow2::new("backup-file", size);
    let create = BlockdevCreate::new("create-qcow2", BlockdevCreateOptions::Qcow2(qcow2));
    vm.run_job(Job::new("create-qcow2"), create, |_| {}).await?;
    let qcow2 = BlockdevOptionsBranch::Qcow2(BlockdevOptionsQcow2::new("backup-file"));
    let qcow2 = BlockdevOptions::new(qcow2).node_name("backup");
    vm.execute(BlockdevAdd::from(qcow2)).await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [socket, disk, path] = &arguments[..] else {
        bail!("usage: live_backup SOCKET NODE PATH");
    };
    let vm = Client::connect_unix(socket, &ConnectOptions::new()).await?;
    let nodes = vm.execute(QueryNamedBlockNodes::new()).await?;
    let mut nodes = nodes.iter();
    let node = nodes.find(|node| node.node_name.as_ref() == Some(disk));
    let size = node.context("there is no such node")?.image.virtual_size;
    add_image(&vm, path, size.try_into()?).await?;

    let backup = BlockdevBackup::new(disk, MirrorSyncMode::Full, "backup").job_id("backup0");
    let job = Job::new("backup0").cancel_after(LIMIT);
    let outcome = vm
        .run_job(job, commands::BlockdevBackup::from(backup), |progress| {
            if let Some(fraction) = progress.fraction() {
                println!("{:.0} %", fraction * 100.0);
            }
        })
        .await;
    for node in ["backup", "backup-file"] {
        vm.execute(BlockdevDel::new(node)).await?;
    }
    if outcome? != JobOutcome::Completed {
        bail!("somebody cancelled it");
    }
    println!("{disk} is copied to {path}");
    vm.close().await?;
    Ok(())
}
