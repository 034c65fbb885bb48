//! Comparisons of schemas small enough to be read.

use qapi_protocol::decode;
use serde_json::{Value, json};

use super::*;

/// A schema whose command `run` takes the type `0`; of these types besides the basic ones.
fn schema(types: Value) -> Schema {
    let Value::Array(mut entries) = types else {
        panic!("no array");
    };
    entries.push(json!({"name": "run", "meta-type": "command", "arg-type": "0", "ret-type": "_"}));
    entries.push(json!({"name": "_", "meta-type": "object", "members": []}));
    for (name, json_type) in [("str", "string"), ("int", "int"), ("null", "null")] {
        entries.push(json!({"name": name, "meta-type": "builtin", "json-type": json_type}));
    }
    decode(Value::Array(entries).to_string()).expect("it is a schema")
}

fn object(name: &str, members: &[(&str, &str)]) -> Value {
    let members = members.iter();
    let members = members.map(|(name, ty)| json!({"name": name, "type": ty}));
    json!({"name": name, "meta-type": "object", "members": members.collect::<Vec<_>>()})
}

fn alternate(name: &str, types: &[&str]) -> Value {
    let members = types.iter().map(|ty| json!({"type": ty}));
    json!({"name": name, "meta-type": "alternate", "members": members.collect::<Vec<_>>()})
}

fn union(name: &str, members: &[(&str, &str)], tag: &str, branches: &[(&str, &str)]) -> Value {
    let mut union = object(name, members);
    let branches = branches.iter();
    let branches = branches.map(|(case, ty)| json!({"case": case, "type": ty}));
    union["tag"] = json!(tag);
    union["variants"] = branches.collect();
    union
}

/// What is missing, and what is there besides.
fn differences(ours: Value, theirs: Value) -> (Vec<String>, Vec<String>) {
    let found = compare(&schema(ours), &schema(theirs), |_| true);
    let names = |things: BTreeMap<Thing, Facts>| things.into_keys().map(|it| it.name).collect();
    (names(found.missing), names(found.extra))
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn types_are_compared_by_place_and_named_as_the_reference_does() {
    let ours = json!([
        object("0", &[("file", "File"), ("files", "[File]")]),
        object("File", &[("name", "str"), ("size", "int")]),
        {"name": "[File]", "meta-type": "array", "element-type": "File"},
    ]);
    let theirs = json!([
        object("0", &[("file", "7"), ("files", "[7]")]),
        object("7", &[("name", "str"), ("date", "int")]),
        {"name": "[7]", "meta-type": "array", "element-type": "7"},
    ]);
    let (missing, extra) = differences(ours, theirs);
    assert_eq!(missing, ["File.size"]);
    assert_eq!(extra, ["File.date"]);
}

#[test]
fn types_that_contain_each_other_are_compared_once() {
    let ours = json!([object("0", &[("next", "0"), ("more", "int")])]);
    let theirs = json!([object("0", &[("next", "1")]), object("1", &[("next", "0")])]);
    assert_eq!(
        differences(ours, theirs),
        (vec!["0.more".to_owned()], none())
    );
}

#[test]
fn what_was_one_type_is_compared_with_its_like_among_several() {
    let one = json!([
        object("0", &[("disk", "Disk")]),
        object("Disk", &[("size", "int")]),
    ]);
    let several = json!([
        object("0", &[("disk", "DiskOrName")]),
        alternate("DiskOrName", &["str", "Disk", "null"]),
        object("Disk", &[("size", "int"), ("speed", "int")]),
    ]);
    let speed = vec!["Disk.speed".to_owned()];
    assert_eq!(
        differences(several.clone(), one.clone()),
        (speed.clone(), none())
    );
    assert_eq!(differences(one, several), (none(), speed));
}

#[test]
fn a_struct_has_what_is_in_branches_since() {
    let ours = json!([
        union("0", &[("kind", "Kind"), ("on", "str")], "kind", &[("a", "A"), ("b", "B")]),
        {"name": "Kind", "meta-type": "enum", "members": [{"name": "a"}, {"name": "b"}]},
        object("A", &[("handle", "int")]),
        object("B", &[]),
    ]);
    let theirs = json!([object(
        "0",
        &[("on", "str"), ("handle", "int"), ("odd", "int")]
    )]);
    let (missing, extra) = differences(ours, theirs);
    assert_eq!(missing, ["0.kind"]);
    assert_eq!(extra, ["0.odd"]);
}

#[test]
fn branches_are_compared_by_the_value_of_the_tag() {
    let kind = json!({"name": "Kind", "meta-type": "enum", "values": ["a", "b"]});
    let ours = json!([
        union("0", &[("kind", "Kind")], "kind", &[("a", "A"), ("b", "B")]),
        kind,
        object("A", &[("x", "int")]),
        object("B", &[("y", "int")]),
    ]);
    let theirs = json!([
        union("0", &[("kind", "Kind")], "kind", &[("b", "1"), ("a", "2")]),
        kind,
        object("1", &[("x", "int"), ("y", "int")]),
        object("2", &[]),
    ]);
    let (missing, extra) = differences(ours, theirs);
    assert_eq!(missing, ["A.x"]);
    assert_eq!(extra, ["B.x"]);
}

#[test]
fn a_type_that_took_the_place_of_two_is_there_where_both_are() {
    let ours = json!([
        object("0", &[("in", "Port"), ("out", "Port")]),
        object("Port", &[("host", "str"), ("path", "str"), ("new", "str")]),
    ]);
    let theirs = json!([
        object("0", &[("in", "1"), ("out", "2")]),
        object("1", &[("host", "str")]),
        object("2", &[("path", "str")]),
    ]);
    assert_eq!(
        differences(ours, theirs),
        (vec!["Port.new".to_owned()], none())
    );
}

#[test]
fn what_nobody_asked_for_is_not_said() {
    let ours = schema(json!([object("0", &[("x", "int")])]));
    let theirs = schema(json!([object("0", &[("y", "int")])]));
    let found = compare(&ours, &theirs, |name| name != "run");
    assert!(found.known.is_empty() && found.missing.is_empty() && found.extra.is_empty());
}

#[test]
fn features_are_compared_but_for_those_that_are_no_abilities() {
    let with = |features: &[&str]| {
        let mut member = object("0", &[("x", "int")]);
        member["members"][0]["features"] = json!(features);
        json!([member])
    };
    let ours = with(&["fast", "unstable"]);
    let theirs = with(&["deprecated", "loud"]);
    let (missing, extra) = differences(ours.clone(), theirs.clone());
    assert_eq!(missing, ["0.x: fast"]);
    assert_eq!(extra, ["0.x: loud"]);
    let found = compare(&schema(ours), &schema(theirs), |_| true);
    let deprecated = Vec::from_iter(found.deprecated);
    let [(thing, deprecation)] = deprecated.as_slice() else {
        panic!("{deprecated:?}");
    };
    assert_eq!((thing.name.as_str(), deprecation.here), ("0.x", true));
}
