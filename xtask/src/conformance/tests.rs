//! That a difference from a tree's test cases is noticed, whatever differs.

use std::fs;

use qapi_parser::Loader;
use qapi_parser::source::MemorySource;

use super::compare;
use super::report::{Report, Score};

/// A schema that is right, and what it defines behind what is built in.
const RIGHT: (&str, &str) = (
    "{ 'enum': 'Color', 'data': [ 'red' ] }\n",
    "module right.json\nenum Color\n    member red\n",
);

/// A schema with an error at line 2.
const WRONG: &str = "\n{ 'enum': 'Color' }\n";

/// A tree with a case of some files, `("NAME", "content")`.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    let folder = tree.path().join("tests/qapi-schema");
    fs::create_dir_all(folder.join("sub")).unwrap();
    for (name, content) in files {
        fs::write(folder.join(name), content).unwrap();
    }
    tree
}

/// The part of a dump that all schemas have.
fn builtin() -> String {
    let source = MemorySource::from_iter([("empty.json", "")]);
    let schema = Loader::new().load_from(&source, "empty.json").unwrap();
    schema.dump().to_string().replace("module empty.json\n", "")
}

fn report(files: &[(&str, &str)]) -> Report {
    compare(tree(files).path()).unwrap()
}

/// The scores of verdicts, places and dumps, each "right/all".
fn scores(report: &Report) -> String {
    let scores = report
        .scores()
        .map(|Score { right, all }| format!("{right}/{all}"));
    scores.join(" ")
}

#[test]
fn a_case_that_is_right_has_to_be_accepted_with_its_dump() {
    let (schema, dump) = RIGHT;
    let dump = builtin() + dump;
    let line = dump.lines().count();
    let case = |dump| {
        [
            ("right.json", schema),
            ("right.err", ""),
            ("right.out", dump),
        ]
    };
    let same = report(&case(&dump));
    assert_eq!(scores(&same), "1/1 0/0 1/1", "{same}");
    assert!(same.is_perfect());

    let other = dump.replace("member red", "member blue");
    let other = report(&case(&other));
    assert_eq!(scores(&other), "1/1 0/0 0/1");
    assert!(!other.is_perfect());
    let shown = other.to_string();
    for line in [
        "right: wrong dump\n",
        &format!("expected | line {line}:\n"),
        "| \"    member blue\\n\"\n",
        &format!("found | line {line}:\n"),
        "| \"    member red\\n\"\n",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }

    let shorter = report(&case(dump.trim_end()));
    assert_eq!(scores(&shorter), "1/1 0/0 0/1", "a line end counts");
}

#[test]
fn a_case_that_is_wrong_has_to_be_refused_at_its_line() {
    let report = |error: &str| {
        report(&[
            ("wrong.json", WRONG),
            ("wrong.err", error),
            ("wrong.out", ""),
        ])
    };
    let same = report("wrong.json: In enum 'Color':\nwrong.json:2: no data\n");
    assert_eq!(scores(&same), "1/1 1/1 0/0", "{same}");
    assert!(same.is_perfect());

    for place in ["wrong.json:1", "other.json:2", "wrong.json:2:7"] {
        let error = format!("{place}: no data\n");
        let other = report(&error);
        assert_eq!(scores(&other), "1/1 0/1 0/0", "{place}");
        assert!(!other.is_perfect());
        let shown = other.to_string();
        assert!(shown.contains("wrong: wrong place\n"), "{shown}");
        assert!(
            shown.contains(&format!("expected | {place}: no data\n")),
            "{shown}"
        );
    }
}

#[test]
fn a_wrong_verdict_is_noticed() {
    let accepted = report(&[
        ("a.json", RIGHT.0),
        ("a.err", "a.json:1: bad\n"),
        ("a.out", ""),
    ]);
    assert_eq!(scores(&accepted), "0/1 0/1 0/0");
    let shown = accepted.to_string();
    assert!(
        shown.contains("a: wrong verdict\n  expected | a.json:1: bad\n"),
        "{shown}"
    );
    assert!(shown.contains("found | accepted\n"), "{shown}");

    let refused = report(&[("a.json", WRONG), ("a.err", ""), ("a.out", &builtin())]);
    assert_eq!(scores(&refused), "0/1 0/0 0/1");
    let shown = refused.to_string();
    assert!(
        shown.contains("a: wrong verdict\n  expected | accepted\n"),
        "{shown}"
    );
}

#[test]
fn errors_in_included_files_are_found_there() {
    let included = report(&[
        ("a.json", "{ 'include': 'sub/b.json' }\n"),
        ("sub/b.json", WRONG),
        (
            "a.err",
            "In file included from a.json:1:\nsub/b.json:2: no data\n",
        ),
        ("a.out", ""),
    ]);
    assert_eq!(scores(&included), "1/1 1/1 0/0", "{included}");
}

#[test]
fn a_schema_that_is_missing_is_a_case_and_a_schema_without_results_is_none() {
    let missing = report(&[
        (
            "gone.err",
            "can't read schema file 'gone.json': No such file or directory\n",
        ),
        ("gone.out", ""),
        ("included.json", RIGHT.0),
        ("leftover.err", "leftover.json:1: bad\n"),
    ]);
    assert_eq!(scores(&missing), "1/1 1/1 0/0", "{missing}");
}

#[test]
fn a_tree_without_cases_fails() {
    assert!(compare(tree(&[]).path()).is_err());
    assert!(compare(tempfile::tempdir().unwrap().path()).is_err());
    let no_place = tree(&[("a.json", ""), ("a.err", "boom\n"), ("a.out", "")]);
    assert!(compare(no_place.path()).is_err());
}

#[test]
fn a_share_is_never_rounded_up_to_all() {
    let score = Score {
        right: 19_999,
        all: 20_000,
    };
    assert_eq!(score.to_string(), " 19999 of  20000   99.99 %");
    assert_eq!(
        Score { right: 3, all: 3 }.to_string(),
        "     3 of      3  100.00 %"
    );
    assert_eq!(Score::default().to_string(), "     0 of      0");
}
