//! Following a path through a schema.

use std::collections::HashSet;

use super::Schema;
use super::path::{Path, Step};
use super::view::{Command, EnumValue, Event, Features, Member, Type};

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Found<'s> {
    /// A command.
    Command(Command<'s>),
    /// An event.
    Event(Event<'s>),
    /// A type: what a command takes or returns, what an event carries, a branch of a union, or
    /// a basic type.
    Type(Type<'s>),
    /// A member of an object.
    Member(Member<'s>),
    /// A value of an enumeration.
    Value(EnumValue<'s>),
    /// A feature.
    Feature(&'s str),
}

impl<'s> Found<'s> {
    /// Its features; a feature has none.
    pub fn features(self) -> Features<'s> {
        match self {
            Found::Command(command) => command.features(),
            Found::Event(event) => event.features(),
            Found::Type(ty) => ty.features(),
            Found::Member(member) => member.features(),
            Found::Value(value) => value.features(),
            Found::Feature(_) => Features::default(),
        }
    }
}

/// What `path` leads to.
pub(super) fn find<'s>(schema: &'s Schema, path: &Path<'_>) -> Option<Found<'s>> {
    let command = schema.command(path.start).map(Found::Command);
    let start = command.or_else(|| schema.event(path.start).map(Found::Event))?;
    // An alternate is a fork: its alternatives are tried in turn. No type is tried twice for the
    // same step, so that the search ends however types contain each other.
    let mut ways = vec![(start, path.steps.as_slice())];
    let mut tried = HashSet::new();
    while let Some((from, steps)) = ways.pop() {
        let Some((step, rest)) = steps.split_first() else {
            return Some(from);
        };
        if let Found::Type(ty) = from
            && !tried.insert((ty.id(), steps.len()))
        {
            continue;
        }
        match (own(from, *step), from) {
            (Some(next), _) => ways.push((next, rest)),
            (None, Found::Member(member)) => ways.push((Found::Type(member.ty()), steps)),
            (None, Found::Type(ty)) => {
                let contained = ty.contained().rev();
                ways.extend(contained.map(|ty| (Found::Type(ty), steps)));
            }
            (None, _) => {}
        }
    }
    None
}

/// What `step` leads to from `from` itself.
fn own<'s>(from: Found<'s>, step: Step<'_>) -> Option<Found<'s>> {
    match (from, step) {
        (Found::Command(command), Step::Arguments) => Some(Found::Type(command.arguments())),
        (Found::Command(command), Step::Returns) => Some(Found::Type(command.returns())),
        (Found::Event(event), Step::Arguments) => Some(Found::Type(event.data())),
        (Found::Type(ty), Step::Member(name)) => ty.own_member(name).map(Found::Member),
        (Found::Type(ty), Step::OptionalMember(name)) => {
            let member = ty.own_member(name).filter(|member| member.is_optional());
            member.map(Found::Member)
        }
        (Found::Type(ty), Step::Branch(name)) => ty.own_branch(name).map(Found::Type),
        (Found::Type(ty), Step::Value(name)) => ty.own_value(name).map(Found::Value),
        (Found::Type(ty), Step::Basic(name)) => {
            (ty.json_type() == Some(name)).then_some(Found::Type(ty))
        }
        (from, Step::Feature(name)) => from.features().get(name).map(Found::Feature),
        _ => None,
    }
}
