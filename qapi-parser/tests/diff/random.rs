//! Random schemas, and random values of them: what a diff calls compatible is.

use std::fmt::Write;

use proptest::prelude::*;
use qapi_parser::diff::{Diff, Effect};
use qapi_parser::schema::{DefinitionId, TypeId};
use qapi_parser::source::MemorySource;
use qapi_parser::{Loader, Schema, SmolStr, Strictness};

use crate::reversed;
use crate::values::{self, Reader};

/// Random decisions: each takes a byte. Behind the last byte, the first choice is taken.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Choices(bytes.iter())
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.next().map_or(0, |byte| usize::from(*byte)) % end
    }

    pub(crate) fn of<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.below(list.len())]
    }

    /// Those of a list that chance picks.
    fn some<'t>(&mut self, list: &[&'t str]) -> Vec<&'t str> {
        let mut list = list.to_vec();
        list.retain(|_| self.below(2) == 1);
        list
    }
}

/// How many bytes a definition gets for its decisions, so that a change of one of them is a change
/// of one definition.
const SIZE: usize = 24;
const DEFINITIONS: usize = 9;

/// The slots of the types that may have the member that wanders.
const PLACES: [&[usize]; 6] = [&[], &[1], &[2], &[1, 2], &[1, 2, 3], &[4]];

/// A schema of a few definitions that refer to each other.
struct Generator<'a> {
    bytes: &'a [u8],
    text: String,
    /// The names of the types, in their slots.
    types: [&'static str; 7],
    /// A member that wanders, and the slots of the types that have it.
    wanderer: (&'static str, &'static [usize]),
}

impl<'a> Generator<'a> {
    fn schema(bytes: &'a [u8]) -> String {
        let mut names = Choices::new(&bytes[..SIZE]);
        let mut generator = Generator {
            bytes,
            text: String::new(),
            types: [
                ["Word", "Term"],
                ["First", "Primary"],
                ["Second", "Secondary"],
                ["Third", "Tertiary"],
                ["Tagged", "Labelled"],
                ["Either", "Whichever"],
                ["Kind", "Sort"],
            ]
            .map(|[name, other]| if names.below(4) == 3 { other } else { name }),
            wanderer: (
                ["'w': 'int'", "'*w': 'int'"][names.below(2)],
                PLACES[names.below(PLACES.len())],
            ),
        };
        generator.enumerations();
        generator.structures();
        generator.tagged();
        generator.either();
        generator.commands();
        generator.text
    }

    fn choices(&self, index: usize) -> Choices<'a> {
        let start = index * SIZE;
        Choices::new(self.bytes.get(start..start + SIZE).unwrap_or_default())
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn enumerations(&mut self) {
        for (slot, index) in [(0, 1), (6, 2)] {
            let mut values = self.choices(index).some(&["v1", "v2", "v3"]);
            values.push("v0");
            let values = values.join("', '");
            let name = self.types[slot];
            self.line(&format!("{{ 'enum': '{name}', 'data': [ '{values}' ] }}"));
        }
    }

    /// The members of the type in a slot, the wanderer among them.
    fn all_members(&self, slot: usize, names: &[&str], choices: &mut Choices<'_>) -> String {
        let members = self.members(names, choices);
        let (member, slots) = self.wanderer;
        match (slots.contains(&slot), members.is_empty()) {
            (false, _) => members,
            (true, true) => member.to_owned(),
            (true, false) => format!("{members}, {member}"),
        }
    }

    /// Members with random types.
    fn members(&self, names: &[&str], choices: &mut Choices<'_>) -> String {
        let mut text = String::new();
        for name in names {
            let mark = ["", "*"][choices.below(2)];
            let mut ty = match choices.below(16) {
                index @ 0..6 => self.types[index].to_owned(),
                index => ["str", "int", "uint8", "number", "bool", "any"][index % 6].to_owned(),
            };
            ty = format!("'{ty}'");
            if choices.below(4) == 3 {
                ty = format!("[ {ty} ]");
            }
            let _ = write!(text, "'{mark}{name}': {ty}, ");
        }
        text.trim_end_matches(", ").to_owned()
    }

    fn structures(&mut self) {
        let pools = [
            (1, 3, ["a", "b", "m", "n"]),
            (2, 4, ["a", "c", "m", "n"]),
            (3, 5, ["a", "d", "m", "n"]),
        ];
        let mut inherited: Vec<Vec<&str>> = vec![Vec::new()];
        for (slot, index, pool) in pools {
            let mut choices = self.choices(index);
            let base = choices.below(slot);
            let mut names = choices.some(&pool);
            names.retain(|name| !inherited[base].contains(name));
            let members = self.all_members(slot, &names, &mut choices);
            names.extend(&inherited[base]);
            inherited.push(names);
            let name = self.types[slot];
            let base = match base {
                0 => String::new(),
                base => format!("'base': '{}', ", self.types[base]),
            };
            self.line(&format!(
                "{{ 'struct': '{name}', {base}'data': {{ {members} }} }}"
            ));
        }
    }

    /// A union, or a structure with the same members.
    fn tagged(&mut self) {
        let mut choices = self.choices(6);
        let (name, word) = (self.types[4], self.types[0]);
        let is_union = choices.below(4) > 0;
        let shared = choices.some(&["a", "e", "m", "n"]);
        let tag = if is_union || choices.below(2) == 0 {
            word
        } else {
            "str"
        };
        let shared = match self.all_members(4, &shared, &mut choices) {
            shared if shared.is_empty() => format!("'tag': '{tag}'"),
            shared => format!("'tag': '{tag}', {shared}"),
        };
        if !is_union {
            return self.line(&format!("{{ 'struct': '{name}', 'data': {{ {shared} }} }}"));
        }
        let values = choices.some(&["v0", "v1"]);
        let branches: Vec<String> = values
            .iter()
            .map(|value| format!("'{value}': '{}'", self.types[1 + choices.below(3)]))
            .collect();
        let branches = branches.join(", ");
        self.line(&format!(
            "{{ 'union': '{name}', 'base': {{ {shared} }}, 'discriminator': 'tag', 'data': {{ {branches} }} }}"
        ));
    }

    /// An alternate, or another kind of type.
    fn either(&mut self) {
        let mut choices = self.choices(7);
        let name = self.types[5];
        let mut alternatives: Vec<&str> = match choices.below(5) {
            0 => {
                let members = self.members(&["a"], &mut choices);
                return self.line(&format!(
                    "{{ 'struct': '{name}', 'data': {{ {members} }} }}"
                ));
            }
            1 => return self.line(&format!("{{ 'enum': '{name}', 'data': [ 'v0' ] }}")),
            2 => vec!["str"],
            3 => vec![self.types[6], "bool"],
            _ => vec!["bool", ["int", "number", "uint8"][choices.below(3)]],
        };
        alternatives.push(self.types[1 + choices.below(3)]);
        alternatives.retain(|_| choices.below(3) > 0);
        alternatives.push("null");
        let alternatives = alternatives.iter().enumerate();
        let alternatives: Vec<String> = alternatives
            .map(|(index, ty)| format!("'alternative{index}': '{ty}'"))
            .collect();
        let alternatives = alternatives.join(", ");
        self.line(&format!(
            "{{ 'alternate': '{name}', 'data': {{ {alternatives} }} }}"
        ));
    }

    fn commands(&mut self) {
        for (index, name) in [(8, "do"), (9, "redo"), (10, "EVENT")] {
            let mut choices = self.choices(index);
            let data = match choices.below(4) {
                0 => String::new(),
                1 => format!(
                    ", 'boxed': true, 'data': '{}'",
                    self.types[1 + choices.below(4)]
                ),
                _ => {
                    let names = choices.some(&["a", "b", "m"]);
                    format!(", 'data': {{ {} }}", self.members(&names, &mut choices))
                }
            };
            if name == "EVENT" {
                self.line(&format!("{{ 'event': '{name}'{data} }}"));
                continue;
            }
            let returned = self.types[1 + choices.below(4)];
            let returns = match choices.below(3) {
                0 => String::new(),
                1 => format!(", 'returns': [ '{returned}' ]"),
                _ => format!(", 'returns': '{returned}'"),
            };
            self.line(&format!("{{ 'command': '{name}'{data}{returns} }}"));
        }
    }
}

pub(crate) fn load(text: &str) -> Option<Schema> {
    let source = MemorySource::from_iter([("schema.json", text)]);
    let loader = Loader::new().strictness(Strictness::Lenient);
    loader.load_from(&source, "schema.json").ok()
}

/// What goes over the wire in a schema: the data of commands and events, and return values.
struct Wire<'a> {
    schema: &'a Schema,
    data: Option<TypeId>,
    returns: Option<TypeId>,
}

impl<'a> Wire<'a> {
    fn of(schema: &'a Schema, name: &str) -> Option<Self> {
        let (data, returns) = match schema.find(name)? {
            DefinitionId::Command(id) => {
                let command = schema.command(id);
                (command.arguments, command.returns)
            }
            DefinitionId::Event(id) => (None, schema.event(id).data),
            DefinitionId::Type(_) => return None,
        };
        Some(Wire {
            schema,
            data,
            returns,
        })
    }
}

/// Checks that values that a diff says nothing against are taken.
fn check_values(old: &Schema, new: &Schema, diff: &Diff, bytes: &[u8]) {
    for name in ["do", "redo", "EVENT"] {
        let (Some(old), Some(new)) = (Wire::of(old, name), Wire::of(new, name)) else {
            panic!("{name} is always there");
        };
        let breaks =
            |names: fn(&qapi_parser::diff::Change) -> &[SmolStr],
             effect: fn(&qapi_parser::diff::Change) -> Option<Effect>| {
                let mut changes = diff.changes().iter();
                changes.any(|it| {
                    effect(it) == Some(Effect::Breaking) && names(it).iter().any(|it| it == name)
                })
            };
        let breaks_senders = breaks(|it| &it.senders, |it| it.send);
        let breaks_readers = breaks(|it| &it.readers, |it| it.read);
        let mut choices = Choices::new(bytes);
        for _ in 0..20 {
            if !breaks_senders && let Some(value) = values::any(old.schema, old.data, &mut choices)
            {
                let takes = Reader::Server.takes(new.schema, new.data, &value);
                assert!(takes, "{name} does not take {value:?} any more:\n{diff}");
            }
            if !breaks_readers
                && let Some(value) = values::any(new.schema, new.returns, &mut choices)
            {
                let takes = Reader::Client.takes(old.schema, old.returns, &value);
                assert!(takes, "a client cannot read {value:?} of {name}:\n{diff}");
            }
        }
    }
}

fn bytes(count: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), count)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_called_compatible_is(
        old in bytes(SIZE * (DEFINITIONS + 2)),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        values in bytes(400),
    ) {
        let mut new = old.clone();
        for (index, byte) in changes {
            let index = index.index(new.len());
            new[index] = byte;
        }
        let (old, new) = (Generator::schema(&old), Generator::schema(&new));
        let (Some(old), Some(new)) = (load(&old), load(&new)) else {
            return Err(TestCaseError::reject("collisions"));
        };
        reversed::check(&old, &new);
        check_values(&old, &new, &Diff::between(&old, &new), &values);
        check_values(&old, &new, &Diff::by_place(&old, &new).unwrap(), &values);
    }
}
