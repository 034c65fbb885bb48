//! What may be different in the next release.

use crate::choices::Choices;
use crate::history::{History, INTEGERS, OBJECTS};
use crate::world::{Definition, Kind, Member, Ty};

type Change = fn(&mut History, &mut Choices) -> Option<()>;

/// The changes, each with how often it is made.
pub(crate) const CHANGES: [(usize, Change); 25] = [
    (2, History::add_definition),
    (1, restore),
    (1, remove),
    (4, rename),
    (3, fork),
    (2, split),
    (1, use_another),
    (4, add_part),
    (3, remove_part),
    (3, toggle_optional),
    (1, toggle_condition),
    (1, toggle_feature),
    (2, change_integer),
    (2, string_and_enum),
    (4, alternate),
    (4, union),
    (1, structure),
    (2, flatten),
    (3, add_branch),
    (1, remove_branch),
    (3, name_arguments),
    (2, inline_arguments),
    (1, returns),
    (2, toggle_open),
    (4, restate),
];

const TYPES: [Kind; 4] = [Kind::Struct, Kind::Enum, Kind::Union, Kind::Alternate];
const MESSAGES: [Kind; 2] = [Kind::Command, Kind::Event];
const BRANCHED: [Kind; 3] = [Kind::Union, Kind::Alternate, Kind::Simple];
const ALL: [Kind; 7] = [
    Kind::Struct,
    Kind::Enum,
    Kind::Union,
    Kind::Command,
    Kind::Event,
    Kind::Alternate,
    Kind::Simple,
];

impl History {
    fn some(&mut self, choices: &mut Choices, kinds: &[Kind]) -> Option<&mut Definition> {
        let name = self.pick(choices, kinds)?;
        self.get(&name)
    }

    /// A definition with members of its own.
    fn inline(&mut self, choices: &mut Choices) -> Option<&mut Definition> {
        let kinds = [
            Kind::Struct,
            Kind::Enum,
            Kind::Union,
            Kind::Command,
            Kind::Event,
        ];
        let found = self.some(choices, &kinds)?;
        let elsewhere = MESSAGES.contains(&found.kind) && found.named.is_some();
        (!elsewhere).then_some(found)
    }

    fn member(&mut self, choices: &mut Choices) -> Option<&mut Member> {
        let definition = self.inline(choices)?;
        let index = choices.below(definition.members.len());
        definition.members.get_mut(index)
    }

    /// A new type like another one, of whose places some have copies of their types.
    fn copy(&mut self, name: &str, choices: &mut Choices) -> Option<String> {
        let mut copy = self.get(name)?.clone();
        let new = self.fresh(copy.kind);
        copy.rename(name, &new);
        for ty in copy.places() {
            let known = self.get(&ty.name).map(|it| it.kind);
            if known.is_some_and(|it| TYPES.contains(&it)) && choices.one_in(2) {
                ty.name = self.copy(&ty.name, choices)?;
            }
        }
        self.world.definitions.push(copy);
        Some(new)
    }

    /// A place with a type of which `fits` holds.
    fn place(&mut self, choices: &mut Choices, fits: impl Fn(&Ty) -> bool) -> Option<&mut Ty> {
        let definitions = self.world.definitions.iter_mut();
        let places = definitions.flat_map(Definition::places);
        let mut fitting: Vec<&mut Ty> = places.filter(|it| fits(it)).collect();
        let index = choices.below(fitting.len());
        (index < fitting.len()).then(|| fitting.swap_remove(index))
    }
}

fn restore(it: &mut History, choices: &mut Choices) -> Option<()> {
    let gone = choices.of(&it.gone)?.clone();
    it.world.definitions.push(gone);
    Some(())
}

fn remove(it: &mut History, choices: &mut Choices) -> Option<()> {
    let name = it.pick(choices, &ALL)?;
    let index = it.world.definitions.iter().position(|it| it.name == name)?;
    let gone = it.world.definitions.remove(index);
    it.gone.push(gone);
    Some(())
}

fn rename(it: &mut History, choices: &mut Choices) -> Option<()> {
    let old = it.some(choices, &TYPES)?.clone();
    // Two types may become one, if they are the same or nobody minds.
    let known = it.pick(choices, &[old.kind]).filter(|_| choices.one_in(5));
    if known.is_some() {
        it.world.definitions.retain(|it| it.name != old.name);
    }
    let new = known.unwrap_or_else(|| it.fresh(old.kind));
    for definition in &mut it.world.definitions {
        definition.rename(&old.name, &new);
    }
    it.gone.push(old);
    Some(())
}

/// Some place has a type of its own from now on, and so may the places of that.
fn fork(it: &mut History, choices: &mut Choices) -> Option<()> {
    let old = it.pick(choices, &TYPES)?;
    let new = it.copy(&old, choices)?;
    *it.place(choices, |ty| ty.name == old)? = Ty::named(&new);
    Some(())
}

/// A type becomes two, which share its places.
fn split(it: &mut History, choices: &mut Choices) -> Option<()> {
    let old = it.pick(choices, &TYPES)?;
    let new = [it.copy(&old, choices)?, it.copy(&old, choices)?];
    it.world.definitions.retain(|it| it.name != old);
    for definition in &mut it.world.definitions {
        for ty in definition.places().filter(|it| it.name == old) {
            choices.of(&new)?.clone_into(&mut ty.name);
        }
        definition.rename(&old, &new[0]);
    }
    Some(())
}

fn use_another(it: &mut History, choices: &mut Choices) -> Option<()> {
    let ty = it.ty(choices);
    *it.place(choices, |_| true)? = ty;
    Some(())
}

fn add_part(it: &mut History, choices: &mut Choices) -> Option<()> {
    let mut definition = it.inline(choices)?.clone();
    it.add_part(&mut definition, choices);
    it.replace(definition)
}

fn remove_part(it: &mut History, choices: &mut Choices) -> Option<()> {
    let definition = it.inline(choices)?;
    let index = choices.below(definition.members.len());
    (index < definition.members.len()).then(|| drop(definition.members.remove(index)))
}

fn toggle_optional(it: &mut History, choices: &mut Choices) -> Option<()> {
    it.member(choices)?.optional ^= true;
    Some(())
}

fn toggle_condition(it: &mut History, choices: &mut Choices) -> Option<()> {
    it.member(choices)?.conditional ^= true;
    Some(())
}

fn toggle_feature(it: &mut History, choices: &mut Choices) -> Option<()> {
    match choices.below(2) {
        0 => it.member(choices)?.deprecated ^= true,
        _ => it.some(choices, &ALL)?.deprecated ^= true,
    }
    Some(())
}

fn change_integer(it: &mut History, choices: &mut Choices) -> Option<()> {
    let new = *choices.of(&INTEGERS)?;
    let place = it.place(choices, |ty| INTEGERS.contains(&ty.name.as_str()))?;
    new.clone_into(&mut place.name);
    Some(())
}

fn string_and_enum(it: &mut History, choices: &mut Choices) -> Option<()> {
    let enumeration = it.pick(choices, &[Kind::Enum])?;
    let (old, new) = match choices.below(2) {
        0 => ("str", enumeration.as_str()),
        _ => (enumeration.as_str(), "str"),
    };
    let place = it.place(choices, |ty| ty.name == old)?;
    new.clone_into(&mut place.name);
    Some(())
}

/// Some place has an alternate of its type and another one from now on.
fn alternate(it: &mut History, choices: &mut Choices) -> Option<()> {
    let name = it.fresh(Kind::Alternate);
    let mut alternate = Definition::new(Kind::Alternate, name.clone());
    let other = Member::new("v1".to_owned(), it.ty(choices));
    let old = it.place(choices, |ty| !ty.array)?;
    let mut old = std::mem::replace(old, Ty::named(&name));
    if choices.one_in(2)
        && let Some(new) = it.copy(&old.name, choices)
    {
        old.name = new;
    }
    alternate.branches = vec![Member::new("v0".to_owned(), old), other];
    it.world.definitions.push(alternate);
    Some(())
}

/// A struct becomes a union: by a member that it has, and then the branch adds something; or by a
/// new one, and some of the struct's members become those of the branch.
fn union(it: &mut History, choices: &mut Choices) -> Option<()> {
    let enumeration = it.pick(choices, &[Kind::Enum])?;
    let value = it.get(&enumeration)?.members.first()?.name.clone();
    let name = it.pick(choices, &[Kind::Struct])?;
    let mut old = it.get(&name)?.clone();
    if old.named.is_some() {
        return None;
    }
    let mut branch = Definition::new(Kind::Struct, it.fresh(Kind::Struct));
    let tag = if choices.one_in(2) {
        let text = |it: &Member| !it.ty.array && (it.ty.name == "str" || it.ty.name == enumeration);
        let index = old.members.iter().position(text)?;
        it.add_part(&mut branch, choices);
        old.members.remove(index).name
    } else {
        for _ in 0..choices.below(old.members.len() + 1) {
            let mut moved = old.members.pop()?;
            moved.optional ^= choices.one_in(4);
            branch.members.push(moved);
        }
        it.fresh_member()
    };
    old.kind = Kind::Union;
    let tag = Member::new(tag, Ty::named(&enumeration));
    old.members.insert(0, tag);
    old.branches = vec![Member::new(value, Ty::named(&branch.name))];
    it.world.definitions.push(branch);
    it.replace(old)
}

fn structure(it: &mut History, choices: &mut Choices) -> Option<()> {
    let union = it.some(choices, &[Kind::Union])?;
    union.kind = Kind::Struct;
    union.branches.clear();
    Some(())
}

/// A union without a base gets one, and its wrappers get names.
fn flatten(it: &mut History, choices: &mut Choices) -> Option<()> {
    let name = it.pick(choices, &[Kind::Simple])?;
    let branches = it.get(&name)?.branches.clone();
    let mut kind = Definition::new(Kind::Enum, format!("{name}Tag"));
    kind.members.clone_from(&branches);
    let mut wrapped = Vec::new();
    for branch in branches {
        let name = it.fresh(Kind::Struct);
        let mut wrapper = Definition::new(Kind::Struct, name.clone());
        let data = Member::new("data".to_owned(), branch.ty);
        wrapper.members.push(data);
        it.world.definitions.push(wrapper);
        wrapped.push(Member::new(branch.name, Ty::named(&name)));
    }
    let tag = Member::new("type".to_owned(), Ty::named(&kind.name));
    it.world.definitions.push(kind);
    let union = it.get(&name)?;
    union.kind = Kind::Union;
    union.members = vec![tag];
    union.branches = wrapped;
    Some(())
}

fn add_branch(it: &mut History, choices: &mut Choices) -> Option<()> {
    let mut definition = it.some(choices, &BRANCHED)?.clone();
    it.add_branch(&mut definition, choices);
    it.replace(definition)
}

fn remove_branch(it: &mut History, choices: &mut Choices) -> Option<()> {
    let definition = it.some(choices, &BRANCHED)?;
    let index = choices.below(definition.branches.len());
    (index < definition.branches.len()).then(|| drop(definition.branches.remove(index)))
}

/// The members of a command or an event become a struct, or another type comes there.
fn name_arguments(it: &mut History, choices: &mut Choices) -> Option<()> {
    let known = it.pick(choices, &OBJECTS);
    let known = known.filter(|_| choices.one_in(4));
    let new = it.fresh(Kind::Struct);
    let message = it.some(choices, &MESSAGES)?;
    let members = std::mem::take(&mut message.members);
    if known.is_some() || message.named.is_some() {
        message.named = known;
        return Some(());
    }
    message.named = Some(new.clone());
    let mut structure = Definition::new(Kind::Struct, new);
    structure.members = members;
    it.world.definitions.push(structure);
    Some(())
}

/// The members of a struct move into a command or an event. It may be gone then.
fn inline_arguments(it: &mut History, choices: &mut Choices) -> Option<()> {
    let message = it.some(choices, &MESSAGES)?;
    let name = message.name.clone();
    let structure = message.named.take()?;
    let members = it.get(&structure)?.members.clone();
    it.get(&name)?.members = members;
    if choices.one_in(2) {
        it.world.definitions.retain(|it| it.name != structure);
    }
    Some(())
}

fn returns(it: &mut History, choices: &mut Choices) -> Option<()> {
    let ty = it.ty(choices);
    let object = it.pick(choices, &OBJECTS).map(|name| Ty::named(&name));
    let command = it.some(choices, &[Kind::Command])?;
    command.returns = match &command.returns {
        None => object,
        Some(_) if choices.one_in(2) => Some(ty),
        Some(_) => None,
    };
    Some(())
}

fn toggle_open(it: &mut History, choices: &mut Choices) -> Option<()> {
    it.some(choices, &[Kind::Command])?.open ^= true;
    Some(())
}

/// What the documentation says of since when there is something, right or wrong.
fn restate(it: &mut History, choices: &mut Choices) -> Option<()> {
    let stated = ["0.5", "1.0", "1.5", "2.0", "2.0.3", "2.1", "9.0"];
    let stated = choices.of(&stated).copied();
    match choices.below(2) {
        0 => it.some(choices, &ALL)?.since = stated,
        _ => it.member(choices)?.since = stated,
    }
    Some(())
}
