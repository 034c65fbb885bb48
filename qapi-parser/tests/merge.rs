//! Schemas of several releases with what becomes of them when they are merged: a folder for each
//! case with `VERSION/schema.json` of each release, `VERSION-partial` of one of which only a part is
//! known, `settled` with a `PLACE: TYPE` a line, and `merged.out`, the dump and the releases that
//! have each item, or `merged.err`, what people see of the errors.
//!
//! `BLESS=1 cargo test -p qapi-parser --test merge` writes what comes of them now.

use std::fs;
use std::path::{Path, PathBuf};

use qapi_parser::schema::Version;
use qapi_parser::source::MemorySource;
use qapi_parser::{Loader, MergeError, Release, Schema, Settlements, Strictness};

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut paths: Vec<PathBuf> = paths.collect();
    paths.sort();
    paths
}

fn load(path: &Path) -> Schema {
    let loader = Loader::new().strictness(Strictness::Lenient);
    loader.load(path).expect("it is a schema")
}

fn releases(case: &Path) -> Vec<Release> {
    let folders = folders(case).into_iter().filter(|path| path.is_dir());
    let release = |folder: PathBuf| {
        let name = folder.file_name().and_then(|name| name.to_str());
        let name = name.expect("it has a name");
        let (version, make): (_, fn(_, _) -> _) = match name.strip_suffix("-partial") {
            Some(version) => (version, Release::partial),
            None => (name, Release::new),
        };
        make(
            Version::parse(version).expect("it is a version"),
            load(&folder.join("schema.json")),
        )
    };
    folders.map(release).collect()
}

fn settlements(case: &Path) -> Settlements {
    let text = fs::read_to_string(case.join("settled")).unwrap_or_default();
    let lines = text
        .lines()
        .map(|line| line.split_once(": ").expect("`PLACE: TYPE`"));
    lines
        .map(|(place, ty)| (place.to_owned(), ty.to_owned()))
        .collect()
}

/// What comes of a case, and the name of the file that says so.
fn outcome(case: &Path) -> (&'static str, String) {
    match Schema::merge(releases(case), &settlements(case)) {
        Ok(schema) => {
            let facts = schema.facts().to_string();
            let facts: String = facts.lines().map(|fact| format!("    {fact}\n")).collect();
            let text = format!("{}releases\n{facts}", schema.dump_definitions());
            // The built-in definitions are always the same.
            let (_, text) = text.split_once("\nmodule ").expect("there is a module");
            ("merged.out", format!("module {text}"))
        }
        Err(MergeError::Conflicts(conflicts)) => ("merged.err", conflicts.render(false)),
        Err(error) => ("merged.err", format!("{error}\n")),
    }
}

#[test]
fn every_case_merges_into_what_is_written_beside_it() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = Vec::new();
    for case in folders(Path::new("tests/merge")) {
        let (file, text) = outcome(&case);
        let other = match file {
            "merged.out" => "merged.err",
            _ => "merged.out",
        };
        if bless {
            fs::write(case.join(file), &text).unwrap();
            let _ = fs::remove_file(case.join(other));
        }
        let written = fs::read_to_string(case.join(file)).unwrap_or_default();
        if written != text || case.join(other).exists() {
            failures.push(format!("{}:\n{text}", case.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_release_merged_with_itself_has_what_it_had() {
    let root = "../schema/10.2/qapi/qapi-schema.json";
    let version = Version::parse("10.2").unwrap();
    let release = || Release::new(version, load(Path::new(root)));
    let once = Schema::merge(vec![release()], &Settlements::new()).unwrap();
    let twice = Schema::merge(vec![release(), release()], &Settlements::new()).unwrap();
    assert!(once.dump().to_string() == twice.dump().to_string());
    assert!(once.facts().to_string() == twice.facts().to_string());
    let facts = once.facts().to_string();
    let ranges = facts.lines().filter(|fact| fact.contains(" required: "));
    assert_eq!(ranges.collect::<Vec<_>>(), [] as [&str; 0]);
}

#[test]
fn documentation_is_that_of_the_newest_release_that_has_some() {
    let load = |text: &str| {
        let source = MemorySource::from_iter([("vm.json", text)]);
        let loader = Loader::new().strictness(Strictness::Lenient);
        loader.load_from(&source, "vm.json").unwrap()
    };
    let old = load(
        "##\n# = Old chapter\n##\n
         ##\n# @gone:\n#\n# Old text.\n##\n{ 'command': 'gone' }
         ##\n# @Old:\n#\n# Old text.\n#\n# @a: old member\n##
         { 'struct': 'Old', 'data': { 'a': 'int', 'b': 'int' } }
         { 'command': 'query', 'returns': 'Old' }",
    );
    let new = load(
        "{ 'command': 'query', 'returns': 'New' }
         ##\n# = New chapter\n##\n
         ##\n# @New:\n#\n# New text.\n#\n# @b: new member\n##
         { 'struct': 'New', 'data': { 'a': 'int', 'b': 'int' } }",
    );
    let version = |text| Version::parse(text).unwrap();
    let releases = vec![
        Release::new(version("1.0"), old),
        Release::new(version("2.0"), new),
    ];
    let merged = Schema::merge(releases, &Settlements::new()).unwrap();
    let blocks = merged.docs().map(|(doc, of)| {
        let of = of.map_or("", |id| merged.head(id).name.as_str());
        (of, doc.body().unwrap().text().into_owned())
    });
    let expected = [
        ("", "= New chapter"),
        ("New", "New text."),
        ("gone", "Old text."),
    ];
    let expected = expected.map(|(of, text)| (of, text.to_owned()));
    assert_eq!(blocks.collect::<Vec<_>>(), expected);

    let new = merged.find_type("New").unwrap();
    let members = merged.all_members(new).map(|it| it.part.doc.as_deref());
    assert_eq!(
        members.collect::<Vec<_>>(),
        [Some("old member"), Some("new member")]
    );
}

#[test]
fn there_is_nothing_without_a_schema() {
    let error = Schema::merge(Vec::new(), &Settlements::new()).unwrap_err();
    assert_eq!(error.to_string(), "there is no schema to merge");
}
