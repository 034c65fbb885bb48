//! What `minimal-ours` does, on the crate `qapi`.

use std::env;
use std::error::Error;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use qapi::Qmp;
use qapi::qmp::{self, BlockdevOptions, BlockdevOptionsBase, BlockdevOptionsFile};

/// How long to wait for an event before the end.
const SILENCE: Duration = Duration::from_secs(1);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(socket), Some(image)) = (arguments.next(), arguments.next()) else {
        return Err("usage: minimal SOCKET IMAGE".into());
    };
    let stream = UnixStream::connect(socket)?;
    let mut vm = Qmp::from_stream(&stream);
    vm.handshake()?;

    let status = vm.execute(&qmp::query_status {})?;
    println!("status: {:?}", status.status);
    for block in vm.execute(&qmp::query_block {})? {
        println!("block device: {}", block.device);
    }

    let file = BlockdevOptionsFile {
        filename: image,
        aio: None,
        aio_max_batch: None,
        drop_cache: None,
        locking: None,
        pr_manager: None,
        x_check_cache_dropped: None,
    };
    let base = BlockdevOptionsBase {
        node_name: Some("disk0".to_owned()),
        read_only: Some(true),
        auto_read_only: None,
        cache: None,
        detect_zeroes: None,
        discard: None,
        force_share: None,
    };
    let disk = BlockdevOptions::file { base, file };
    vm.execute(&qmp::blockdev_add::from(disk))?;
    vm.execute(&qmp::cont {})?;
    vm.execute(&qmp::blockdev_del {
        node_name: "disk0".to_owned(),
    })?;

    // It reads events along with the answer to a command, and in no other way.
    loop {
        vm.nop()?;
        let mut silent = true;
        for event in vm.events() {
            println!("event: {event:?}");
            silent = false;
        }
        if silent {
            return Ok(());
        }
        thread::sleep(SILENCE);
    }
}
