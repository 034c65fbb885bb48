//! Where schemas come from, and what is known of their files afterwards.

use qapi_parser::source::{MemorySource, Position};
use qapi_parser::syntax::Item;
use qapi_parser::{Code, Loader};

fn files() -> MemorySource {
    MemorySource::from_iter([
        (
            "qapi/root.json",
            "{ 'include': 'sub/one.json' }\n{ 'include': 'two.json' }\n",
        ),
        (
            "qapi/sub/one.json",
            "{ 'include': '../two.json' }\n{ 'enum': 'One', 'data': [ ] }\n",
        ),
        (
            "qapi/two.json",
            "# Two\n  { 'enum': 'Two', 'data': [ 'a' ] }\n",
        ),
        (
            "daemon/qapi/root.json",
            "{ 'include': '../../qapi/two.json' }\n",
        ),
    ])
}

#[test]
fn modules_are_named_as_seen_from_the_root_and_numbered_as_included() {
    let schema = Loader::new().load_from(&files(), "qapi/root.json").unwrap();
    let names: Vec<&str> = schema
        .modules()
        .map(|(_, module)| module.name.as_str())
        .collect();
    assert_eq!(names, ["root.json", "sub/one.json", "two.json"]);
    let includes: Vec<Vec<&str>> = schema
        .modules()
        .map(|(_, module)| {
            let includes = module.includes.iter();
            includes
                .map(|id| schema.module(*id).name.as_str())
                .collect()
        })
        .collect();
    assert_eq!(
        includes,
        [vec!["sub/one.json", "two.json"], vec!["two.json"], vec![]]
    );

    let schema = Loader::new()
        .load_from(&files(), "daemon/qapi/root.json")
        .unwrap();
    let names: Vec<&str> = schema
        .modules()
        .map(|(_, module)| module.name.as_str())
        .collect();
    assert_eq!(names, ["root.json", "../../qapi/two.json"]);
}

#[test]
fn definitions_come_in_the_order_in_which_they_are_read() {
    let schema = Loader::new().load_from(&files(), "qapi/root.json").unwrap();
    let names = schema.definitions().iter().map(|id| &schema.head(*id).name);
    let own: Vec<&str> = names
        .map(|name| name.as_str())
        .skip_while(|name| *name != "QType")
        .skip(1)
        .collect();
    assert_eq!(own, ["Two", "One"]);
}

#[test]
fn a_definition_knows_its_place() {
    let schema = Loader::new().load_from(&files(), "qapi/root.json").unwrap();
    let two = schema.ty(schema.find_type("Two").unwrap());
    let span = two.head.span.unwrap();
    assert_eq!(schema.sources().text(span), "'Two'");
    let source = schema.sources().get(span.file);
    assert_eq!(source.path().to_str(), Some("qapi/sub/../two.json"));
    let position = source.position(span.start);
    assert_eq!(
        position,
        Position {
            line: 2,
            column: 13
        }
    );
    let includes = schema.sources().include_chain(span.file);
    let texts: Vec<&str> = includes.map(|span| schema.sources().text(span)).collect();
    assert_eq!(texts, ["'../two.json'", "'sub/one.json'"]);
}

#[test]
fn a_root_that_cannot_be_read_is_a_diagnostic_without_a_line() {
    for result in [
        Loader::new().load_from(&files(), "qapi/none.json"),
        Loader::new().load("no/such/folder/none.json"),
    ] {
        let diagnostics = result.unwrap_err();
        let first = diagnostics.iter().next().unwrap();
        assert_eq!(first.code, Code::UnreadableFile);
        assert_eq!(first.span(), None);
        let short = diagnostics.to_string();
        assert!(
            short.contains("none.json: error: can't read schema file"),
            "{short}"
        );
        assert!(diagnostics.render(false).contains("none.json"));
    }
}

#[test]
fn the_short_form_is_a_line_for_each_error() {
    let text = "{ 'enum': 'Abc', 'data': 1 }\n{ 'enum': 'Def' }\n";
    let source = MemorySource::from_iter([("a.json", text)]);
    let diagnostics = Loader::new().load_from(&source, "a.json").unwrap_err();
    assert_eq!(
        diagnostics.to_string(),
        "a.json:1:26: error: stray '1'\na.json:2:1: error: enum misses key 'data'"
    );
}

#[test]
fn the_parsed_form_keeps_everything_in_order() {
    let text = "##\n# Free.\n##\n{ 'pragma': { 'documentation-exceptions': [ 'Thing' ] } }\n\
                ##\n# @Thing:\n##\n{ 'data': { 'z': 'int', '*a': 'str' }, 'struct': 'Thing' }\n";
    let source = MemorySource::from_iter([("a.json", text)]);
    let parsed = Loader::new().parse_from(&source, "a.json").unwrap();
    let [
        Item::Comment(_),
        Item::Pragma(_),
        Item::Definition { expr, doc },
    ] = &parsed.modules()[0].file().items[..]
    else {
        panic!("{parsed:?}");
    };
    let keys = expr.value.iter().map(|(key, _)| key.value.as_str());
    assert_eq!(keys.collect::<Vec<_>>(), ["data", "struct"]);
    assert_eq!(
        doc.as_ref().unwrap().symbol.as_ref().unwrap().value,
        "Thing"
    );
    assert!(parsed.resolve().unwrap().find_type("Thing").is_some());
}

#[cfg(unix)]
#[test]
fn an_include_loop_through_a_symbolic_link_is_a_loop() {
    let folder = std::env::temp_dir().join(format!("qapi-parser-loop-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let root = folder.join("root.json");
    std::fs::write(&root, "{ 'include': 'again/root.json' }\n").unwrap();
    let link = folder.join("again");
    let _ = std::fs::remove_file(&link);
    std::os::unix::fs::symlink(".", &link).unwrap();
    let result = Loader::new().load(&root);
    std::fs::remove_dir_all(&folder).unwrap();
    let diagnostics = result.unwrap_err();
    let codes: Vec<Code> = diagnostics.iter().map(|error| error.code).collect();
    assert_eq!(codes, [Code::IncludeLoop]);
}
