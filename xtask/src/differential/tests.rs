//! That differences are noticed, counted and shown.

use super::frontend::Verdict;
use super::report::{Comparison, Report};
use crate::conformance::Place;

fn refused(text: &str) -> Verdict {
    Verdict::Refused {
        place: Place::of_errors(text),
        text: text.to_owned(),
    }
}

fn accepted(dump: &str) -> Verdict {
    Verdict::Accepted(Some(dump.to_owned()))
}

fn report(verdicts: &[(Verdict, Verdict)]) -> Report {
    let mut report = Report::default();
    for (number, (expected, found)) in verdicts.iter().enumerate() {
        report.add(Comparison {
            number,
            root: "a.json",
            file: "b.json",
            mutation: "kind",
            original: "one\ntwo\nthree\n",
            text: "one\n2\nthree\n",
            expected: expected.clone(),
            found: found.clone(),
        });
    }
    report
}

/// What differs of each schema.
fn differences(verdicts: &[(Verdict, Verdict)]) -> Vec<String> {
    let report = report(verdicts);
    let firsts = report.differences.iter().map(|difference| {
        let first = difference.text.lines().next();
        first.unwrap_or_default().to_owned()
    });
    firsts.collect()
}

#[test]
fn verdicts_and_lines_and_dumps_are_compared() {
    let wrong = |place: &str| refused(&format!("{place}: wrong"));
    let found = differences(&[
        (accepted("x"), accepted("x")),
        (accepted("x"), accepted("y")),
        (Verdict::Accepted(None), accepted("y")),
        (accepted("x"), wrong("a.json:1")),
        (wrong("a.json:1"), accepted("x")),
        (wrong("a.json:1"), wrong("a.json:1:7")),
        (wrong("a.json:1"), wrong("a.json:2:7")),
        (wrong("a.json:1"), wrong("b.json:1:7")),
        (refused("IndexError: no"), wrong("a.json:9:1")),
    ]);
    assert_eq!(
        found,
        [
            "dump of 1",
            "verdict of 3",
            "verdict of 4",
            "line of 6",
            "line of 7"
        ]
    );
}

#[test]
fn a_difference_shows_what_was_changed_and_what_both_say() {
    let report = report(&[(accepted("x"), refused("b.json:2:1: wrong"))]);
    let expected = "\
verdict of 0
root a.json
file b.json

--- kind
line 2
-two
+2

--- QEMU
accepted

--- we
b.json:2:1: wrong
";
    assert_eq!(report.differences[0].text, expected);
    assert_eq!(report.differences[0].schema, "one\n2\nthree\n");
}

#[test]
fn few_differences_are_good_enough() {
    let same = (refused("a.json:1: x"), refused("a.json:1: x"));
    let line = (refused("a.json:1: x"), refused("a.json:2: x"));
    let verdict = (refused("a.json:1: x"), accepted(""));
    let mixed = |same_ones: usize, other: &(Verdict, Verdict), others: usize| {
        let mut verdicts = vec![same.clone(); same_ones];
        verdicts.extend(vec![other.clone(); others]);
        report(&verdicts).is_good()
    };
    assert!(mixed(97, &line, 3));
    assert!(!mixed(97, &line, 4));
    assert!(mixed(199, &verdict, 1));
    assert!(!mixed(198, &verdict, 1));
}

#[test]
fn the_report_has_a_row_for_each_kind_of_change() {
    let report = report(&[
        (refused("a.json:1: x"), accepted("")),
        (accepted(""), accepted("")),
    ]);
    let shown = report.to_string();
    let rows: Vec<Vec<&str>> = shown
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let row = [
        "kind", "1", "of", "2", "50.00", "%", "0", "of", "0", "1", "of", "1", "100.00", "%",
    ];
    assert_eq!(rows[0], row);
    assert_eq!(rows[1][1..], row[1..]);
    assert_eq!(rows[2], ["verdicts", "lines", "dumps"]);
}
