//! Loading schemas, and generating code from them.

// Ours to share, but nobody's to publish.
#[path = "../../../qapi-parser/benches/load/copies.rs"]
mod copies;

use std::hint::black_box;
use std::path::Path;

use qapi_codegen::{Config, Layout};
use qapi_parser::{Loader, Strictness};

use crate::Outcome;
use crate::usage::{self, Cost};

/// What `schema/` has is not documented.
fn loader() -> Loader {
    Loader::new().strictness(Strictness::Lenient)
}

/// Loads and checks a schema.
///
/// # Errors
///
/// When it is wrong.
pub fn load(root: &Path) -> Outcome<Cost> {
    let (schema, cost) = usage::of_work(|| Ok(loader().load(root)?))?;
    black_box(schema);
    Ok(cost)
}

/// Loads and checks a schema once, which does not count, and then `count` times.
///
/// # Errors
///
/// When it is wrong.
pub fn load_again(root: &Path, count: u32) -> Outcome<Cost> {
    load(root)?;
    let mut all = load(root)?;
    for _ in 1..count {
        // What is loaded is freed in between, which does not count.
        let cost = load(root)?;
        all.seconds += cost.seconds;
        all.cpu_seconds += cost.cpu_seconds;
    }
    Ok(all)
}

/// Loads and checks a schema, and generates formatted code into a folder, a file for each module,
/// as `cargo xtask gen` does.
///
/// # Errors
///
/// When the schema is wrong, or the folder cannot be written to.
pub fn generate(root: &Path, folder: &Path) -> Outcome<Cost> {
    let config = Config::new().layout(Layout::FilePerModule);
    let (output, cost) = usage::of_work(|| {
        let schema = loader().load(root)?;
        let output = config.generate(&schema, "mod.rs")?;
        output.write(folder)?;
        Ok(output)
    })?;
    black_box(output);
    Ok(cost)
}

/// Lets the peer generate code from the schema `qapi-schema.json` in a folder, into a file.
///
/// # Errors
///
/// When it cannot.
pub fn generate_theirs(folder: &Path, file: &Path) -> Outcome<Cost> {
    let (_, cost) = usage::of_work(|| {
        let files = peer_codegen::codegen(folder, file, "QmpCommand".to_owned())?;
        Ok(files)
    })?;
    Ok(cost)
}

/// Writes a schema that has everything that another one has, `times` times.
///
/// # Errors
///
/// When the other one cannot be read.
pub fn grow(root: &Path, times: usize, folder: &Path) -> Outcome<()> {
    let original = loader().parse(root)?;
    copies::write(&original, times, folder);
    Ok(())
}
