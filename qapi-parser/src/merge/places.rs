//! The places of types: members, branches, alternatives, arguments, return values.

use std::collections::{HashMap, HashSet};

use super::groups::{GroupId, Groups, Source};
use crate::schema::{Builtin, Head, Member, Schema, TypeId, TypeKind, Union};
use crate::source::Span;

/// A place, and what stands there in the releases that have it.
#[derive(Debug)]
pub(super) struct Place {
    /// How settlements and errors name it.
    pub(super) name: String,
    /// Sorted by release.
    pub(super) occupants: Vec<Occupant>,
}

/// What stands at a place in one release.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occupant {
    pub(super) source: Source,
    /// Where the schema says so; `None` where it says nothing, which means no members.
    pub(super) span: Option<Span>,
}

/// The places of a group's types: of its members, then of its branches, then of its
/// alternatives.
pub(super) fn of_group(groups: &Groups<'_>, id: GroupId) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for name in members(groups, id) {
        places.push(of_member(groups, id, name));
    }
    for name in branches(groups, id) {
        places.push(of_branch(groups, id, name));
    }
    for json in alternatives(groups, id) {
        places.push(of_alternative(groups, id, json));
    }
    places
}

/// The places of what commands take and return, and of what events carry.
pub(super) fn of_messages(groups: &Groups<'_>) -> Vec<Place> {
    let mut messages = Messages::default();
    for (release, it) in groups.releases.iter().enumerate() {
        for (_, command) in it.schema.commands() {
            messages.add(&command.head, "arguments", release, command.arguments);
            messages.add(&command.head, "returns", release, command.returns);
        }
        for (_, event) in it.schema.events() {
            messages.add(&event.head, "data", release, event.data);
        }
    }
    let mut places = messages.places;
    places.retain(|place| place.occupants.iter().any(|it| it.source.ty.is_some()));
    places
}

#[derive(Default)]
struct Messages {
    places: Vec<Place>,
    by_name: HashMap<String, usize>,
}

impl Messages {
    fn add(&mut self, head: &Head, what: &str, release: usize, ty: Option<TypeId>) {
        let name = message(&head.name, what);
        let index = *self.by_name.entry(name.clone()).or_insert_with(|| {
            let occupants = Vec::new();
            self.places.push(Place { name, occupants });
            self.places.len() - 1
        });
        self.places[index].occupants.push(Occupant {
            source: Source { release, ty },
            span: head.span,
        });
    }
}

/// The name of the place of a command's `arguments` or what it `returns`, or an event's `data`.
pub(super) fn message(name: &str, what: &str) -> String {
    format!("{name} {what}")
}

/// The names of all members of a group's objects: those of the newest first.
pub(super) fn members<'a>(groups: &Groups<'a>, id: GroupId) -> Vec<&'a str> {
    distinct(groups, id, |source| {
        let members = groups.members(source);
        members.map(|member| member.name.as_str()).collect()
    })
}

/// The names of all branches of a group's unions.
pub(super) fn branches<'a>(groups: &Groups<'a>, id: GroupId) -> Vec<&'a str> {
    distinct(groups, id, |source| {
        let branches = groups.union(source).map(|union| &union.branches);
        let branches = branches.into_iter().flatten();
        branches.map(|branch| branch.name.as_str()).collect()
    })
}

/// How what a group's alternates take looks in JSON.
pub(super) fn alternatives(groups: &Groups<'_>, id: GroupId) -> Vec<&'static str> {
    if !groups.has_alternate(id) {
        return Vec::new();
    }
    distinct(groups, id, |source| {
        let alternatives = groups.alternatives(source).into_iter();
        alternatives.map(|(json, _)| json).collect()
    })
}

/// What `names` gives for the sources of a group, in the order of the newest.
pub(super) fn distinct<'n>(
    groups: &Groups<'_>,
    id: GroupId,
    names: impl Fn(Source) -> Vec<&'n str>,
) -> Vec<&'n str> {
    let (own, absorbed) = groups.sources(id);
    let mut seen = HashSet::new();
    let all = own.into_iter().chain(absorbed).flat_map(names);
    all.filter(|name| seen.insert(*name)).collect()
}

/// The place of a member.
pub(super) fn of_member(groups: &Groups<'_>, id: GroupId, name: &str) -> Place {
    let sources = groups.get(id).sources.iter();
    let occupants = sources.filter_map(|&source| {
        let member = groups.member(source, name)?;
        Some(Occupant {
            source: Source {
                ty: Some(member.ty),
                ..source
            },
            span: Some(member.part.span),
        })
    });
    Place {
        name: format!("{}.{name}", owner(groups, id)),
        occupants: occupants.collect(),
    }
}

/// The place of a branch.
pub(super) fn of_branch(groups: &Groups<'_>, id: GroupId, name: &str) -> Place {
    let tags: Vec<&str> = tags(groups, id);
    let sources = groups.get(id).sources.iter();
    let occupants = sources.filter_map(|&source| {
        let branches = groups.union(source).map(|union| &union.branches);
        let mut branches = branches.into_iter().flatten();
        if let Some(branch) = branches.find(|branch| branch.name == name) {
            return Some(Occupant {
                source: Source {
                    ty: Some(branch.ty),
                    ..source
                },
                span: Some(branch.part.span),
            });
        }
        // A value of the tag without a branch, or a struct with that member, adds no members.
        let mut tags = tags.iter().filter_map(|tag| groups.member(source, tag));
        let takes = tags.any(|tag| groups.takes(source.release, tag.ty, name));
        (takes && !groups.is_open(source)).then_some(Occupant {
            source: Source { ty: None, ..source },
            span: None,
        })
    });
    Place {
        name: format!("{} branch {name}", owner(groups, id)),
        occupants: occupants.collect(),
    }
}

/// The place of an alternative.
pub(super) fn of_alternative(groups: &Groups<'_>, id: GroupId, json: &str) -> Place {
    let sources = groups.get(id).sources.iter();
    let occupants = sources.flat_map(|&source| {
        let alternatives = groups.alternatives(source).into_iter();
        let alternatives = alternatives.filter(|(it, _)| *it == json);
        alternatives.map(|(_, source)| Occupant {
            source,
            span: groups.ty(source).and_then(|ty| ty.head.span),
        })
    });
    Place {
        name: format!("{} alternative {json}", owner(groups, id)),
        occupants: occupants.collect(),
    }
}

/// The names of the tags of a group's unions; more than one is an error.
pub(super) fn tags<'a>(groups: &Groups<'a>, id: GroupId) -> Vec<&'a str> {
    distinct(groups, id, |source| {
        let union = groups.union(source);
        union.map(|union| union.tag.as_str()).into_iter().collect()
    })
}

/// What a group's places are named after: inline members belong to their command or event.
fn owner<'a>(groups: &Groups<'a>, id: GroupId) -> &'a str {
    groups.inline_in(id).unwrap_or(groups.get(id).name)
}

impl<'a> Groups<'a> {
    /// The members of an object, those of its base first; of a union, those of its base.
    pub(super) fn members(&self, source: Source) -> impl Iterator<Item = &'a Member> + use<'a> {
        let schema: &'a Schema = self.schema(source.release);
        let members = source.ty.map(|ty| schema.all_members(ty));
        members.into_iter().flatten()
    }

    pub(super) fn member(&self, source: Source, name: &str) -> Option<&'a Member> {
        self.members(source).find(|member| member.name == name)
    }

    pub(super) fn union(&self, source: Source) -> Option<&'a Union> {
        match &self.ty(source)?.kind {
            TypeKind::Union(union) => Some(union),
            _ => None,
        }
    }

    fn has_alternate(&self, id: GroupId) -> bool {
        let kinds = self.get(id).sources.iter().filter_map(|&it| self.ty(it));
        kinds
            .into_iter()
            .any(|ty| matches!(ty.kind, TypeKind::Alternate(_)))
    }

    /// Whether a member of that type may have the value `name`.
    fn takes(&self, release: usize, ty: TypeId, name: &str) -> bool {
        match &self.schema(release).ty(ty).kind {
            TypeKind::Enum(it) => it.values.iter().any(|value| value.name == name),
            TypeKind::Builtin(it) => *it == Builtin::Str,
            _ => false,
        }
    }
}
