//! Compiles the schemas of the generator's own tests, the way any project would, and lists the
//! types of all versions of QEMU.

#[path = "../qapi-codegen/tests/mapping/config.rs"]
mod config;
#[path = "build/types.rs"]
mod types;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use qapi_codegen::Error;

const SCHEMAS: &[&str] = &[
    "alias",
    "alternate",
    "attributes",
    "base",
    "base64",
    "command",
    "conditional",
    "documentation",
    "enum",
    "event",
    "extern",
    "extern-path",
    "feature",
    "hygiene",
    "keyword",
    "module",
    "prefix",
    "pure-union",
    "recursion",
    "roots",
    "struct",
    "union",
    "untagged",
    "versions",
    "wrapper",
];

/// What is generated of QEMU's schema: a command that reaches far, and an event.
const ROOTS: [&str; 3] = ["blockdev-add", "query-status", "BLOCK_IO_ERROR"];

fn main() -> ExitCode {
    for name in SCHEMAS {
        if let Err(error) = generate(name) {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    let qmp = "../schema/10.2/qapi/qapi-schema.json";
    let roots = config::config("").file_name("blockdev_add.rs").roots(ROOTS);
    if let Err(error) = roots.compile(qmp) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    if let Err(error) = types::write() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn generate(name: &str) -> Result<(), Error> {
    let config = config::config(name);
    let folder = Path::new("../qapi-codegen/tests/mapping");
    match config::roots(folder, name).as_slice() {
        [root] => config.compile(root),
        roots => {
            for root in roots {
                println!("cargo::rerun-if-changed={}", root.display());
            }
            let out_dir = env::var_os("OUT_DIR").ok_or(Error::NoOutDir)?;
            let output = config.generate(&config::merge(roots), &format!("{name}.rs"))?;
            output.write(Path::new(&out_dir))
        }
    }
}
