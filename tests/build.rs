//! Compiles the schemas of the generator's own tests, the way any project would.

use std::path::Path;
use std::process::ExitCode;

use qapi_codegen::{Config, Strictness};

const SCHEMAS: &[&str] = &[
    "alternate",
    "base",
    "command",
    "conditional",
    "documentation",
    "enum",
    "event",
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
        // Schemas of old releases have names of any case.
        let config = Config::new().strictness(Strictness::Lenient);
        if let Err(error) = config.compile(folder.join(format!("{name}.json"))) {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
