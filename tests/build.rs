//! Compiles the schemas of the generator's own tests, the way any project would, and lists the
//! types of all versions of QEMU.

#[path = "../qapi-codegen/tests/mapping/config.rs"]
mod config;
#[path = "build/types.rs"]
mod types;

use std::path::Path;
use std::process::ExitCode;

use config::config;

const SCHEMAS: &[&str] = &[
    "alternate",
    "base",
    "base64",
    "command",
    "conditional",
    "documentation",
    "enum",
    "event",
    "extern",
    "feature",
    "hygiene",
    "keyword",
    "module",
    "pure-union",
    "recursion",
    "struct",
    "union",
    "wrapper",
];

fn main() -> ExitCode {
    let folder = Path::new("../qapi-codegen/tests/mapping");
    for name in SCHEMAS {
        if let Err(error) = config(name).compile(folder.join(format!("{name}.json"))) {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    if let Err(error) = types::write() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
