//! No input makes the parser panic, run away or contradict itself.

use proptest::prelude::*;
use qapi_parser::source::{MAX_FILE_SIZE, MemorySource, Sources, Span};
use qapi_parser::{Code, Diagnostics, Loader, MAX_INCLUDE_DEPTH, MAX_NESTING, Schema, Strictness};

fn load(content: &[u8], strictness: Strictness) -> Result<Schema, Diagnostics> {
    let source = MemorySource::from_iter([("schema.json", content)]);
    let loader = Loader::new().strictness(strictness);
    loader.load_from(&source, "schema.json")
}

fn codes(content: impl AsRef<[u8]>) -> Vec<Code> {
    match load(content.as_ref(), Strictness::Strict) {
        Ok(_) => Vec::new(),
        Err(diagnostics) => diagnostics.iter().map(|error| error.code).collect(),
    }
}

#[test]
fn deep_nesting_is_refused() {
    for opening in ["[", "{ 'a': ", "[ { 'not': "] {
        let text = opening.repeat(100_000);
        assert_eq!(codes(&text), [Code::TooDeep], "{opening}");
    }
    let condition = |depth: usize| {
        let (open, close) = ("{ 'not': ".repeat(depth), " }".repeat(depth));
        format!("{{ 'struct': 'St', 'data': {{ }}, 'if': {open}'X'{close} }}\n")
    };
    assert_eq!(codes(condition(MAX_NESTING - 1)), []);
    assert_eq!(codes(condition(MAX_NESTING)), [Code::TooDeep]);
}

#[test]
fn a_long_chain_of_bases_is_no_problem() {
    let mut text = String::from("{ 'enum': 'En', 'data': [ 'a' ] }\n");
    text.push_str("{ 'struct': 'Ty', 'data': { 'other': 'int' } }\n");
    let first = text.len();
    text.push_str("{ 'struct': 'St0', 'data': { 'tag': 'En' } }\n");
    for index in 1..20_000 {
        let base = index - 1;
        text.push_str(&format!(
            "{{ 'struct': 'St{index}', 'base': 'St{base}', 'data': {{ 'm{index}': 'int' }} }}\n"
        ));
    }
    assert_eq!(codes(&text), []);
    let unions = |branch: &str| {
        let union = |index| {
            format!(
                "{{ 'union': 'Un{index}', 'base': 'St{index}', 'discriminator': 'tag',
                    'data': {{ 'a': '{branch}' }} }}\n"
            )
        };
        (0..2_000).map(union).collect::<String>()
    };
    assert_eq!(codes(text.clone() + &unions("Ty")), []);
    let collision = "{ 'struct': 'Last', 'base': 'St19999', 'data': { 'm7': 'int' } }\n";
    assert_eq!(codes(text.clone() + collision), [Code::Collision]);

    text.push_str("{ 'struct': 'St0', 'base': 'St19999', 'data': { } }\n");
    let behind = text[first..].split_once('\n').unwrap().1;
    assert_eq!(codes(behind), [Code::RecursiveType]);
}

#[test]
fn a_long_chain_of_unions_is_no_problem() {
    let mut text = String::from("{ 'enum': 'En', 'data': [ 'a' ] }\n");
    text.push_str("{ 'struct': 'Un0', 'data': { 'last': 'int' } }\n");
    for index in 1..20_000 {
        let branch = index - 1;
        text.push_str(&format!(
            "{{ 'union': 'Un{index}', 'base': {{ 't{index}': 'En' }},
                'discriminator': 't{index}', 'data': {{ 'a': 'Un{branch}' }} }}\n"
        ));
    }
    assert_eq!(codes(&text), []);
    text.push_str(
        "{ 'union': 'Un', 'base': { 't': 'En', 'last': 'int', 't7': 'int' },
           'discriminator': 't', 'data': { 'a': 'Un19999' } }\n",
    );
    assert_eq!(codes(&text), [Code::Collision; 2]);
}

#[test]
fn a_union_of_many_branches_is_no_problem() {
    let values: Vec<String> = (0..100_000).map(|index| format!("'v{index}'")).collect();
    let branches: Vec<String> = values
        .iter()
        .map(|value| format!("{value}: 'St'"))
        .collect();
    let (values, branches) = (values.join(", "), branches.join(", "));
    let text = format!(
        "{{ 'enum': 'En', 'data': [ {values} ] }}
         {{ 'struct': 'St', 'data': {{ 'x': 'int' }} }}
         {{ 'union': 'Un', 'base': {{ 't': 'En' }}, 'discriminator': 't', 'data': {{ {branches} }} }}"
    );
    let schema = load(text.as_bytes(), Strictness::Strict).unwrap();
    assert!(schema.dump().to_string().contains("    case v99999: St\n"));
}

#[test]
fn many_unknown_types_are_no_problem() {
    let line = |index| format!("{{ 'struct': 'St{index}', 'data': {{ 'a': 'Ty{index}' }} }}\n");
    let text: String = (0..30_000).map(line).collect();
    assert_eq!(codes(text), [Code::UnknownType; 30_000]);
}

#[test]
fn documentation_of_much_that_is_not_there_is_no_problem() {
    let count = 20_000;
    let described: String = (0..count).map(|i| format!("# @a{i}: what\n")).collect();
    let members: Vec<String> = (0..count).map(|i| format!("'b{i}': 'int'")).collect();
    let text = format!(
        "##\n# @Much:\n#\n{described}##\n{{ 'struct': 'Much', 'data': {{ {} }} }}\n",
        members.join(", ")
    );
    let codes = codes(text);
    let (last, others) = codes.split_last().unwrap();
    assert_eq!(*last, Code::UnknownInDoc);
    assert_eq!(others.len(), count);
    assert!(others.iter().all(|code| *code == Code::UndocumentedMember));
}

#[test]
fn a_long_line_of_documentation_is_no_problem() {
    let line = format!("{}{}", " ".repeat(1 << 20), ". A".repeat(1 << 20));
    let codes = codes(format!("##\n# @s:\n#{line}\n##\n{{ 'command': 's' }}\n"));
    assert_eq!(codes, [Code::DocStyle; 11]);
}

#[test]
fn a_long_chain_of_inclusions_is_refused() {
    let mut source = MemorySource::new();
    for index in 0..=MAX_INCLUDE_DEPTH {
        let next = index + 1;
        source.insert(
            format!("{index}.json"),
            format!("{{ 'include': '{next}.json' }}"),
        );
    }
    source.insert(format!("{}.json", MAX_INCLUDE_DEPTH + 1), "");
    let diagnostics = Loader::new().load_from(&source, "0.json").unwrap_err();
    let codes: Vec<Code> = diagnostics.iter().map(|error| error.code).collect();
    assert_eq!(codes, [Code::TooDeep]);
    assert!(diagnostics.render(false).lines().count() < 20);
    assert!(Loader::new().load_from(&source, "2.json").is_ok());
}

#[test]
fn a_file_over_the_limit_is_refused() {
    let mut text = b"{ 'enum': 'En', 'data': [ ] }\n".to_vec();
    text.resize(MAX_FILE_SIZE, b' ');
    assert_eq!(codes(&text), []);
    text.push(b' ');
    assert_eq!(codes(&text), [Code::FileTooLarge]);
    let source = MemorySource::from_iter([
        ("root.json", b"{ 'include': 'large.json' }".to_vec()),
        ("large.json", text),
    ]);
    let diagnostics = Loader::new().load_from(&source, "root.json").unwrap_err();
    assert!(
        diagnostics
            .to_string()
            .starts_with("root.json:1:1: error: can't read include file")
    );
}

#[test]
fn a_missing_final_line_end_does_not_matter() {
    for text in [
        "{ 'enum': 'En', 'data': [ ] }",
        "# comment",
        "##\n##",
        "##\n# Text.\n##",
        "",
    ] {
        assert_eq!(codes(text), [], "{text:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert_eq!(codes(b"\xff\xfe"), [Code::InvalidUtf8]);
    assert_eq!(codes(b"# fine\n'\xc3"), [Code::InvalidUtf8]);
    assert_eq!(
        codes(b"\xef\xbb\xbf{ 'enum': 'En', 'data': [ ] }"),
        [Code::StrayCharacter]
    );
    assert_eq!(codes(b"\0"), [Code::StrayCharacter]);
    assert_eq!(codes(b"# \0 in a comment\n"), []);
}

const SEED: &str = include_str!("cases/lenient/since.json");
const OTHER_SEEDS: [&str; 11] = [
    include_str!("cases/union.json"),
    include_str!("cases/struct.json"),
    include_str!("cases/command.json"),
    include_str!("cases/features.json"),
    include_str!("cases/conditions.json"),
    include_str!("cases/documentation.json"),
    include_str!("cases/lenient/simple-union.json"),
    include_str!("cases/lenient/conditions.json"),
    include_str!("cases/lenient/names-excepted.json"),
    include_str!("cases/lenient/null.json"),
    include_str!("cases/lenient/strings.json"),
];

/// Pieces that mean something, to get past the lexer more often than random bytes would.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "'",
    "#",
    "##\n",
    "\n",
    "\r",
    "\\",
    "true",
    "'if': ",
    "'all': ",
    "'data': ",
    "'struct': 'Red'",
    "'base': 'Red'",
    "# @x: ",
    "# Features:\n",
    "# Since: 1.0\n",
    "'*x': ",
    "\u{feff}",
    "\u{e9}",
];

/// One change to a text: where, how many bytes go, and what comes instead.
fn mutation() -> impl Strategy<Value = (prop::sample::Index, usize, Vec<u8>)> {
    let piece = prop_oneof![
        3 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    (any::<prop::sample::Index>(), 0..12_usize, piece)
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let seed = prop_oneof![Just(SEED), prop::sample::select(&OTHER_SEEDS[..])];
    (seed, prop::collection::vec(mutation(), 0..6)).prop_map(|(seed, mutations)| {
        let mut bytes = seed.as_bytes().to_vec();
        for (index, gone, piece) in mutations {
            let start = index.index(bytes.len() + 1);
            let end = (start + gone).min(bytes.len());
            bytes.splice(start..end, piece);
        }
        bytes
    })
}

fn is_inside(sources: &Sources, span: Span) -> bool {
    let text = sources.get(span.file).text();
    text.get(span.range()).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_mutated_schema_gives_the_same_clear_result_twice(bytes in mutated(), lenient: bool) {
        let strictness = if lenient { Strictness::Lenient } else { Strictness::Strict };
        let outcome = |result: Result<Schema, Diagnostics>| match result {
            Ok(schema) => {
                for id in schema.definitions() {
                    let span = schema.head(*id).span;
                    assert!(span.is_none_or(|span| is_inside(schema.sources(), span)));
                }
                format!("{}{}", schema.dump(), schema.facts())
            }
            Err(diagnostics) => {
                assert!(diagnostics.iter().next().is_some());
                for error in &diagnostics {
                    let labels = error.labels.iter().map(|(span, _)| *span);
                    for span in error.span().into_iter().chain(labels) {
                        assert!(is_inside(diagnostics.sources(), span), "{error:?}");
                    }
                    assert!(!error.message.contains('\n'), "{error:?}");
                }
                assert_eq!(diagnostics.to_string().lines().count(), diagnostics.iter().count());
                diagnostics.render(true);
                diagnostics.render(false)
            }
        };
        let first = outcome(load(&bytes, strictness));
        prop_assert_eq!(first, outcome(load(&bytes, strictness)));
    }
}
