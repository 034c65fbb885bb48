//! No input makes the parser panic, run away or contradict itself.

mod extremes;
mod invariants;
mod mutated;

use qapi_parser::source::{MAX_FILE_SIZE, MemorySource};
use qapi_parser::{Code, Diagnostics, Loader, MAX_INCLUDE_DEPTH, Schema, Strictness};

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
fn many_errors_in_what_has_a_long_name_do_not_repeat_all_of_it() {
    let members = (0..10_000).map(|index| format!("'m{index}': 'Ty{index}'"));
    let text = format!(
        "{{ 'struct': 'St{}', 'data': {{ {} }} }}\n",
        "r".repeat(100_000),
        members.collect::<Vec<_>>().join(", ")
    );
    let diagnostics = load(text.as_bytes(), Strictness::Strict).unwrap_err();
    assert_eq!(diagnostics.iter().count(), 10_000);
    for error in &diagnostics {
        assert!(error.context.as_ref().is_some_and(|it| it.len() < 100));
    }
}

#[test]
fn many_alternates_of_a_large_enumeration_are_no_problem() {
    let values: Vec<String> = (0..20_000).map(|index| format!("'v{index}'")).collect();
    let alternate = |index| {
        let data = "{ 'value': 'En', 'none': 'null' }";
        format!("{{ 'alternate': 'Al{index}', 'data': {data} }}\n")
    };
    let alternates: String = (0..20_000).map(alternate).collect();
    let values = values.join(", ");
    let text = format!("{{ 'enum': 'En', 'data': [ {values} ] }}\n{alternates}");
    assert_eq!(codes(text), []);
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
