//! The places of types: members, branches, alternatives, arguments, return values.

use std::collections::{HashMap, HashSet};

use super::found::Found;
use super::groups::{Family, GroupId, Groups, Source};
use crate::schema::{Branch, Builtin, Head, Member, TypeId, TypeKind};
use crate::source::Span;

/// A place, and what stands there in the releases that have it.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// The type, command or event that the place is in.
    owner: &'a str,
    role: Role,
    /// Which of the places of that role: the name of a member, say.
    part: &'a str,
    /// Sorted by release.
    pub(super) occupants: Vec<Occupant>,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    Member,
    Branch,
    Alternative,
    Message,
}

/// What stands at a place in one release.
#[derive(Clone, Copy, Debug)]
pub(super) struct Occupant {
    pub(super) source: Source,
    /// Where the schema says so, if it does.
    pub(super) span: Option<Span>,
}

impl<'a> Place<'a> {
    /// The place of a part, in the types that have it.
    fn of_part<T>(
        groups: &Groups<'a>,
        id: GroupId,
        role: Role,
        found: &Found<'a, T>,
        of: impl Fn(&'a T) -> (TypeId, Span),
    ) -> Self {
        let occupants = found.all().map(|(source, part)| {
            let (ty, span) = of(part);
            Occupant {
                source: Source {
                    ty: Some(ty),
                    ..source
                },
                span: Some(span),
            }
        });
        Place {
            // Members that stand inline belong to their command or event.
            owner: groups.inline_in(id).unwrap_or(groups.get(id).name),
            role,
            part: found.name,
            occupants: occupants.collect(),
        }
        .sorted()
    }

    fn sorted(mut self) -> Self {
        self.occupants.sort_by_key(|it| it.source);
        self
    }

    /// The command or event and which of its places it is.
    pub(super) fn message(&self) -> (&'a str, &'a str) {
        (self.owner, self.part)
    }

    /// How settlements and errors name it.
    pub(super) fn name(&self) -> String {
        let Place { owner, part, .. } = self;
        match self.role {
            Role::Member => format!("{owner}.{part}"),
            Role::Branch => format!("{owner} branch {part}"),
            Role::Alternative => format!("{owner} alternative {part}"),
            Role::Message => format!("{owner} {part}"),
        }
    }
}

/// The places of a group's types.
pub(super) fn of_group<'a>(groups: &Groups<'a>, id: GroupId) -> Vec<Place<'a>> {
    match groups.get(id).family {
        Family::Enum => Vec::new(),
        Family::Alternate => {
            let alternatives = groups.alternatives(id);
            let places = alternatives.iter();
            places.map(|it| of_alternative(groups, id, it)).collect()
        }
        Family::Object => {
            let members = groups.members(id);
            let places = members.iter().map(|it| of_member(groups, id, it));
            let branches = of_branches(groups, id, &groups.branches(id));
            places.chain(branches).collect()
        }
    }
}

/// The places of what commands take and return, and of what events carry.
pub(super) fn of_messages<'a>(groups: &Groups<'a>) -> Vec<Place<'a>> {
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
struct Messages<'a> {
    places: Vec<Place<'a>>,
    by_name: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Messages<'a> {
    fn add(&mut self, head: &'a Head, part: &'a str, release: usize, ty: Option<TypeId>) {
        let owner = head.name.as_str();
        let index = *self.by_name.entry((owner, part)).or_insert_with(|| {
            self.places.push(Place {
                owner,
                role: Role::Message,
                part,
                occupants: Vec::new(),
            });
            self.places.len() - 1
        });
        self.places[index].occupants.push(Occupant {
            source: Source { release, ty },
            span: head.span,
        });
    }
}

/// The place of a member.
pub(super) fn of_member<'a>(
    groups: &Groups<'a>,
    id: GroupId,
    member: &Found<'a, Member>,
) -> Place<'a> {
    Place::of_part(groups, id, Role::Member, member, |it| (it.ty, it.part.span))
}

/// The place of an alternative, where types may stand that the alternate took the place of.
pub(super) fn of_alternative<'a>(
    groups: &Groups<'a>,
    id: GroupId,
    alternative: &Found<'a, Branch>,
) -> Place<'a> {
    let mut place = Place::of_part(groups, id, Role::Alternative, alternative, |it| {
        (it.ty, it.part.span)
    });
    let others = groups.sources(id).absorbed.into_iter();
    let others = others.filter(|&it| groups.json_type(it) == Some(alternative.name));
    place.occupants.extend(others.map(|source| Occupant {
        source,
        span: groups.ty(source).and_then(|ty| ty.head.span),
    }));
    place.sorted()
}

/// The places of branches.
pub(super) fn of_branches<'a>(
    groups: &Groups<'a>,
    id: GroupId,
    branches: &[Found<'a, Branch>],
) -> Vec<Place<'a>> {
    let tags = tags(groups, id);
    let of_branch = |branch: &Found<'a, Branch>| {
        let mut place =
            Place::of_part(groups, id, Role::Branch, branch, |it| (it.ty, it.part.span));
        let with_branch = branch.sources();
        // A value of the tag without a branch, or a struct with that member, adds no members.
        let without = tags
            .iter()
            .filter(|(source, tag)| !with_branch.contains(source) && tag.takes(branch.name));
        place.occupants.extend(without.map(|(source, _)| Occupant {
            source: Source {
                ty: None,
                ..*source
            },
            span: None,
        }));
        place.sorted()
    };
    branches.iter().map(of_branch).collect()
}

/// What a tag may be.
enum Tag<'a> {
    Anything,
    OneOf(HashSet<&'a str>),
}

impl Tag<'_> {
    fn takes(&self, value: &str) -> bool {
        match self {
            Tag::Anything => true,
            Tag::OneOf(values) => values.contains(value),
        }
    }
}

/// What the tag of a group's unions may be in its types that have such a member.
fn tags<'a>(groups: &Groups<'a>, id: GroupId) -> Vec<(Source, Tag<'a>)> {
    let names: HashSet<&str> = groups.tags(id).iter().map(|it| it.name).collect();
    let members = groups.members(id).into_iter();
    let tags = members.filter(|member| names.contains(member.name));
    let tags = tags.flat_map(|it| it.all().collect::<Vec<_>>());
    let with_values = tags.filter_map(|(source, tag)| {
        let values = match &groups.schema(source.release).ty(tag.ty).kind {
            TypeKind::Enum(it) => {
                let values = it.values.iter();
                Tag::OneOf(values.map(|it| it.name.as_str()).collect())
            }
            TypeKind::Builtin(Builtin::QType) => Tag::OneOf(Builtin::QTYPE_VALUES.into()),
            TypeKind::Builtin(Builtin::Str) => Tag::Anything,
            _ => return None,
        };
        // Arguments that are not listed may be those of the branch.
        (!groups.is_open(source)).then_some((source, values))
    });
    with_values.collect()
}
