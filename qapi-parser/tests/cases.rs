//! Schemas with what is to come of them beside them: `NAME.json` with `NAME.err`, the diagnostics
//! as people see them, or with `NAME.out`, the dump. Those in `lenient` are read by the lenient
//! rules; those in `include` are included by others.
//!
//! `BLESS=1 cargo test -p qapi-parser --test cases` writes what comes of them now.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use qapi_parser::{Code, Loader, Strictness};

const FOLDERS: [(&str, Strictness); 2] = [
    ("tests/cases", Strictness::Strict),
    ("tests/cases/lenient", Strictness::Lenient),
];

/// Codes that no single file of reasonable size shows; `tests/robustness` and `tests/merge` have
/// tests of them.
const WITHOUT_CASE: [Code; 2] = [Code::FileTooLarge, Code::VersionConflict];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    paths
}

/// What comes of a schema, and the extension of the file that says so.
fn outcome(path: &Path, strictness: Strictness) -> (&'static str, String) {
    match Loader::new().strictness(strictness).load(path) {
        Ok(schema) => {
            let mut text = schema.dump().to_string();
            let facts = schema.facts().to_string();
            if !facts.is_empty() {
                text.push_str("since\n");
                for fact in facts.lines() {
                    text.push_str(&format!("    {fact}\n"));
                }
            }
            ("out", text)
        }
        Err(diagnostics) => ("err", diagnostics.render(false)),
    }
}

#[test]
fn every_schema_gives_what_is_written_beside_it() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    for (folder, strictness) in FOLDERS {
        for path in files(folder, "json") {
            let (extension, text) = outcome(&path, strictness);
            let golden = path.with_extension(extension);
            let other = path.with_extension(if extension == "out" { "err" } else { "out" });
            if bless {
                fs::write(&golden, &text).unwrap();
                let _ = fs::remove_file(&other);
            }
            if fs::read_to_string(&golden).unwrap_or_default() != text || other.exists() {
                failures.push(format!("{}:\n{text}", path.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_golden_file_has_its_schema() {
    for (folder, _) in FOLDERS {
        for extension in ["err", "out"] {
            for path in files(folder, extension) {
                assert!(path.with_extension("json").exists(), "{}", path.display());
            }
        }
    }
}

#[test]
fn every_code_has_a_case() {
    let mut seen = BTreeSet::new();
    for (folder, _) in FOLDERS {
        for path in files(folder, "err") {
            let text = fs::read_to_string(path).unwrap();
            for code in Code::ALL {
                if text.contains(&format!("error[{code}]")) {
                    seen.insert(*code);
                }
            }
        }
    }
    seen.extend(WITHOUT_CASE);
    let missing: Vec<&Code> = Code::ALL
        .iter()
        .filter(|code| !seen.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
