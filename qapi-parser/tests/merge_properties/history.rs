//! Releases, each made of the one before it by changes as QEMU's schema has seen them.

use crate::changes::CHANGES;
use crate::choices::Choices;
use crate::world::{Definition, Kind, Member, Ty, World};

/// What a release defines, what the ones before it did, and how many names were given.
#[derive(Clone, Default)]
pub(crate) struct History {
    pub(crate) world: World,
    pub(crate) gone: Vec<Definition>,
    names: usize,
}

pub(crate) const INTEGERS: [&str; 3] = ["int", "uint8", "size"];
const BUILTINS: [&str; 6] = ["str", "int", "bool", "uint8", "number", "any"];
const TYPES: [Kind; 5] = [
    Kind::Struct,
    Kind::Enum,
    Kind::Union,
    Kind::Simple,
    Kind::Alternate,
];
pub(crate) const OBJECTS: [Kind; 3] = [Kind::Struct, Kind::Union, Kind::Simple];

impl History {
    /// The first release: a few definitions of all kinds.
    pub(crate) fn begin(&mut self, choices: &mut Choices) {
        for kind in [Kind::Enum, Kind::Struct] {
            self.change(choices, |it, choices| it.define(kind, choices));
        }
        for _ in 0..4 + choices.below(10) {
            self.change(choices, Self::add_definition);
        }
    }

    /// The next release.
    pub(crate) fn go_on(&mut self, choices: &mut Choices) {
        let often = CHANGES.iter().map(|(often, change)| vec![change; *often]);
        let changes: Vec<_> = often.flatten().collect();
        for _ in 0..1 + choices.below(6) {
            if let Some(change) = choices.of(&changes) {
                self.change(choices, change);
            }
        }
    }

    /// Makes a change, unless there would be no valid schema.
    fn change(
        &mut self,
        choices: &mut Choices,
        change: impl Fn(&mut Self, &mut Choices) -> Option<()>,
    ) {
        let mut changed = self.clone();
        if change(&mut changed, choices).is_some() && changed.world.load().is_some() {
            *self = changed;
        }
    }

    pub(crate) fn add_definition(&mut self, choices: &mut Choices) -> Option<()> {
        let kinds = [
            Kind::Struct,
            Kind::Command,
            Kind::Union,
            Kind::Enum,
            Kind::Event,
            Kind::Alternate,
            Kind::Simple,
        ];
        let kind = *choices.of(&kinds)?;
        self.define(kind, choices)
    }

    fn define(&mut self, kind: Kind, choices: &mut Choices) -> Option<()> {
        let name = self.fresh(kind);
        let mut definition = Definition::new(kind, name);
        match kind {
            Kind::Enum | Kind::Struct => {
                if kind == Kind::Struct && choices.one_in(4) {
                    definition.named = self.pick(choices, &[Kind::Struct]);
                }
                for _ in 0..1 + choices.below(4) {
                    self.add_part(&mut definition, choices);
                }
            }
            Kind::Union => {
                let tag = self.pick(choices, &[Kind::Enum])?;
                let tag = Member::new(self.fresh_member(), Ty::named(&tag));
                definition.members.push(tag);
                self.add_part(&mut definition, choices);
                for _ in 0..1 + choices.below(3) {
                    self.add_branch(&mut definition, choices);
                }
            }
            Kind::Simple | Kind::Alternate => {
                for _ in 0..1 + choices.below(3) {
                    self.add_branch(&mut definition, choices);
                }
            }
            Kind::Command | Kind::Event => {
                match choices.below(3) {
                    0 => self.add_part(&mut definition, choices),
                    1 => definition.named = self.pick(choices, &OBJECTS),
                    _ => {}
                }
                if kind == Kind::Command && choices.one_in(2) {
                    definition.returns = Some(self.ty(choices));
                }
            }
        }
        self.world.definitions.push(definition);
        Some(())
    }

    /// Adds a member to a definition that has some of its own, to an enumeration a value.
    pub(crate) fn add_part(&self, definition: &mut Definition, choices: &mut Choices) {
        let name = match definition.kind {
            Kind::Enum => format!("v{}", choices.below(6)),
            _ => format!("m{}", choices.below(9)),
        };
        let mut member = Member::new(name, self.ty(choices));
        member.optional = definition.kind != Kind::Enum && choices.one_in(3);
        let taken = definition.members.iter().any(|it| it.name == member.name);
        if !taken {
            definition.members.push(member);
        }
    }

    pub(crate) fn add_branch(&self, definition: &mut Definition, choices: &mut Choices) {
        let ty = match definition.kind {
            Kind::Union => {
                let object = self.pick(choices, &OBJECTS);
                Ty::named(&object.unwrap_or_default())
            }
            _ => self.ty(choices),
        };
        let name = format!("v{}", choices.below(6));
        let taken = definition.branches.iter().any(|it| it.name == name);
        if !taken {
            definition.branches.push(Member::new(name, ty));
        }
    }

    /// Some type.
    pub(crate) fn ty(&self, choices: &mut Choices) -> Ty {
        let builtin = choices.of(&BUILTINS).copied().unwrap_or_default();
        let named = match choices.below(2) {
            0 => None,
            _ => self.pick(choices, &TYPES),
        };
        Ty {
            name: named.unwrap_or(builtin.to_owned()),
            array: choices.one_in(5),
        }
    }

    /// The name of a definition of one of some kinds.
    pub(crate) fn pick(&self, choices: &mut Choices, kinds: &[Kind]) -> Option<String> {
        let definitions = self.world.definitions.iter();
        let fitting: Vec<_> = definitions.filter(|it| kinds.contains(&it.kind)).collect();
        choices.of(&fitting).map(|it| it.name.clone())
    }

    /// The definition of that name.
    pub(crate) fn get(&mut self, name: &str) -> Option<&mut Definition> {
        let mut definitions = self.world.definitions.iter_mut();
        definitions.find(|it| it.name == name)
    }

    /// Puts a definition in place of that of its name.
    pub(crate) fn replace(&mut self, definition: Definition) -> Option<()> {
        let replaced = self.get(&definition.name)?;
        *replaced = definition;
        Some(())
    }

    /// A name that nothing has had yet.
    pub(crate) fn fresh(&mut self, kind: Kind) -> String {
        self.names += 1;
        let prefix = match kind {
            Kind::Enum => "E",
            Kind::Struct => "S",
            Kind::Union | Kind::Simple => "U",
            Kind::Alternate => "A",
            Kind::Command => "c",
            Kind::Event => "EV",
        };
        format!("{prefix}{}", self.names)
    }

    pub(crate) fn fresh_member(&mut self) -> String {
        self.names += 1;
        format!("t{}", self.names)
    }
}
