//! What the documentation promises of itself.
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// All files of the library.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The public items in `text` whose documentation has no example. (Examples are compiled as
/// tests of their own.)
fn without_example(text: &str) -> Vec<&str> {
    const ITEMS: [&str; 6] = ["async fn ", "fn ", "struct ", "enum ", "trait ", "const "];
    let mut example = false;
    let mut found = Vec::new();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    for line in code.lines().map(str::trim) {
        let item = line.strip_prefix("pub ");
        if item.is_some_and(|item| ITEMS.iter().any(|kind| item.starts_with(kind))) && !example {
            found.push(line);
        }
        match line {
            "#[doc(hidden)]" => example = true,
            line if line.starts_with("///") => example |= line.contains("```"),
            line if line.starts_with("#[") || line.starts_with("//") => {}
            _ => example = false,
        }
    }
    found
}

#[test]
fn every_public_item_has_an_example() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 10, "{files:?}");
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let missing = without_example(&text);
        assert!(missing.is_empty(), "{}: {missing:#?}", path.display());
    }
}

#[test]
fn an_item_without_example_is_found() {
    let text = "/// A.\npub fn a() {}\n\n/// B.\n/// ```\n/// b()\n/// ```\n#[x]\npub fn b() {}\n";
    assert_eq!(without_example(text), ["pub fn a() {}"]);
}
