//! Replays recordings; `cargo xtask replay` runs it.

use std::process::ExitCode;
use std::{env, fs};

use qapi_tests::replay::replay;
use qapi_types::qmp;

fn main() -> ExitCode {
    let (options, files): (Vec<String>, Vec<String>) = env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    if files.is_empty() || options.iter().any(|option| option != "--allow-lossy") {
        eprintln!("usage: replay [--allow-lossy] FILE.jsonl...");
        return ExitCode::from(2);
    }
    let allow_lossy = !options.is_empty();
    let mut clean = true;
    for file in files {
        let recording = match fs::read_to_string(&file) {
            Ok(recording) => recording,
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::from(2);
            }
        };
        match replay::<qmp::Command, qmp::Event>(&recording) {
            Ok(report) => {
                println!("{file}: {report}");
                clean &= report.failed.is_empty() && (allow_lossy || report.lossy.is_empty());
            }
            Err(reason) => {
                eprintln!("{file}: {reason}");
                return ExitCode::from(2);
            }
        }
    }
    if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
