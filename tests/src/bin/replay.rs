//! Replays recordings; `cargo xtask replay` runs it.

use std::fs;
use std::process::ExitCode;
use std::str::FromStr;

use qapi_protocol::UnknownEvent;
use qapi_tests::replay::{Report, replay};
use qapi_types::{qga, qmp, qsd};

const USAGE: &str = "usage: replay [--schema qmp|qga|qsd] [--allow-lossy] FILE.jsonl...";

/// Whose commands and events are recorded.
#[derive(Clone, Copy, Default)]
enum Schema {
    #[default]
    Qmp,
    Qga,
    Qsd,
}

impl FromStr for Schema {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "qmp" => Ok(Schema::Qmp),
            "qga" => Ok(Schema::Qga),
            "qsd" => Ok(Schema::Qsd),
            _ => Err(()),
        }
    }
}

impl Schema {
    fn replay(self, recording: &str) -> Result<Report, String> {
        match self {
            Schema::Qmp => replay::<qmp::Command, qmp::Event>(recording),
            Schema::Qga => replay::<qga::Command, UnknownEvent>(recording),
            Schema::Qsd => replay::<qsd::Command, qsd::Event>(recording),
        }
    }
}

#[derive(Default)]
struct Options {
    schema: Schema,
    allow_lossy: bool,
    files: Vec<String>,
}

fn options() -> Option<Options> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--schema" => options.schema = arguments.next()?.parse().ok()?,
            "--allow-lossy" => options.allow_lossy = true,
            option if option.starts_with("--") => return None,
            _ => options.files.push(argument),
        }
    }
    (!options.files.is_empty()).then_some(options)
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut clean = true;
    for file in &options.files {
        let recording = match fs::read_to_string(file) {
            Ok(recording) => recording,
            Err(error) => {
                eprintln!("{file}: {error}");
                return ExitCode::from(2);
            }
        };
        match options.schema.replay(&recording) {
            Ok(report) => {
                println!("{file}: {report}");
                clean &= report.failed.is_empty();
                clean &= options.allow_lossy || report.lossy.is_empty();
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
