//! Diagnostics stay readable and cheap, whatever they are made of.

use std::fmt::Write as _;

use qapi_parser::source::{FileId, MemorySource, Sources, Span};
use qapi_parser::{Code, Diagnostic, Diagnostics, Loader};

fn diagnostics(text: &str) -> Diagnostics {
    let source = MemorySource::from_iter([("a.json", text)]);
    Loader::new()
        .load_from(&source, "a.json")
        .expect_err("it is wrong")
}

fn sources(files: &[(&str, &str)]) -> Sources {
    let source: MemorySource = files.iter().copied().collect();
    let (root, _) = files[0];
    let parsed = Loader::new()
        .parse_from(&source, root)
        .expect("it is right");
    parsed.sources().clone()
}

/// `COUNT` times what `item` gives, in one line.
fn repeated(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<String> = (0..count).map(item).collect();
    items.join(", ")
}

#[test]
fn many_unknown_keys_are_one_short_diagnostic() {
    for (start, message) in [
        ("{ 'struct': 'S'", "struct misses key 'data'"),
        ("{ 'struct': 'S', 'data': { }", "'f11' and 29988 more"),
    ] {
        let keys = repeated(30_000, |index| format!("'f{index}': 'x'"));
        let diagnostics = diagnostics(&format!("{start}, {keys} }}\n"));
        let rendered = diagnostics.render(false);
        assert!(rendered.contains(message), "{rendered}");
        assert!(rendered.len() < 4_000, "{rendered}");
    }
}

#[test]
fn more_places_than_can_be_shown_are_counted() {
    let sources = sources(&[("a.json", "{ 'command': 'x' }\n")]);
    let (file, _) = sources.iter().next().unwrap();
    let span = Span {
        file,
        start: 2,
        end: 11,
    };
    let error = Diagnostic::new(Code::Other("x"), span, "wrong");
    let error = (0..1_000).fold(error, |error, _| error.with_label(span, "here"));
    let rendered = Diagnostics::new(vec![error], sources)
        .unwrap()
        .render(false);
    assert!(rendered.contains("and 992 more places"), "{rendered}");
    assert!(rendered.len() < 1_000, "{rendered}");
}

#[test]
fn errors_in_a_long_line_are_shown_with_what_is_around_them() {
    let members = repeated(30_000, |index| {
        format!("'v-{index}': 'int', 'v_{index}': 'int'")
    });
    let exception = "{ 'pragma': { 'member-name-exceptions': [ 'Long' ] } }\n";
    let line = format!("{{ 'struct': 'Long', 'data': {{ {members} }} }}\n");
    let text = format!("{exception}{line}");
    let diagnostics = diagnostics(&text);
    assert_eq!(diagnostics.iter().count(), 30_000);
    let rendered = diagnostics.render(false);
    assert!(rendered.ends_with("\nand 29900 more errors\n"));
    assert!(rendered.len() < 100_000, "{}", rendered.len());

    let name = "'v_99'";
    let last = rendered.split("\n\n").nth(99).unwrap();
    let column = line.find(name).unwrap() + 1;
    assert!(
        last.contains(&format!(" --> a.json:2:{column}\n")),
        "{last}"
    );
    let lines: Vec<&str> = last.lines().collect();
    let marks = lines.iter().find(|line| line.contains('^')).unwrap();
    let shown = lines.iter().find(|line| line.starts_with("2 |")).unwrap();
    let at = marks.find('^').unwrap();
    assert!(shown[at..].starts_with(name), "{last}");
}

#[test]
fn places_that_are_far_apart_are_shown_apart() {
    let mut text = String::from("{ 'enum': 'Same', 'data': [ 'a' ] }\n");
    for index in 0..10_000 {
        writeln!(text, "{{ 'struct': 'Thing{index}', 'data': {{ }} }}").unwrap();
    }
    text.push_str("{ 'enum': 'Same', 'data': [ ] }\n");
    let rendered = diagnostics(&text).render(false);
    assert!(rendered.contains(" --> a.json:10002:11\n"), "{rendered}");
    assert!(rendered.contains(" ::: a.json:1:11\n"), "{rendered}");
    assert!(rendered.lines().count() < 15, "{rendered}");
}

#[test]
fn a_place_of_many_lines_is_shown_in_part() {
    let lines = "  'x',\n".repeat(10_000);
    let rendered = diagnostics(&format!("[\n{lines} 'x' ]\n")).render(false);
    assert!(rendered.contains(" --> a.json:1:1\n"), "{rendered}");
    assert!(rendered.lines().count() < 40, "{rendered}");
}

#[test]
fn spans_that_somebody_made_up_do_no_harm() {
    let own = sources(&[("a.json", "{ 'command': 'x' }\n# \u{e9}\u{e9}\r\n")]);
    let other = sources(&[
        ("a.json", "{ 'include': 'b.json' }"),
        ("b.json", "{ 'command': 'x' }"),
    ]);
    let files = [&own, &other].map(|sources| sources.iter().last().unwrap().0);
    let length = own.iter().next().unwrap().1.text().len() as u32;
    let offsets = (0..length + 3).chain([900, u32::MAX]);
    let offsets: Vec<u32> = offsets.collect();
    let show = |file: FileId, start: u32, end: u32| {
        let span = Span { file, start, end };
        let error = Diagnostic::new(Code::Other("x"), span, "m").with_label(span, "l");
        let diagnostics = Diagnostics::new(vec![error], own.clone()).unwrap();
        assert_eq!(diagnostics.to_string().lines().count(), 1);
        assert!(diagnostics.render(false).starts_with("error[x]: m\n"));
        own.text(span);
    };
    for file in files {
        for &start in &offsets {
            for &end in &offsets {
                show(file, start, end);
            }
        }
    }
}

#[test]
fn there_are_no_diagnostics_without_a_diagnostic() {
    assert!(Diagnostics::new(Vec::new(), Sources::default()).is_none());
}

#[test]
fn a_message_cannot_break_its_line() {
    let sources = sources(&[("a.json", "{ 'command': 'x' }\n")]);
    let (file, _) = sources.iter().next().unwrap();
    let span = Span {
        file,
        start: 0,
        end: 1,
    };
    let error = Diagnostic::new(Code::Other("x"), span, "one\ntwo\u{1b}[31m");
    let diagnostics = Diagnostics::new(vec![error], sources).unwrap();
    let message = "one\\ntwo\\u{1b}[31m";
    assert_eq!(
        diagnostics.to_string(),
        format!("a.json:1:1: error: {message}")
    );
    assert!(diagnostics.render(false).contains(message));
}
