//! Which definitions the merged schema has, and in which order.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::merge::conflict::{self, Side};
use crate::merge::groups::{GroupId, Groups, Source};
use crate::merge::places;
use crate::merge::unify::Shape;
use crate::schema::{Command, DefinitionId, Event, Head};

/// A definition, as its releases have it, newest first.
pub(super) enum Definition<'a> {
    Type(GroupId),
    Command(Vec<(usize, &'a Command)>),
    Event(Vec<(usize, &'a Event)>),
}

/// The definitions of the newest release, in its order, then those that older ones have besides.
pub(super) fn in_order<'a>(groups: &Groups<'a>) -> Vec<Definition<'a>> {
    let used = used(groups);
    let mut seen: HashSet<&str> = HashSet::new();
    let mut definitions = Vec::new();
    for (release, it) in groups.releases.iter().enumerate().rev() {
        for &id in it.schema.definitions() {
            let name = it.schema.head(id).name.as_str();
            if !seen.insert(name) {
                continue;
            }
            definitions.push(match id {
                DefinitionId::Type(ty) => {
                    let source = Source {
                        release,
                        ty: Some(ty),
                    };
                    // A type that was renamed comes under its new name.
                    match groups.named(source).filter(|group| used.contains(group)) {
                        Some(group) => Definition::Type(group),
                        None => continue,
                    }
                }
                DefinitionId::Command(_) => Definition::Command(commands(groups, name)),
                DefinitionId::Event(_) => Definition::Event(events(groups, name)),
            });
        }
    }
    definitions
}

/// Reports names that stand for a type in one release, and for a command or an event in another.
pub(super) fn clashes(groups: &Groups<'_>) -> Vec<Diagnostic> {
    let mut newest = HashMap::new();
    let mut clashes = Vec::new();
    for (release, it) in groups.releases.iter().enumerate().rev() {
        for &id in it.schema.definitions() {
            let head = it.schema.head(id);
            let what = match id {
                DefinitionId::Type(_) => "a type",
                DefinitionId::Command(_) => "a command",
                DefinitionId::Event(_) => "an event",
            };
            let side = Side {
                release,
                what: what.to_owned(),
                span: head.span,
            };
            match newest.get(&head.name) {
                None => drop(newest.insert(&head.name, side)),
                Some(new) if new.what == what => {}
                Some(new) => clashes.extend(conflict::unsettled(groups, &head.name, &side, new)),
            }
        }
    }
    clashes
}

/// What the releases say of a definition, newest first.
pub(super) fn heads<'a>(groups: &Groups<'a>, name: &str) -> Vec<(usize, &'a Head)> {
    each(groups, name, |schema, id| Some(schema.head(id)))
}

fn commands<'a>(groups: &Groups<'a>, name: &str) -> Vec<(usize, &'a Command)> {
    each(groups, name, |schema, id| match id {
        DefinitionId::Command(id) => Some(schema.command(id)),
        _ => None,
    })
}

fn events<'a>(groups: &Groups<'a>, name: &str) -> Vec<(usize, &'a Event)> {
    each(groups, name, |schema, id| match id {
        DefinitionId::Event(id) => Some(schema.event(id)),
        _ => None,
    })
}

fn each<'a, T>(
    groups: &Groups<'a>,
    name: &str,
    get: impl Fn(&'a crate::Schema, DefinitionId) -> Option<&'a T>,
) -> Vec<(usize, &'a T)> {
    let releases = groups.releases.iter().enumerate().rev();
    let found = releases.filter_map(|(release, it)| {
        let definition = get(&it.schema, it.schema.find(name)?)?;
        Some((release, definition))
    });
    found.collect()
}

/// The types that somebody can name, and the implicit ones that those, commands and events use:
/// an implicit type in whose places there is another now is nobody's.
fn used(groups: &Groups<'_>) -> HashSet<GroupId> {
    let named = groups.iter().filter(|&id| !groups.is_implicit(id));
    let mut used: HashSet<GroupId> = named.collect();
    let mut pending: Vec<GroupId> = used.iter().copied().collect();
    let mut places = places::of_messages(groups);
    loop {
        for place in places {
            let Ok(mut shape) = groups.unify(&place) else {
                continue;
            };
            while let Shape::Array(element) = shape {
                shape = *element;
            }
            if let Shape::Group(id) = shape
                && used.insert(id)
            {
                pending.push(id);
            }
        }
        let Some(id) = pending.pop() else { break };
        places = places::of_group(groups, id);
    }
    used
}
