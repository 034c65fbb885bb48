//! What of a schema's documentation comes to another schema's definitions.

use qapi_parser::schema::{TypeKind, Version};
use qapi_parser::source::MemorySource;
use qapi_parser::{Loader, Release, Schema, Settlements};

fn load(text: &str) -> Schema {
    let source = MemorySource::from_iter([("schema.json", text)]);
    let schema = Loader::new().load_from(&source, "schema.json");
    schema.expect("it is a schema")
}

/// A schema that has something of each kind, with its documentation.
const PROSE: &str = "\
##
# = Garage
##

##
# @Kind:
#
# What stands there.
#
# @car: with four wheels
#
# @bike: with two
#
# Since: 1.0
##
{ 'enum': 'Kind', 'data': [ 'car', 'bike' ] }

##
# @Base:
#
# What all have.
#
# @plate: what is on the plate
##
{ 'struct': 'Base', 'data': { 'plate': 'str' } }

##
# @Car:
#
# A car.
#
# @doors: how many
##
{ 'struct': 'Car', 'base': 'Base', 'data': { '*doors': 'int' } }

##
# @Vehicle:
#
# Any of them.
#
# @kind: which
##
{ 'union': 'Vehicle', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind',
  'data': { 'car': 'Car' } }

##
# @Place:
#
# Where.
#
# @number: by what stands there
#
# @name: by name
##
{ 'alternate': 'Place', 'data': { 'number': 'Car', 'name': 'str' } }

##
# @park:
#
# Puts it there.
#
# @place: where
#
# Features:
#
# @valet: somebody does it
#
# Returns: what is there
##
{ 'command': 'park', 'data': { 'place': 'Place' }, 'returns': 'Vehicle', 'features': [ 'valet' ] }

##
# @LEFT:
#
# It has left.
#
# @plate: which
##
{ 'event': 'LEFT', 'data': { 'plate': 'str' } }
";

fn without_comments(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn all_documentation_comes_to_the_same_definitions() {
    let prose = load(PROSE);
    let described = load(&without_comments(PROSE)).described_by(&prose);
    assert_eq!(described.dump().to_string(), prose.dump().to_string());
    assert_eq!(described.docs().count(), 8);
    for (doc, _) in described.docs() {
        let file = described.sources().get(doc.span.file);
        assert!(file.text()[doc.span.start as usize..].starts_with("##\n# "));
    }
    let again = described.described_by(&prose);
    assert_eq!(again.dump().to_string(), prose.dump().to_string());
}

/// What is said of each member of a type, and of a command's or an event's members.
fn said(schema: &Schema, of: &str) -> Vec<(String, Option<String>)> {
    let id = schema.find_type(of).expect("it is there");
    let said = |name: &str, doc: Option<&str>| (name.to_owned(), doc.map(str::to_owned));
    let members = schema.all_members(id);
    let members = members.map(|it| said(&it.name, it.part.doc.as_deref()));
    match &schema.ty(id).kind {
        TypeKind::Enum(it) => {
            let values = it.values.iter();
            values
                .map(|it| said(&it.name, it.part.doc.as_deref()))
                .collect()
        }
        _ => members.collect(),
    }
}

fn expect(schema: &Schema, of: &str, expected: &[(&str, &str)]) {
    let expected = expected.iter().map(|(name, doc)| {
        let doc = (!doc.is_empty()).then(|| (*doc).to_owned());
        ((*name).to_owned(), doc)
    });
    assert_eq!(said(schema, of), expected.collect::<Vec<_>>(), "{of}");
}

#[test]
fn a_merged_schema_has_the_members_of_bases_and_old_names_described() {
    let old = without_comments(PROSE).replace("Car", "Automobile");
    let new = without_comments(PROSE).replace("'*doors'", "'*seats': 'int', '*doors'");
    let versions = ["1.0", "2.0"].map(|it| Version::parse(it).expect("it is a version"));
    let releases = versions.into_iter().zip([old, new]);
    let releases = releases.map(|(version, text)| Release::new(version, load(&text)));
    let merged = Schema::merge(releases.collect(), &Settlements::new()).expect("it merges");
    let prose = load(&PROSE.replace("Car", "Automobile"));

    let described = merged.clone().described_by(&prose);
    let car = [
        ("plate", "what is on the plate"),
        ("seats", ""),
        ("doors", "how many"),
    ];
    expect(&described, "Car", &car);
    expect(&described, "Vehicle", &[("kind", "which")]);
    let head = described.ty(described.find_type("Car").expect("it is there"));
    assert!(head.head.doc.is_some());
    assert_eq!(described.facts().to_string(), merged.facts().to_string());
}

#[test]
fn members_that_stand_inline_here_may_be_those_of_a_type_there() {
    let text = "
##
# @Args:
#
# @gate: which one
##
{ 'struct': 'Args', 'data': { 'gate': 'int' } }

##
# @open:
#
# Opens it.
##
{ 'command': 'open', 'data': 'Args' }
";
    let inline = load("{ 'command': 'open', 'data': { 'gate': 'int', '*wide': 'bool' } }");
    let described = inline.described_by(&load(text));
    expect(
        &described,
        "q_obj_open-arg",
        &[("gate", "which one"), ("wide", "")],
    );
}

#[test]
fn members_of_a_new_type_may_have_stood_inline_there() {
    let old = "
##
# @open:
#
# Opens it.
#
# @gate: which one
##
{ 'command': 'open', 'data': { 'gate': 'int' } }
";
    let new = load(
        "{ 'enum': 'Gate', 'data': [ 'left' ] }
         { 'union': 'Args', 'base': { 'gate': 'Gate' }, 'discriminator': 'gate', 'data': {} }
         { 'command': 'open', 'data': 'Args', 'boxed': true }",
    );
    let described = new.described_by(&load(old));
    expect(&described, "Args", &[("gate", "which one")]);
}

#[test]
fn parts_of_another_kind_are_not_described() {
    let other = load("{ 'struct': 'Place', 'data': { 'number': 'int', 'size': 'int' } }");
    let described = other.described_by(&load(PROSE));
    expect(&described, "Place", &[("number", ""), ("size", "")]);
}

#[test]
fn what_is_not_documented_there_keeps_what_it_has() {
    let described = load(PROSE).described_by(&load(&without_comments(PROSE)));
    assert_eq!(described.dump().to_string(), load(PROSE).dump().to_string());
}
