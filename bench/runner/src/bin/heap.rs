//! Counts what idle connections hold, and prints it as JSON: a program of its own, for counting
//! takes time.

use std::env;
use std::path::PathBuf;

use runner::connections::{self, Heap};
use runner::{Outcome, print};

const USAGE: &str = "usage: heap CLIENT COUNT SOCKET...";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [client, count, sockets @ ..] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    let sockets: Vec<PathBuf> = sockets.iter().map(PathBuf::from).collect();
    let held = |act: &mut dyn FnMut()| {
        let info = allocation_counter::measure(act);
        Heap {
            allocations: info.count_current as f64,
            bytes: info.bytes_current as f64,
        }
    };
    print(&connections::heap(client, count.parse()?, &sockets, held)?)
}
