//! How long loading and checking a schema takes, and two bounds that must hold:
//!
//! * time grows with the size of a schema, and no faster: 10 times the definitions cost at most
//!   12 times as much, 100 times at most 120 times as much;
//! * QEMU's own frontend takes at least 25 times as long. This needs QEMU's source tree, named
//!   by the environment variable `QEMU_TREE`, and `python3`. Prose is in that tree alone, so that
//!   the growth of a schema with prose is measured with it too.
//!
//! `cargo bench -p qapi-parser` fails when one does not hold.

mod copies;
mod fresh;
mod frontend;
mod growth;
mod process;
mod times;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use criterion::Criterion;

/// The root of the schema that is measured, in `schema/VERSION` and in QEMU's tree.
const ROOT: &str = "qapi/qapi-schema.json";

fn main() -> ExitCode {
    if fresh::serve() {
        return ExitCode::SUCCESS;
    }
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/10.2");
    let mut bounds = growth::bench(&mut criterion, "facts", &facts);
    match env::var_os("QEMU_TREE").map(PathBuf::from) {
        Some(tree) => {
            bounds.extend(growth::bench(&mut criterion, "prose", &tree));
            bounds.extend(frontend::bench(&mut criterion, &tree));
        }
        None => println!("QEMU_TREE is not set: not compared with QEMU's frontend"),
    }
    criterion.final_summary();

    // Cargo says whether to measure; tests run each benchmark once.
    if !env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    for bound in &bounds {
        println!("{bound}");
    }
    if bounds.iter().all(|bound| bound.holds()) {
        ExitCode::SUCCESS
    } else {
        eprintln!("error: a bound is exceeded");
        ExitCode::FAILURE
    }
}
