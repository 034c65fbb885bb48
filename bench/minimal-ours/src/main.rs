//! The smallest program that does something with a machine, on our crates. `minimal-peer` is the
//! same on the crate `qapi`: what each costs to build is compared.

use std::env;
use std::error::Error;
use std::time::Duration;

use qapi_client::{ConnectOptions, blocking::Client};
use qapi_types::qmp::commands::{BlockdevAdd, BlockdevDel, Cont, QueryBlock, QueryStatus};
use qapi_types::qmp::{BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile, Event};

/// How long to wait for an event before the end.
const SILENCE: Duration = Duration::from_secs(1);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(socket), Some(image)) = (arguments.next(), arguments.next()) else {
        return Err("usage: minimal SOCKET IMAGE".into());
    };
    let mut vm = Client::connect_unix(socket, &ConnectOptions::new())?;

    let status = vm.execute(QueryStatus::new())?;
    println!("status: {:?}", status.status);
    for block in vm.execute(QueryBlock::new())? {
        println!("block device: {}", block.device);
    }

    let file = BlockdevOptionsBranch::File(BlockdevOptionsFile::new(image));
    let disk = BlockdevOptions::new(file)
        .node_name("disk0")
        .read_only(true);
    vm.execute(BlockdevAdd::from(disk))?;
    vm.execute(Cont::new())?;
    vm.execute(BlockdevDel::new("disk0"))?;

    while let Some(event) = vm.next_event::<Event>(SILENCE)? {
        println!("event: {:?}", event.event);
    }
    Ok(())
}
