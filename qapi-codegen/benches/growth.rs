//! That the time to generate code grows with the size of a schema, and no faster: 10 times the
//! definitions cost at most 13 times as much, what is allowed for the caches included.
//!
//! `cargo bench -p qapi-codegen` fails when this does not hold.

#[path = "../../qapi-parser/benches/load/copies.rs"]
mod copies;
#[path = "../../qapi-parser/benches/load/process.rs"]
mod process;

use std::env;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use qapi_codegen::{Config, Loader, Schema, Strictness};

/// The root of the schema that is measured, in its folder.
const ROOT: &str = "qapi/qapi-schema.json";

/// How many times over the schema is.
const TIMES: usize = 10;

/// The factor of the time that is allowed: a larger schema is in the caches less often.
const LIMIT: f64 = 13.0;

/// How often each size is measured. The shortest time counts: what disturbs a measurement makes it
/// longer.
const ROUNDS: usize = 7;

/// Names the root of the schema for which a process is to generate code.
const VARIABLE: &str = "QAPI_BENCH_GENERATE";

fn main() -> ExitCode {
    if let Some(root) = env::var_os(VARIABLE) {
        println!("{}", generate(&load(Path::new(&root))).as_nanos());
        return ExitCode::SUCCESS;
    }
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema/10.2");
    let original = loader().parse(facts.join(ROOT));
    let original = original.unwrap_or_else(|errors| panic!("{errors}"));
    let sizes = [1, TIMES].map(|times| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("facts-{times}"));
        copies::write(&original, times, &folder);
        folder.join(ROOT)
    });
    // Cargo says whether to measure; tests run everything once.
    let is_bench = env::args().any(|argument| argument == "--bench");
    let rounds = if is_bench { ROUNDS } else { 1 };
    let mut shortest = [Duration::MAX; 2];
    for _ in 0..rounds {
        for (shortest, root) in shortest.iter_mut().zip(&sizes) {
            // In memory that is new to the process, as it is in a build script.
            *shortest = (*shortest).min(process::time(VARIABLE, root));
        }
    }
    let [once, larger] = shortest.map(|time| time.as_secs_f64());
    let ratio = larger / once;
    println!("generated in {once:.3} s, {TIMES} times over in {larger:.3} s: {ratio:.1} times");
    if is_bench && ratio > LIMIT {
        eprintln!("error: more than {LIMIT} times");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn loader() -> Loader {
    Loader::new().strictness(Strictness::Lenient)
}

fn load(root: &Path) -> Schema {
    loader()
        .load(root)
        .unwrap_or_else(|errors| panic!("{errors}"))
}

/// How long generating code takes.
fn generate(schema: &Schema) -> Duration {
    let start = Instant::now();
    let output = Config::new().generate(schema, "qmp.rs");
    let time = start.elapsed();
    assert!(output.is_ok_and(|output| !output.files.is_empty()));
    time
}
