use super::*;
use crate::bench::environment::Environment;
use crate::bench::report::Figures;

fn measured(figures: Figures) -> Measured {
    let environment = Environment {
        date: "2026-01-02".to_owned(),
        machine: "A CPU, 2 processors".to_owned(),
        rustc: "rustc 1.95.0".to_owned(),
        crates: vec![
            "qapi 0.15.0".to_owned(),
            "qapi-types 0.1.0 (ours)".to_owned(),
        ],
    };
    Measured::new(&environment, 3, figures)
}

#[test]
fn a_page_has_each_part_with_its_circumstances_tables_ratios_targets_and_notes() {
    let mut compile = Figures::default();
    for (row, column, value) in [
        ("clean build, release", "ours", 10.5),
        ("clean build, release", "peer", 40.0),
        ("rebuild, release", "ours", 0.5),
        ("rebuild, release", "peer", 0.25),
    ] {
        compile.add(("Build time", row, column), Unit::Seconds, value);
    }
    let mut decode = Figures::default();
    let table = "Decode";
    decode.add((table, "events", "messages"), Unit::Count, 81.0);
    decode.add((table, "events", "ours"), Unit::BytesPerSecond, 140e6);
    decode.add((table, "events", "peer"), Unit::BytesPerSecond, 100e6);
    decode.add((table, "requests", "messages"), Unit::Count, 2.0);
    decode.notes.push("Not decoded: 1 × greeting.".to_owned());

    let mut report = Report::default();
    report.replace(Part::Decode, measured(decode));
    report.replace(Part::Compile, measured(compile));
    let page = render(&report);
    let (_, parts) = page.split_once("\n## Compile\n").unwrap();
    let (_, compile) = parts.split_once("\nMeasured on ").unwrap();
    let (compile, decode) = compile.split_once("\n## Decode and encode\n").unwrap();
    assert_eq!(
        compile,
        "\
2026-01-02, in 3 rounds, on A CPU, 2 processors, with rustc 1.95.0; qapi 0.15.0, qapi-types 0.1.0 (ours).

### Build time

|  | ours | peer | ours / peer | target |
| --- | ---: | ---: | ---: | ---: |
| clean build, release | 10.5 s | 40.0 s | 0.26 | ≤ 0.4 (aim 0.25): met |
| rebuild, release | 500.0 ms | 250.0 ms | 2.00 |  |
"
    );
    let (_, decode) = decode.split_once("\n### ").unwrap();
    assert_eq!(
        decode,
        "\
Decode

|  | messages | ours | peer | ours / peer | target |
| --- | ---: | ---: | ---: | ---: | ---: |
| events | 81 | 140 MB/s | 100 MB/s | 1.40 | ≥ 1.5: **missed** |
| requests | 2 |  |  |  |  |

- Not decoded: 1 × greeting.
"
    );
}

#[test]
fn values_have_the_unit_that_suits_them() {
    let shown = |value, unit| shown(Cell { value, unit });
    assert_eq!(shown(41.23, Unit::Seconds), "41.2 s");
    assert_eq!(shown(0.0412, Unit::Seconds), "41.2 ms");
    assert_eq!(shown(0.000_018_4, Unit::Seconds), "18.4 µs");
    assert_eq!(shown(0.000_000_18, Unit::Seconds), "0.18 µs");
    assert_eq!(shown(1_750_000.0, Unit::Bytes), "1.75 MB");
    assert_eq!(shown(24_643.0, Unit::Bytes), "24.6 kB");
    assert_eq!(shown(120e6, Unit::BytesPerSecond), "120 MB/s");
    assert_eq!(shown(25_600.4, Unit::PerSecond), "25600/s");
    assert_eq!(shown(1.6, Unit::Count), "1.6");
}

#[test]
fn lines_are_wrapped_and_no_word_is_lost() {
    let long = "word ".repeat(60);
    let text = format!("- {long}\n\nshort");
    let wrapped = wrapped(text.trim());
    assert!(wrapped.lines().all(|line| line.chars().count() <= 120));
    assert!(
        wrapped
            .lines()
            .nth(1)
            .is_some_and(|line| line.starts_with("  word"))
    );
    assert!(wrapped.ends_with("\n\nshort\n"), "{wrapped:?}");
    assert_eq!(
        wrapped
            .split_whitespace()
            .filter(|word| *word == "word")
            .count(),
        60
    );
}
