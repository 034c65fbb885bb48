//! Pairs of schemas with what is to be said of them: `cases/NAME.old.json` and
//! `cases/NAME.new.json` with `cases/NAME.out`. That has the report from the old one to the new
//! one, then each change there with its effects, each change on the way back, and each change as it
//! is told by place.
//!
//! `BLESS=1 cargo test -p qapi-parser --test diff` writes what comes of them now.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use qapi_parser::diff::{Diff, Effect};
use qapi_parser::{Loader, Schema, Strictness};

use crate::reversed;

const FOLDER: &str = "tests/diff/cases";

/// The files of the cases that have an extension, each with the name of its case.
fn files(extension: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(FOLDER).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut files: Vec<(String, PathBuf)> = paths
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(extension)?;
            Some((name.to_owned(), path))
        })
        .collect();
    files.sort();
    files
}

fn load(path: &Path) -> Schema {
    let loader = Loader::new().strictness(Strictness::Lenient);
    let schema = loader.load(path);
    schema.unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)))
}

fn outcome(old: &Schema, new: &Schema) -> String {
    let forth = Diff::between(old, new);
    let back = Diff::between(new, old);
    format!(
        "{forth}\nold to new\n{}\nnew to old\n{}\nby place\n{}",
        effects(&forth),
        effects(&back),
        effects(&Diff::by_place(old, new).expect("each has one place"))
    )
}

/// The changes, a line each, with what they do to clients and to which.
fn effects(diff: &Diff) -> String {
    let mut text = String::new();
    for change in diff.changes() {
        let _ = writeln!(text, "    {change}");
        for (way, effect, names) in [
            ("send", change.send, &change.senders),
            ("read", change.read, &change.readers),
        ] {
            let effect = effect.map_or("-", Effect::name);
            let line = format!("        {way}: {effect} {}", names.join(" "));
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    text
}

#[test]
fn every_pair_gives_what_is_written_beside_it() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    for (name, path) in files(".old.json") {
        let new = path.with_file_name(format!("{name}.new.json"));
        let (old, new) = (load(&path), load(&new));
        let text = outcome(&old, &new);
        let golden = path.with_file_name(format!("{name}.out"));
        if bless {
            fs::write(&golden, &text).unwrap();
        }
        if fs::read_to_string(&golden).unwrap_or_default() != text {
            failures.push(format!("{name}:\n{text}"));
        }
        reversed::check(&old, &new);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_file_belongs_to_a_pair() {
    for extension in [".new.json", ".out"] {
        for (name, path) in files(extension) {
            let old = path.with_file_name(format!("{name}.old.json"));
            assert!(old.exists(), "{}", path.display());
        }
    }
}
