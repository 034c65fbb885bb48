//! Compiles the schemas of the generator's own tests, the way any project would.

use std::path::Path;
use std::process::ExitCode;

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
        if let Err(error) = qapi_codegen::Config::new().compile(folder.join(format!("{name}.json")))
        {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
