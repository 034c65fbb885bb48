use std::fs;
use std::path::Path;

use qapi_parser::schema::Version;
use qapi_parser::source::MemorySource;
use qapi_parser::{Loader, Release, Schema, Settlements};

use super::{Config, Layout};

#[test]
fn a_mistake_in_the_schema_shows_the_line_it_is_in() {
    let dir = tempfile::tempdir().unwrap();
    let schema = dir.path().join("my-schema.json");
    fs::write(&schema, "{ 'struct': 'Job', 'data': { 'b': 'Missing' } }\n").unwrap();
    let error = Config::new()
        .out_dir(dir.path())
        .compile(&schema)
        .unwrap_err();
    // As cargo shows it when a build script's `main` returns it.
    let text = format!("{error:?}").replace(&dir.path().display().to_string(), "");
    assert_eq!(
        text,
        "the schema has errors

error[unknown-type]: member 'b' uses unknown type 'Missing'
 --> /my-schema.json:1:35
  |
1 | { 'struct': 'Job', 'data': { 'b': 'Missing' } }
  |                                   ^^^^^^^^^
  |
  = note: in struct 'Job'
"
    );
}

#[test]
fn the_one_file_is_named_after_the_schema() {
    let dir = tempfile::tempdir().unwrap();
    let schema = dir.path().join("my-schema.json");
    fs::write(&schema, "{ 'struct': 'Job', 'data': {} }\n").unwrap();
    let out = dir.path().join("out");
    Config::new().out_dir(&out).compile(&schema).unwrap();
    let text = fs::read_to_string(out.join("my_schema.rs")).unwrap();
    assert!(text.contains("pub struct Job {}"), "{text}");
}

#[test]
fn a_schema_that_is_loaded_already_becomes_the_same_file() {
    let dir = tempfile::tempdir().unwrap();
    let schema = dir.path().join("my-schema.json");
    fs::write(&schema, "{ 'struct': 'Job', 'data': {} }\n").unwrap();
    let (one, other) = (dir.path().join("one"), dir.path().join("other"));
    Config::new().out_dir(&one).compile(&schema).unwrap();
    let loaded = Loader::new().load(&schema).unwrap();
    Config::new()
        .out_dir(&other)
        .compile_schema(&loaded)
        .unwrap();
    let read = |dir: &Path| fs::read_to_string(dir.join("my_schema.rs")).unwrap();
    assert_eq!(read(&one), read(&other));
}

#[test]
fn a_module_may_have_a_file_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let schema = dir.path().join("my-schema.json");
    fs::write(&schema, "{ 'command': 'type' }\n").unwrap();
    let out = dir.path().join("out");
    let config = Config::new()
        .layout(Layout::FilePerModule)
        .header("@generated")
        .out_dir(&out);
    config.compile(&schema).unwrap();
    for file in ["mod.rs", "my_schema.rs", "messages.rs"] {
        let text = fs::read_to_string(out.join(file)).unwrap();
        assert!(text.starts_with("// @generated\n"), "{file}: {text}");
    }
}

#[test]
fn the_one_file_may_have_any_name() {
    let dir = tempfile::tempdir().unwrap();
    let schema = dir.path().join("My Schema.v2.json");
    fs::write(&schema, "{ 'command': 'type' }\n").unwrap();
    let config = Config::new().out_dir(dir.path());
    config.compile(&schema).unwrap();
    assert!(dir.path().join("My_Schema_v2.rs").exists());
    config.file_name("qga.rs").compile(&schema).unwrap();
    assert!(dir.path().join("qga.rs").exists());
}

fn schema(text: &str) -> Schema {
    let source = MemorySource::from_iter([("my-schema.json", text)]);
    let schema = Loader::new().load_from(&source, "my-schema.json");
    schema.unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

#[test]
fn an_option_that_does_not_fit_the_schema_is_an_error() {
    let schema = schema(
        "
        { 'struct': 'Job', 'data': { 'id': 'str', 'size': 'int', 'sizes': [ 'int' ] } }
        { 'command': 'job-add', 'data': { 'id': 'str' } }
        { 'command': 'job-start', 'data': 'Job' }
        ",
    );
    let config = Config::new()
        .base64(["Job.id", "Job.size", "Job.sizes", "job-start.id"])
        .base64(["job-add.id", "Jop.id"])
        .extern_module(
            ["job-add", "str", "q_obj_job-add-arg", "Job2"],
            "crate::other",
        )
        .extern_module(["job-start"], "super::super::other");
    let error = config.generate(&schema, "api.rs").unwrap_err();
    assert_eq!(
        error.to_string(),
        "options do not fit the schema

base64: member 'Job.size' is neither 'str' nor ['str']
base64: member 'Job.sizes' is neither 'str' nor ['str']
base64: no type, command or event that is generated has a member 'Jop.id'
base64: no type, command or event that is generated has a member 'job-add.id'
base64: no type, command or event that is generated has a member 'job-start.id'
extern_module: 'super::super::other' is no path from `crate` or a crate's name on
extern_module: the schema does not define 'Job2' (did you mean 'Job'?)
extern_module: the schema does not define 'q_obj_job-add-arg'
extern_module: the schema does not define 'str'"
    );
}

#[test]
fn a_new_option_that_does_not_fit_is_an_error() {
    let schema = schema(
        "
        { 'struct': 'Job', 'data': { 'id': 'str' } }
        { 'command': 'query-jobs', 'returns': [ 'Job' ] }
        { 'command': 'job-cancel', 'data': { 'id': 'str' } }
        { 'event': 'JOB_DONE', 'data': 'Job' }
        ",
    );
    let config = Config::new()
        .roots(["query-jobs", "query-job", "str", "nothing-like-it"])
        .prefix("my-")
        .extern_path("Jub", "other::Job")
        .extern_path("JOB_DONE", "other::JobDone")
        .extern_path("Job", "other::self::Job")
        .type_attribute("query-job", "#[must_use]")
        .type_attribute(".", "derive(Eq)")
        .member_attribute("query-jobs", "#[allow(dead_code)]")
        .member_attribute("Job.ID", "#[allow(dead_code)]")
        .member_attribute(".", "#[derive(Eq)]");
    let error = config.generate(&schema, "api.rs").unwrap_err();
    assert_eq!(
        error.to_string(),
        "options do not fit the schema

extern_path: 'JOB_DONE' is no type: commands and events can be taken from generated modules only
extern_path: 'other::self::Job' is no path of a type from `crate` or a crate's name on
extern_path: the schema does not define 'Jub' (did you mean 'Job'?)
member_attribute: '#[derive(Eq)]' of '.' is for types, commands and events: members derive no traits
member_attribute: no type, command or event that is generated has a member 'Job.ID'
member_attribute: nothing that has members is generated of 'query-jobs'
prefix: no name in Rust starts with 'my-'
roots: the schema does not define 'nothing-like-it'
roots: the schema does not define 'query-job' (did you mean 'query-jobs'?)
roots: the schema does not define 'str'
type_attribute: 'derive(Eq)' of '.' is no attribute: unexpected token
type_attribute: the schema does not define 'query-job' (did you mean 'query-jobs'?)"
    );

    let config = Config::new()
        .roots(["query-jobs"])
        .type_attribute("job-cancel", "#[must_use]")
        .member_attribute("job-cancel.id", "#[allow(dead_code)]");
    let error = config.generate(&schema, "api.rs").unwrap_err();
    assert_eq!(
        error.to_string(),
        "options do not fit the schema

member_attribute: no type, command or event that is generated has a member 'job-cancel.id'
type_attribute: nothing is generated of 'job-cancel'"
    );
}

#[test]
fn any_attribute_is_printed_as_it_is_meant() {
    let schema = schema(
        "
        { 'enum': 'Kind', 'data': [ 'a', 'b' ] }
        { 'union': 'Job', 'base': { 'kind': 'Kind', 'id': 'str' }, 'discriminator': 'kind',
          'data': { 'a': 'Part' } }
        { 'struct': 'Part', 'data': { 'part': 'int' } }
        { 'alternate': 'Either', 'data': { 'one': 'Part', 'other': 'str' } }
        { 'command': 'query', 'data': { 'job': 'Job', 'either': 'Either' } }
        { 'event': 'DONE', 'data': 'Job', 'boxed': true }
        ",
    );
    for attribute in [
        "/// Words.",
        "/** A \"block\". */",
        "#[doc = \"*/ \\u{e4} \\\\ {} \\\"\"]",
        "#[doc = r#\"raw \"quotes\"\"#]",
        "#[doc = include_str!(\"job.md\")]",
        "#[doc = concat!(\"a\", \"b\")]",
        "#[doc = \"\"]",
        "#[doc(hidden)] #[cfg(all())]",
        "#[a::b{c; d}]",
        "#[a(b = 'c', d = b\"e\", f = 1.5, g(h), |i| j, <k>)]",
        "#[cfg_attr(feature = \"x\", derive(Eq), serde(rename = \"y\"))]",
        "#[unsafe(a)]",
        "#[r#type]",
    ] {
        let config = Config::new()
            .type_attribute(".", attribute)
            .member_attribute(".", attribute);
        let output = config.generate(&schema, "api.rs");
        let output = output.unwrap_or_else(|error| panic!("{error}"));
        let code: String = output.files.into_values().collect();
        let file = syn::parse_file(&code).unwrap_or_else(|error| panic!("{attribute}: {error}"));
        // As if it had been written by hand, and by a formatter.
        let printed = prettyplease::unparse(&file);
        let plain = |code: &str| code.split_whitespace().collect::<String>();
        let meant = plain(&meant(attribute));
        let found = plain(&printed).matches(&meant).count();
        // Two types, an enum of branches, an alternate, a command and an event; 11 parts of them.
        assert!(
            found >= 17,
            "{attribute}: {meant} is there {found} times in {code}"
        );
    }
}

/// An attribute as it is printed.
fn meant(attribute: &str) -> String {
    let file = syn::parse_file(&format!("{attribute}\nstruct A;")).unwrap();
    let printed = prettyplease::unparse(&file);
    printed.replace("struct A;", "")
}

#[test]
fn what_is_not_wanted_may_be_wrong_in_rust() {
    let schema = schema(
        "
        { 'struct': 'Endless', 'data': { 'more': 'Endless' } }
        { 'command': 'query-it', 'returns': 'Endless' }
        { 'command': 'query--me' }
        { 'command': 'query-me' }
        ",
    );
    let config = Config::new();
    let error = config.generate(&schema, "api.rs").unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("error[endless-type]") && text.contains("error[name-clash]"),
        "{text}"
    );
    config
        .roots(["query-me"])
        .generate(&schema, "api.rs")
        .unwrap();
}

#[test]
fn what_is_extern_may_be_unwanted() {
    let schema = schema(
        "
        { 'struct': 'Job', 'data': { 'id': 'str' } }
        { 'command': 'query-jobs', 'returns': [ 'Job' ] }
        { 'command': 'stop' }
        ",
    );
    // A list of all that another module has can be given whatever is wanted.
    let output = Config::new()
        .roots(["stop"])
        .extern_module(["Job", "query-jobs"], "other::api")
        .generate(&schema, "api.rs")
        .unwrap();
    let code: String = output.files.into_values().collect();
    assert!(!code.contains("other::api"), "{code}");
}

#[test]
fn a_module_of_which_nothing_is_generated_has_no_file() {
    let schema = schema("{ 'struct': 'Job', 'data': {} } { 'event': 'JOB_DONE', 'data': 'Job' }");
    let output = Config::new()
        .layout(Layout::FilePerModule)
        .extern_module(["Job", "JOB_DONE"], "other::api")
        .generate(&schema, "api.rs")
        .unwrap();
    let files: Vec<_> = output
        .files
        .keys()
        .map(|path| path.to_str().unwrap())
        .collect();
    assert_eq!(files, ["messages.rs", "mod.rs"]);
}

#[test]
fn an_old_name_may_be_taken_from_another_module() {
    let release = |version, name: &str| {
        let text = format!(
            "{{ 'enum': 'Kind', 'data': [ 'a' ] }}
             {{ 'union': '{name}', 'base': {{ 'kind': 'Kind', 'id': 'str' }},
               'discriminator': 'kind', 'data': {{}} }}
             {{ 'command': 'query', 'returns': '{name}' }}"
        );
        Release::new(Version::parse(version).unwrap(), schema(&text))
    };
    let releases = vec![release("7.2", "Old"), release("9.0", "New")];
    let schema = Schema::merge(releases, &Settlements::new()).unwrap();
    let output = Config::new()
        .extern_module(["Kind", "New", "Old", "query"], "other::api")
        .generate(&schema, "api.rs")
        .unwrap();
    let code: String = output.files.into_values().collect();
    assert!(
        code.contains("pub use other::api::{Kind, New, NewBranch, Old, OldBranch};"),
        "{code}"
    );
    assert!(!code.contains("pub type"), "{code}");

    let output = Config::new()
        .extern_path("Old", "other::Old")
        .generate(&schema, "api.rs")
        .unwrap();
    let code: String = output.files.into_values().collect();
    assert_eq!(code.matches("other::Old").count(), 1, "{code}");
    assert!(code.contains("pub use other::Old;"), "{code}");

    let output = Config::new()
        .extern_path("New", "other::New")
        .generate(&schema, "api.rs")
        .unwrap();
    let code: String = output.files.into_values().collect();
    assert!(code.contains("pub type Old = New;"), "{code}");
    assert!(!code.contains("OldBranch"), "{code}");
}
