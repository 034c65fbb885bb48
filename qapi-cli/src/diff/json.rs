//! The form of changes for programs: a JSON object a line.

use std::io::{self, Write};

use qapi_parser::diff::{Change, Effect, Notice, Part, What};
use qapi_parser::{Diff, SmolStr};
use serde_json::{Value, json};

/// Writes the changes, a line each. `qapi diff --help` says what the members mean.
pub(super) fn write(out: &mut impl Write, schema: Option<&str>, diff: &Diff) -> io::Result<()> {
    for change in diff.changes() {
        writeln!(out, "{}", object(schema, change))?;
    }
    Ok(())
}

fn object(schema: Option<&str>, change: &Change) -> Value {
    let (from, to) = ends(&change.what);
    let path: Vec<&str> = change.path.iter().map(Part::name).collect();
    json!({
        "schema": schema,
        "kind": change.definition.kind.name(),
        "name": change.definition.name.as_str(),
        "was": change.definition.was.as_deref(),
        "part": change.path.last().map(Part::kind),
        "path": path,
        "change": change.what.name(),
        "required": is_required(change),
        "from": from,
        "to": to,
        "send": change.send.map(Effect::name),
        "read": change.read.map(Effect::name),
        "senders": names(&change.senders),
        "readers": names(&change.readers),
        "notice": change.notice.map(Notice::name),
        "text": change.to_string(),
    })
}

/// Whether a member that was added or removed has to be there.
fn is_required(change: &Change) -> Option<bool> {
    match (change.path.last(), &change.what) {
        (Some(Part::Member(_)), What::Added { required } | What::Removed { required }) => {
            Some(*required)
        }
        _ => None,
    }
}

fn names(names: &[SmolStr]) -> Value {
    names.iter().map(SmolStr::as_str).collect()
}

/// What something was, and what it is.
fn ends(what: &What) -> (Value, Value) {
    match what {
        What::Renamed { from } => (json!(from.as_str()), Value::Null),
        What::Kind { from, to } => (json!(from.name()), json!(to.name())),
        What::Type { from, to } => (json!(from), json!(to)),
        What::Tag { from, to } => (json!(from.as_str()), json!(to.as_str())),
        What::MovedToBranches { branches } => (Value::Null, names(branches)),
        What::MovedFromBranches { branches } => (names(branches), Value::Null),
        What::Condition { from, to } => {
            let text = |it: &Option<_>| json!(it.as_ref().map(ToString::to_string));
            (text(from), text(to))
        }
        What::Flag { to, .. } => (json!(!to), json!(to)),
        What::Added { .. }
        | What::Removed { .. }
        | What::Optional
        | What::Required
        | What::Deprecated
        | What::Undeprecated
        | What::Unstable
        | What::Stable => (Value::Null, Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use qapi_parser::Loader;
    use qapi_parser::source::MemorySource;

    use super::*;

    /// The objects for the changes between two schemas.
    fn objects(old: &str, new: &str) -> Vec<Value> {
        let load = |text| {
            let source = MemorySource::from_iter([("schema.json", text)]);
            Loader::new().load_from(&source, "schema.json").unwrap()
        };
        let diff = Diff::between(&load(old), &load(new));
        let mut text = Vec::new();
        write(&mut text, Some("qmp"), &diff).unwrap();
        let text = String::from_utf8(text).unwrap();
        let lines = text.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn a_change_is_an_object_a_line() {
        let objects = objects(
            "{ 'struct': 'Disk', 'data': { 'id': { 'type': 'str', 'features': [ 'deprecated' ] } } }
             { 'command': 'set', 'data': { 'disk': 'Disk' } }
             { 'event': 'SET', 'data': { 'disk': 'Disk' } }",
            "{ 'struct': 'Drive', 'data': { } }
             { 'command': 'set', 'data': { 'disk': 'Drive' } }
             { 'event': 'SET', 'data': { 'disk': 'Drive' } }",
        );
        let [renamed, removed] = &objects[..] else {
            panic!("{objects:#?}");
        };
        assert_eq!(
            *removed,
            json!({
                "schema": "qmp",
                "kind": "struct",
                "name": "Drive",
                "was": "Disk",
                "part": "member",
                "path": ["id"],
                "change": "removed",
                "required": true,
                "from": null,
                "to": null,
                "send": "breaking",
                "read": "breaking",
                "senders": ["set"],
                "readers": ["SET"],
                "notice": "deprecated",
                "text": "struct Drive.id: removed (in place of Disk, was deprecated)",
            })
        );
        assert_eq!(renamed["change"], "renamed");
        assert_eq!(renamed["from"], "Disk");
        assert_eq!(renamed["part"], Value::Null);
        assert_eq!(renamed["path"], json!([]));
        assert_eq!(renamed["required"], Value::Null);
        assert_eq!(renamed["send"], Value::Null);
    }

    #[test]
    fn what_it_was_and_what_it_is_are_values() {
        let objects = objects(
            "{ 'command': 'c', 'data': { 'x': 'int' }, 'if': 'A', 'allow-oob': true }",
            "{ 'command': 'c', 'data': { 'x': ['str'] }, 'if': { 'not': 'A' } }",
        );
        let ends = objects
            .iter()
            .map(|it| (&it["change"], &it["from"], &it["to"]));
        let expected = [
            (json!("condition"), json!("A"), json!("!A")),
            (json!("allow-oob"), json!(true), json!(false)),
            (json!("type"), json!("int"), json!("['str']")),
        ];
        assert!(ends.eq(expected.iter().map(|(change, from, to)| (change, from, to))));
    }
}
