//! Counts what reading and writing recordings allocates, and prints the figures as JSON: a program
//! of its own, for counting takes time.

use std::env;
use std::path::PathBuf;

use runner::{Outcome, codec, print};

fn main() -> Outcome<()> {
    let recordings: Vec<PathBuf> = env::args().skip(1).map(PathBuf::from).collect();
    let figures = codec::allocations(&recordings, |act| {
        allocation_counter::measure(act).count_total
    })?;
    print(&figures)
}
