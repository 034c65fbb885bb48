//! Loads in a process of their own: into memory that is new to it, as a program loads a schema.
//!
//! In one process, a small schema is loaded into memory that the load before gave back, a large
//! one into memory that the system has to provide: their times could not be compared.

use std::env;
use std::path::Path;
use std::time::{Duration, Instant};

use qapi_parser::{Loader, Schema, Strictness};

use crate::process;

/// Names the root of the schema that a process is to load.
const VARIABLE: &str = "QAPI_BENCH_LOAD";

/// Loads the schema that this process is to load, and prints the nanoseconds that this took;
/// `false` where it is not one for that.
pub(crate) fn serve() -> bool {
    let Some(root) = env::var_os(VARIABLE) else {
        return false;
    };
    let start = Instant::now();
    let schema = load(Path::new(&root));
    let time = start.elapsed();
    println!("{}", time.as_nanos());
    drop(schema);
    true
}

/// How long loading a schema takes.
pub(crate) fn time(root: &Path) -> Duration {
    process::time(VARIABLE, root)
}

/// Loads a schema.
pub(crate) fn load(root: &Path) -> Schema {
    let loader = Loader::new().strictness(Strictness::Lenient);
    let schema = loader.load(root);
    schema.unwrap_or_else(|errors| panic!("{errors}"))
}
