//! What the fuzz targets share: how bytes become a schema, and what must hold of any.

// The same as in the tests of every day.
#[path = "../../qapi-parser/tests/robustness/invariants.rs"]
mod invariants;

use qapi_parser::source::MemorySource;

/// The root file of every schema here.
const ROOT: &str = "root.json";

/// Checks what must hold of a schema that is one file.
pub fn check(text: impl Into<Vec<u8>>) {
    check_files([(ROOT.to_owned(), text.into())]);
}

/// Checks what must hold of the schema whose root is `root.json`.
pub fn check_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) {
    let source: MemorySource = files.into_iter().collect();
    invariants::hold(&source, ROOT);
}
