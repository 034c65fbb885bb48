//! The way back has the same changes, each reversed.

use std::collections::BTreeSet;

use qapi_parser::Schema;
use qapi_parser::diff::{Change, Definition, DefinitionKind, Diff, Part, What};

/// Checks that, and that no schema differs from itself.
pub(crate) fn check(old: &Schema, new: &Schema) {
    for schema in [old, new] {
        for changes in [
            Diff::between(schema, schema),
            Diff::by_place(schema, schema).expect("each has one place"),
        ] {
            assert!(changes.is_empty(), "from a schema to itself:\n{changes}");
        }
    }
    let forth = Diff::between(old, new);
    let back = Diff::between(new, old);
    let expected: BTreeSet<_> = forth.changes().iter().map(reversed).collect();
    let found: BTreeSet<_> = back.changes().iter().map(key).collect();
    let missing: Vec<_> = expected.difference(&found).collect();
    let more: Vec<_> = found.difference(&expected).collect();
    assert!(
        missing.is_empty() && more.is_empty(),
        "missing on the way back: {missing:#?}\nmore: {more:#?}"
    );
}

/// A change as both ways have it: the kind of a type and the names of alternatives may differ.
type Key = (
    &'static str,
    BTreeSet<String>,
    Vec<(&'static str, String)>,
    What,
);

fn key(change: &Change) -> Key {
    (
        group(&change.definition),
        names(change),
        path(change),
        change.what.clone(),
    )
}

fn reversed(change: &Change) -> Key {
    let mut key = key(change);
    key.3 = match change.what.clone() {
        What::Added { required } => What::Removed { required },
        What::Removed { required } => What::Added { required },
        What::Renamed { .. } => What::Renamed {
            from: change.definition.name.clone(),
        },
        What::Kind { from, to } => What::Kind { from: to, to: from },
        What::Type { from, to } => What::Type { from: to, to: from },
        What::Optional => What::Required,
        What::Required => What::Optional,
        What::MovedToBranches { branches } => What::MovedFromBranches { branches },
        What::MovedFromBranches { branches } => What::MovedToBranches { branches },
        What::Tag { from, to } => What::Tag { from: to, to: from },
        What::Deprecated => What::Undeprecated,
        What::Undeprecated => What::Deprecated,
        What::Unstable => What::Stable,
        What::Stable => What::Unstable,
        What::Condition { from, to } => What::Condition { from: to, to: from },
        What::Flag { flag, to } => What::Flag { flag, to: !to },
    };
    key
}

fn group(definition: &Definition) -> &'static str {
    match definition.kind {
        DefinitionKind::Command => "command",
        DefinitionKind::Event => "event",
        _ => "type",
    }
}

fn names(change: &Change) -> BTreeSet<String> {
    let names = [
        Some(&change.definition.name),
        change.definition.was.as_ref(),
    ];
    names
        .into_iter()
        .flatten()
        .map(|it| it.to_string())
        .collect()
}

fn path(change: &Change) -> Vec<(&'static str, String)> {
    let name = |part: &Part| match part {
        Part::Alternative(_) => String::new(),
        part => part.name().to_owned(),
    };
    let steps = change.path.iter();
    steps.map(|part| (part.kind(), name(part))).collect()
}
