//! Two schemas, side by side: what one of them has and the other lacks.
//!
//! The walk begins at the commands and events, and goes over pairs of types, one of each schema,
//! each pair once. Types have no names that both know: what is at the same place is the same.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use qapi_protocol::VersionRange;
use qapi_protocol::introspection::{CommandList, Features, Schema, Type, TypeKind};

use super::thing::{Facts, Kind, Thing, owner};

/// What came of a comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// All that the reference has, inside of what the server has.
    pub(super) known: BTreeSet<Thing>,
    /// What of it the server lacks.
    pub(super) missing: BTreeMap<Thing, Facts>,
    /// What the server has and the reference does not know.
    pub(super) extra: BTreeMap<Thing, Facts>,
    /// What of it the server or the reference calls deprecated.
    pub(super) deprecated: BTreeMap<Thing, Deprecation>,
}

/// How something is deprecated.
#[derive(Clone, Debug, Default)]
pub(super) struct Deprecation {
    /// Whether the server says so.
    pub(super) here: bool,
    /// The releases that do, as far as the reference knows them.
    pub(super) facts: Facts,
}

/// The features that are no abilities: they say what may become of a thing.
const SPECIAL: [&str; 2] = [DEPRECATED, "unstable"];
pub(super) const DEPRECATED: &str = "deprecated";

/// Compares what a server says of itself (`theirs`) with what is known (`ours`), from the commands
/// and events on for which `is_wanted` is true.
pub(super) fn compare(
    ours: &Schema,
    theirs: &Schema,
    is_wanted: impl Fn(&str) -> bool,
) -> Comparison {
    let mut walk = Walk::default();
    for command in ours.commands().filter(|it| is_wanted(it.name())) {
        let thing = Thing::new(Kind::Command, command.name());
        let facts = facts(command.versions(), command.condition(), None);
        let their = theirs.command(command.name());
        walk.meet(&thing, facts, their.is_some());
        if let Some(their) = their {
            walk.features(&thing.name, None, command.features(), their.features());
            walk.deprecation(thing, None, command.features(), their.features());
            walk.pair(command.arguments(), their.arguments());
            walk.pair(command.returns(), their.returns());
        }
    }
    for event in ours.events().filter(|it| is_wanted(it.name())) {
        let thing = Thing::new(Kind::Event, event.name());
        let facts = facts(event.versions(), event.condition(), None);
        let their = theirs.event(event.name());
        walk.meet(&thing, facts, their.is_some());
        if let Some(their) = their {
            walk.features(&thing.name, None, event.features(), their.features());
            walk.deprecation(thing, None, event.features(), their.features());
            walk.pair(event.data(), their.data());
        }
    }
    while let Some((ours, theirs)) = walk.todo.pop() {
        walk.types(ours, theirs);
    }
    let commands = theirs.commands();
    let commands = commands.map(|it| (Kind::Command, it.name(), it.features()));
    let events = theirs.events();
    let events = events.map(|it| (Kind::Event, it.name(), it.features()));
    for (kind, name, features) in commands.chain(events) {
        if is_wanted(name) && ours.command(name).is_none() && ours.event(name).is_none() {
            let thing = Thing::new(kind, name);
            walk.deprecation(thing.clone(), None, Features::default(), features);
            walk.extra(thing, None);
        }
    }
    walk.finish()
}

/// The same for a guest agent, which names its commands and says no more.
pub(super) fn compare_commands(
    ours: &Schema,
    theirs: &CommandList,
    is_wanted: impl Fn(&str) -> bool,
) -> Comparison {
    let mut found = Comparison::default();
    for command in ours.commands().filter(|it| is_wanted(it.name())) {
        let thing = Thing::new(Kind::Command, command.name());
        found.known.insert(thing.clone());
        if !theirs.has(command.name()) {
            let mut facts = facts(command.versions(), command.condition(), None);
            facts.is_disabled = theirs.disabled().any(|name| name == command.name());
            found.missing.insert(thing, facts);
        } else if command.features().has(DEPRECATED) {
            let facts = facts(command.features().versions(DEPRECATED), None, None);
            let here = false;
            let deprecation = Deprecation { here, facts };
            found.deprecated.insert(thing, deprecation);
        }
    }
    for name in theirs.names().filter(|name| is_wanted(name)) {
        if ours.command(name).is_none() {
            let thing = Thing::new(Kind::Command, name);
            found.extra.insert(thing, Facts::default());
        }
    }
    found
}

#[derive(Default)]
struct Walk<'a> {
    todo: Vec<(Type<'a>, Type<'a>)>,
    /// The names of the pairs that were met.
    seen: HashSet<(&'a str, &'a str)>,
    /// What the server has at some place.
    here: BTreeSet<Thing>,
    found: Comparison,
}

impl<'a> Walk<'a> {
    fn pair(&mut self, ours: Type<'a>, theirs: Type<'a>) {
        if self.seen.insert((ours.name(), theirs.name())) {
            self.todo.push((ours, theirs));
        }
    }

    fn types(&mut self, ours: Type<'a>, theirs: Type<'a>) {
        match (ours.kind(), theirs.kind()) {
            (TypeKind::Object, TypeKind::Object) => {
                self.types_features(ours, theirs);
                self.objects(ours, theirs);
            }
            (TypeKind::Enum, TypeKind::Enum) => {
                self.types_features(ours, theirs);
                self.enums(ours, theirs);
            }
            (TypeKind::Array, TypeKind::Array) => {
                if let (Some(ours), Some(theirs)) = (ours.element(), theirs.element()) {
                    self.pair(ours, theirs);
                }
            }
            // What was one type may have become one of several.
            (TypeKind::Alternate, _) | (_, TypeKind::Alternate) => {
                for theirs in alternatives(theirs) {
                    let mut same = alternatives(ours).filter(|it| it.kind() == theirs.kind());
                    if let Some(ours) = same.next() {
                        self.pair(ours, theirs);
                    }
                }
            }
            _ => {}
        }
    }

    fn types_features(&mut self, ours: Type<'a>, theirs: Type<'a>) {
        let (name, inside) = (owner(ours), Some(ours));
        self.features(name, inside, ours.features(), theirs.features());
    }

    fn objects(&mut self, ours: Type<'a>, theirs: Type<'a>) {
        for member in ours.members() {
            let thing = Thing::part(Kind::Member, ours, member.name());
            let versions = member.versions().or_else(|| ours.versions());
            let facts = facts(versions, member.condition(), Some(ours));
            let their = theirs.member(member.name());
            self.meet(&thing, facts, their.is_some());
            if let Some(their) = their {
                self.features(&thing.name, Some(ours), member.features(), their.features());
                self.deprecation(thing, Some(ours), member.features(), their.features());
                self.pair(member.ty(), their.ty());
            }
        }
        for their in theirs.members() {
            let is_known = ours.member(their.name()).is_some();
            // The struct may have become a union since.
            let mut branches = ours.branches().filter(|_| theirs.tag().is_none());
            if !is_known && branches.all(|(_, it)| it.member(their.name()).is_none()) {
                self.extra(Thing::part(Kind::Member, ours, their.name()), Some(ours));
            }
        }
        // Which branches there are, the values of the tag tell.
        for (case, branch) in ours.branches() {
            if let Some(their) = theirs.branch(case) {
                self.pair(branch, their);
            }
        }
    }

    fn enums(&mut self, ours: Type<'a>, theirs: Type<'a>) {
        for value in ours.values() {
            let thing = Thing::part(Kind::Value, ours, value.name());
            let versions = value.versions().or_else(|| ours.versions());
            let facts = facts(versions, value.condition(), Some(ours));
            let their = theirs.value(value.name());
            self.meet(&thing, facts, their.is_some());
            if let Some(their) = their {
                self.features(&thing.name, Some(ours), value.features(), their.features());
                self.deprecation(thing, Some(ours), value.features(), their.features());
            }
        }
        for their in theirs.values() {
            if ours.value(their.name()).is_none() {
                self.extra(Thing::part(Kind::Value, ours, their.name()), Some(ours));
            }
        }
    }

    /// The features of what is called `of`, inside of a type of ours.
    fn features(
        &mut self,
        of: &str,
        inside: Option<Type<'a>>,
        ours: Features<'a>,
        theirs: Features<'a>,
    ) {
        for feature in ours.iter().filter(|it| !SPECIAL.contains(it)) {
            let facts = facts(ours.versions(feature), None, inside);
            let is_here = theirs.has(feature);
            self.meet(&Thing::feature(of, feature), facts, is_here);
        }
        for feature in theirs.iter().filter(|it| !SPECIAL.contains(it)) {
            if !ours.has(feature) {
                self.extra(Thing::feature(of, feature), inside);
            }
        }
    }

    fn deprecation(
        &mut self,
        thing: Thing,
        inside: Option<Type<'a>>,
        ours: Features<'a>,
        theirs: Features<'a>,
    ) {
        let here = theirs.has(DEPRECATED);
        if here || ours.has(DEPRECATED) {
            let deprecation = self.found.deprecated.entry(thing).or_default();
            deprecation.here |= here;
            deprecation.facts = facts(ours.versions(DEPRECATED), None, inside);
        }
    }

    /// Something that the reference has.
    fn meet(&mut self, thing: &Thing, facts: Facts, is_here: bool) {
        self.found.known.insert(thing.clone());
        if is_here {
            self.here.insert(thing.clone());
        } else {
            self.found.missing.insert(thing.clone(), facts);
        }
    }

    fn extra(&mut self, thing: Thing, inside: Option<Type<'a>>) {
        self.found.extra.insert(thing, facts(None, None, inside));
    }

    /// One type of ours may be several of theirs, as it has what all of those had that it took the
    /// place of. Together they have what it has.
    fn finish(self) -> Comparison {
        let Walk {
            mut found, here, ..
        } = self;
        found.missing.retain(|thing, _| !here.contains(thing));
        found
    }
}

fn facts(
    versions: Option<VersionRange>,
    condition: Option<&str>,
    inside: Option<Type<'_>>,
) -> Facts {
    Facts {
        versions,
        condition: condition.map(str::to_owned),
        inside: inside.map(|ty| ty.name().to_owned()),
        is_disabled: false,
    }
}

/// What values of a type may be: those of an alternate, or the type itself.
fn alternatives(ty: Type<'_>) -> impl Iterator<Item = Type<'_>> {
    let own = (ty.kind() != TypeKind::Alternate).then_some(ty);
    own.into_iter().chain(ty.alternatives())
}

#[cfg(test)]
mod tests;
