//! The walk over both schemas.
//!
//! It starts at the commands and events that both have, and goes on to the types in the same
//! places. So it knows which types stand for each other, whatever they are called, and which
//! clients have to do with them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::rc::Rc;

use super::effects::Effects;
use super::members::Unmatched;
use super::place::{Place, notice_of};
use super::users::{Names, Pair, Role, User, UserId, Users};
use super::{Change, Definition, DefinitionKind, Notice, Part, What};
use crate::schema::{Command, DefinitionId, Schema, Type, TypeId, TypeKind};

/// What types are told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// Their names, which are facts to know of.
    ByName,
    /// The places where they are used. Their names mean nothing.
    ByPlace,
}

/// How many types of another schema may be in the place of a type, on average, where types are told
/// by place: a server that says so of more has others compare them for hours.
pub const MAX_PAIRS: usize = 16;

/// How many steps lead back from changes to the commands and events that are concerned, in all,
/// where types are told by place. From QEMU 5.2 to 10.2 it is a thousandth of that.
pub const MAX_STEPS_BACK: usize = 1 << 22;

/// Finds the changes from one schema to another, sorted; `None` when that passes one of the limits,
/// which hold where types are told by place.
pub(super) fn compare(old: &Schema, new: &Schema, telling: Telling) -> Option<Vec<Change>> {
    let types = old.types().count() + new.types().count();
    let mut comparison = Comparison {
        old,
        new,
        telling,
        pairs_left: match telling {
            Telling::ByName => usize::MAX,
            Telling::ByPlace => types.saturating_mul(MAX_PAIRS),
        },
        is_complete: true,
        places: HashMap::new(),
        users: Users::default(),
        at: None,
        queue: VecDeque::new(),
        layers: HashMap::new(),
        replaced: HashSet::new(),
        found: BTreeMap::new(),
    };
    // What is sent comes first: where it is, is where people look for a type that is also read.
    comparison.requests();
    comparison.reached_types();
    comparison.answers();
    comparison.events();
    comparison.reached_types();
    if telling == Telling::ByName {
        comparison.unused_types();
        comparison.reached_types();
    }
    comparison.additions_and_removals();
    let is_complete = comparison.is_complete;
    is_complete.then(|| comparison.into_changes()).flatten()
}

pub(super) struct Comparison<'a> {
    pub(super) old: &'a Schema,
    pub(super) new: &'a Schema,
    telling: Telling,
    /// How many more pairs of types may be compared.
    pairs_left: usize,
    is_complete: bool,
    /// Where types were reached first: what they are called, when told by place.
    places: HashMap<Pair, Place>,
    users: Users,
    /// What is being compared; `None` where that concerns no client.
    pub(super) at: Option<UserId>,
    /// The types that were reached, and that are still to be compared. Those on shorter ways come
    /// first, so that places are short.
    queue: VecDeque<(UserId, Pair, Role)>,
    /// What came of the members of types that were compared.
    pub(super) layers: HashMap<Pair, Rc<Unmatched<'a>>>,
    /// The types that are there under another name.
    replaced: HashSet<Pair>,
    /// What was found so far. It may be found several times, at every use of a definition.
    found: BTreeMap<(Definition, Vec<Part>, What), Finding>,
}

/// What else is known of a change.
struct Finding {
    effects: Effects,
    place: Place,
    found_at: BTreeSet<UserId>,
}

impl<'a> Comparison<'a> {
    /// Commands, and what they take.
    fn requests(&mut self) {
        for (old, new, place) in self.commands() {
            self.enter(User::Sender(old.head.name.clone()));
            self.condition(&old.head.condition, &new.head.condition, &place);
            self.features(&old.head.features, &new.head.features, &place);
            self.request_flags(old, new, &place);
            self.data(old.arguments, new.arguments, &place);
        }
    }

    /// What commands return.
    fn answers(&mut self) {
        for (old, new, place) in self.commands() {
            self.enter(User::Reader(old.head.name.clone()));
            self.answer_flag(old, new, &place);
            self.returns(old.returns, new.returns, &place);
        }
    }

    /// The commands that both have, and where changes of them are reported.
    fn commands(&self) -> Vec<(&'a Command, &'a Command, Place)> {
        let (old, new) = (self.old, self.new);
        let both = old.commands().filter_map(|(_, old)| {
            let name = &old.head.name;
            let Some(DefinitionId::Command(id)) = new.find(name) else {
                return None;
            };
            let place = Place::new(DefinitionKind::Command, &old.head, name);
            Some((old, new.command(id), place))
        });
        both.collect()
    }

    fn events(&mut self) {
        for (_, old) in self.old.events() {
            let name = &old.head.name;
            let Some(DefinitionId::Event(id)) = self.new.find(name) else {
                continue;
            };
            let new = self.new.event(id);
            let place = Place::new(DefinitionKind::Event, &old.head, name);
            self.enter(User::Reader(name.clone()));
            self.condition(&old.head.condition, &new.head.condition, &place);
            self.features(&old.head.features, &new.head.features, &place);
            self.data(old.data, new.data, &place);
        }
    }

    /// The arguments of a command or the data of an event. None is the same as no members.
    fn data(&mut self, old: Option<TypeId>, new: Option<TypeId>, place: &Place) {
        let is_object = |schema: &Schema, id: Option<TypeId>| {
            id.is_none_or(|id| is_object(&schema.ty(id).kind))
        };
        let are_objects = is_object(self.old, old) && is_object(self.new, new);
        if are_objects && self.named((old, new)).is_none() {
            self.objects((old, new), place);
            return;
        }
        let data = place.part(Part::Data);
        // The members of a type without a name are those of the command.
        let is_inline = are_objects && self.telling == Telling::ByPlace;
        let place = if is_inline { place } else { &data };
        match (old, new) {
            (Some(old), Some(new)) => self.reference(Pair { old, new }, place),
            (None, Some(_)) => {
                let what = What::Added { required: true };
                self.report(place, what, Effects::BREAKING);
            }
            (Some(_), None) => {
                let what = What::Removed { required: true };
                self.report(place, what, Effects::BREAKING);
            }
            (None, None) => {}
        }
    }

    /// The return value of a command. None is an object without members.
    fn returns(&mut self, old: Option<TypeId>, new: Option<TypeId>, place: &Place) {
        let place = place.part(Part::Returns);
        match (old, new) {
            (Some(old), Some(new)) => self.reference(Pair { old, new }, &place),
            (None, Some(id)) => {
                let what = What::Added { required: false };
                let is_other = !is_object(&self.new.ty(id).kind);
                self.report(&place, what, Effects::of_values(false, is_other));
            }
            (Some(id), None) => {
                let what = What::Removed { required: false };
                let is_missed = !is_object(&self.old.ty(id).kind)
                    || self.old.all_members(id).any(|member| !member.optional);
                self.report(&place, what, Effects::of_values(false, is_missed));
            }
            (None, None) => {}
        }
    }

    /// The types that have a name in both schemas, and that no client sends or reads.
    fn unused_types(&mut self) {
        self.at = None;
        for (old, ty) in self.old.types() {
            if ty.is_implicit() {
                continue;
            }
            if let Some(new) = self.new.find_type(&ty.head.name) {
                let pair = Pair { old, new };
                if !self.users.has(&User::Type(pair, Role::Layer)) {
                    let place = self.type_place(pair);
                    self.reach(pair, Role::Value, &place);
                }
            }
        }
    }

    fn enter(&mut self, user: User) {
        self.at = Some(self.users.add(user).0);
    }

    /// Has two types compared that are in the same place.
    pub(super) fn reach(&mut self, pair: Pair, role: Role, place: &Place) -> UserId {
        if self.telling == Telling::ByPlace {
            let head = &self.old.ty(pair.old).head;
            self.places.entry(pair).or_insert_with(|| Place {
                // What is said of this way to it may not hold of others.
                notice: notice_of(head),
                ..place.clone()
            });
        }
        let (id, is_new) = self.users.add(User::Type(pair, role));
        if is_new {
            match self.pairs_left.checked_sub(1) {
                Some(left) => {
                    self.pairs_left = left;
                    self.queue.push_back((id, pair, role));
                }
                None => self.is_complete = false,
            }
        }
        if let Some(user) = self.at {
            self.users.connect(user, id);
        }
        id
    }

    /// Compares the types that were reached, and those that are reached from them.
    fn reached_types(&mut self) {
        while self.is_complete
            && let Some((id, pair, role)) = self.queue.pop_front()
        {
            self.at = Some(id);
            match role {
                Role::Value => self.values(pair),
                Role::Layer => {
                    self.types(pair);
                    self.branches((Some(pair.old), Some(pair.new)), &self.type_place(pair));
                }
            }
        }
    }

    /// What types have as definitions.
    pub(super) fn types(&mut self, pair: Pair) {
        let (old, new) = (self.old.ty(pair.old), self.new.ty(pair.new));
        let place = self.type_place(pair);
        self.features(&old.head.features, &new.head.features, &place);
        // The rest is not on the wire.
        let at = self.at.take();
        self.condition(&old.head.condition, &new.head.condition, &place);
        if self.is_renamed(pair) {
            let from = old.head.name.clone();
            self.replaced.insert(pair);
            self.report(&place, What::Renamed { from }, Effects::COMPATIBLE);
        }
        self.at = at;
    }

    /// Where changes of a type are reported.
    pub(super) fn type_place(&self, pair: Pair) -> Place {
        if let Some(place) = self.places.get(&pair) {
            return place.clone();
        }
        let (old, new) = (self.old.ty(pair.old), self.new.ty(pair.new));
        let kind = kind(new).or(kind(old)).unwrap_or(DefinitionKind::Struct);
        Place::new(kind, &old.head, &new.head.name)
    }

    /// Whether names tell anything of types.
    pub(super) fn has_names(&self) -> bool {
        self.telling == Telling::ByName
    }

    pub(super) fn is_same_name(&self, pair: Pair) -> bool {
        self.has_names() && self.old.ty(pair.old).head.name == self.new.ty(pair.new).head.name
    }

    /// Whether a type is told to be another one, where the kinds are the same.
    pub(super) fn is_another(&self, pair: Pair) -> bool {
        self.has_names() && !self.is_same_name(pair) && !self.is_renamed(pair)
    }

    /// Whether a type is the other under a new name: each schema knows one of the names only.
    pub(super) fn is_renamed(&self, pair: Pair) -> bool {
        let (old, new) = (self.old.ty(pair.old), self.new.ty(pair.new));
        self.has_names()
            && !self.is_same_name(pair)
            && self.new.find(&old.head.name).is_none()
            && self.old.find(&new.head.name).is_none()
    }

    /// The definitions that one of the schemas has.
    fn additions_and_removals(&mut self) {
        let gone: HashSet<TypeId> = self.replaced.iter().map(|pair| pair.old).collect();
        let what = What::Removed { required: false };
        for (id, place) in self.only_in(self.old, self.new, &gone) {
            self.enter_definition(id, &place);
            self.report(&place, what.clone(), Effects::BREAKING);
        }
        let come: HashSet<TypeId> = self.replaced.iter().map(|pair| pair.new).collect();
        let what = What::Added { required: false };
        for (id, mut place) in self.only_in(self.new, self.old, &come) {
            place.notice = None;
            self.enter_definition(id, &place);
            self.report(&place, what.clone(), Effects::COMPATIBLE);
        }
    }

    /// What uses a type says itself that it does.
    fn enter_definition(&mut self, id: DefinitionId, place: &Place) {
        let name = place.definition.name.clone();
        match id {
            DefinitionId::Type(_) => self.at = None,
            DefinitionId::Command(_) => self.enter(User::Sender(name)),
            DefinitionId::Event(_) => self.enter(User::Reader(name)),
        }
    }

    /// Writes down what changed.
    pub(super) fn report(&mut self, place: &Place, what: What, effects: Effects) {
        let key = (place.definition.clone(), place.path.clone(), what);
        let finding = self.found.entry(key).or_insert_with(|| Finding {
            effects,
            place: place.clone(),
            found_at: BTreeSet::new(),
        });
        finding.effects = finding.effects.and(effects);
        finding.found_at.extend(self.at);
    }

    /// The changes; `None` when it takes too many steps to find whom they concern.
    fn into_changes(mut self) -> Option<Vec<Change>> {
        let mut steps_left = match self.telling {
            Telling::ByName => usize::MAX,
            Telling::ByPlace => MAX_STEPS_BACK,
        };
        let found = std::mem::take(&mut self.found);
        let changes = found.into_iter().map(|((_, _, what), finding)| {
            let Effects { send, read } = finding.effects;
            let names = self.users.names(&finding.found_at, &mut steps_left)?;
            let place = finding.place;
            Some(Change {
                definition: place.definition,
                path: place.path,
                what,
                send: (!names.senders.is_empty()).then_some(send),
                read: (!names.readers.is_empty()).then_some(read),
                notice: place.notice.or_else(|| self.notice_of_all(&names)),
                senders: names.senders.into_iter().collect(),
                readers: names.readers.into_iter().collect(),
            })
        });
        changes.collect()
    }

    /// What the old schema says of all commands and events that have to do with something. Types
    /// that have names are for any to come, too.
    fn notice_of_all(&self, names: &Names) -> Option<Notice> {
        if self.has_names() {
            return None;
        }
        let names = names.senders.iter().chain(&names.readers);
        let notices = names.map(|name| notice_of(self.old.head(self.old.find(name)?)));
        notices.min().flatten()
    }

    /// The definitions that a schema has, and the other has not, but for some types.
    fn only_in(
        &self,
        schema: &Schema,
        other: &Schema,
        replaced: &HashSet<TypeId>,
    ) -> Vec<(DefinitionId, Place)> {
        let definitions = schema.definitions().iter();
        let definitions = definitions.filter_map(|&id| {
            let head = schema.head(id);
            let kind = match id {
                DefinitionId::Command(_) => DefinitionKind::Command,
                DefinitionId::Event(_) => DefinitionKind::Event,
                DefinitionId::Type(_) if !self.has_names() => return None,
                DefinitionId::Type(id) if replaced.contains(&id) => return None,
                DefinitionId::Type(id) => kind(schema.ty(id))?,
            };
            let has_it = match (id, other.find(&head.name)) {
                (DefinitionId::Type(_), Some(DefinitionId::Type(_)))
                | (DefinitionId::Command(_), Some(DefinitionId::Command(_)))
                | (DefinitionId::Event(_), Some(DefinitionId::Event(_))) => true,
                (_, Some(_) | None) => false,
            };
            (!has_it).then(|| (id, Place::new(kind, head, &head.name)))
        });
        definitions.collect()
    }
}

/// The kind of a type that has a definition.
pub(super) fn kind(ty: &Type) -> Option<DefinitionKind> {
    if ty.is_implicit() {
        return None;
    }
    match ty.kind {
        TypeKind::Builtin(_) | TypeKind::Array(_) => None,
        TypeKind::Enum(_) => Some(DefinitionKind::Enum),
        TypeKind::Struct(_) => Some(DefinitionKind::Struct),
        TypeKind::Union(_) => Some(DefinitionKind::Union),
        TypeKind::Alternate(_) => Some(DefinitionKind::Alternate),
    }
}

/// Whether its values are objects in any case.
pub(super) fn is_object(kind: &TypeKind) -> bool {
    matches!(kind, TypeKind::Struct(_) | TypeKind::Union(_))
}
