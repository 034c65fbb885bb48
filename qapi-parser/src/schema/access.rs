//! Walking a [`Schema`].

use std::collections::HashSet;

use super::{
    Alias, Builtin, Command, CommandId, Condition, DefinitionId, DocPlace, EnumValue, Event,
    EventId, Feature, Head, JsonType, Member, Module, ModuleId, SPECIAL_FEATURES, Schema, Struct,
    Type, TypeId, TypeKind, Union,
};
use crate::doc::Doc;
use crate::source::Sources;

impl Schema {
    /// The files that it was read from.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The modules, in the order of their first inclusion; the root schema is the first.
    pub fn modules(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        (0..).map(ModuleId).zip(&self.modules)
    }

    /// The types, implicit and built-in ones included.
    pub fn types(&self) -> impl Iterator<Item = (TypeId, &Type)> {
        (0..).map(TypeId).zip(&self.types)
    }

    /// The commands, in source order.
    pub fn commands(&self) -> impl Iterator<Item = (CommandId, &Command)> {
        (0..).map(CommandId).zip(&self.commands)
    }

    /// The events, in source order.
    pub fn events(&self) -> impl Iterator<Item = (EventId, &Event)> {
        (0..).map(EventId).zip(&self.events)
    }

    /// The other names of types that were merged, sorted.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// All definitions, in the order in which QEMU's frontend makes them: the built-in types,
    /// then the source's, implicit types in front of what calls for them.
    pub fn definitions(&self) -> &[DefinitionId] {
        &self.definitions
    }

    /// All documentation blocks, in the order in which QEMU's frontend reads them: an included
    /// file's in place of its first inclusion. Those without a definition are free-form.
    pub fn docs(&self) -> impl Iterator<Item = (&Doc, Option<DefinitionId>)> {
        self.docs.iter().filter_map(|&place| match place {
            DocPlace::Comment(module, index) => {
                Some((self.module(module).comments.get(index)?, None))
            }
            DocPlace::Definition(id) => Some((self.head(id).doc.as_ref()?, Some(id))),
        })
    }

    /// The module of that id.
    ///
    /// # Panics
    ///
    /// When the id is of another schema, unless this one has it too.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    /// The type of that id.
    ///
    /// # Panics
    ///
    /// When the id is of another schema, unless this one has it too.
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.types[id.0 as usize]
    }

    /// The command of that id.
    ///
    /// # Panics
    ///
    /// When the id is of another schema, unless this one has it too.
    pub fn command(&self, id: CommandId) -> &Command {
        &self.commands[id.0 as usize]
    }

    /// The event of that id.
    ///
    /// # Panics
    ///
    /// When the id is of another schema, unless this one has it too.
    pub fn event(&self, id: EventId) -> &Event {
        &self.events[id.0 as usize]
    }

    /// What every definition has, of the definition of that id.
    ///
    /// # Panics
    ///
    /// When the id is of another schema, unless this one has it too.
    pub fn head(&self, id: DefinitionId) -> &Head {
        match id {
            DefinitionId::Type(id) => &self.ty(id).head,
            DefinitionId::Command(id) => &self.command(id).head,
            DefinitionId::Event(id) => &self.event(id).head,
        }
    }

    /// The definition of that name; types, commands and events share one namespace.
    pub fn find(&self, name: &str) -> Option<DefinitionId> {
        self.definitions.get(*self.names.get(name)?).copied()
    }

    /// The type of that name.
    pub fn find_type(&self, name: &str) -> Option<TypeId> {
        match self.find(name)? {
            DefinitionId::Type(id) => Some(id),
            DefinitionId::Command(_) | DefinitionId::Event(_) => None,
        }
    }

    /// The members of a struct, those of its base first; of a union, those of its base. Other
    /// types have none.
    ///
    /// # Panics
    ///
    /// When the id is of another schema, unless this one has it too.
    pub fn all_members(&self, id: TypeId) -> impl Iterator<Item = &Member> {
        all_members(&self.types, id)
    }

    /// The values of a union's tag that have no branch, each with its condition: no more members
    /// come with them.
    ///
    /// # Panics
    ///
    /// When the union is of another schema, unless this one has the type of its tag too.
    pub fn values_without_branch<'a>(
        &'a self,
        union: &'a Union,
    ) -> impl Iterator<Item = (&'a str, Option<&'a Condition>)> {
        let (values, builtin): (&[EnumValue], &[&str]) = match &self.ty(union.tag_type).kind {
            TypeKind::Enum(tag) => (&tag.values, &[]),
            TypeKind::Builtin(Builtin::QType) => (&[], &Builtin::QTYPE_VALUES),
            _ => (&[], &[]),
        };
        let branches = union.branches.iter();
        let branches: HashSet<&str> = branches.map(|branch| branch.name.as_str()).collect();
        let values = values.iter();
        let values = values.map(|value| (value.name.as_str(), value.part.condition.as_ref()));
        let builtin = builtin.iter().map(|value| (*value, None));
        let all = values.chain(builtin);
        all.filter(move |(name, _)| !branches.contains(name))
    }
}

/// See [`Schema::all_members`].
pub(crate) fn all_members(types: &[Type], id: TypeId) -> impl Iterator<Item = &Member> {
    lineage(types, id).flat_map(|structure| &structure.members)
}

/// A struct behind all its bases, the outermost first; of a union, its base behind all of its
/// bases. Empty for other types.
fn lineage(types: &[Type], id: TypeId) -> impl Iterator<Item = &Struct> {
    let kind = |id: TypeId| &types[id.0 as usize].kind;
    let mut chain = Vec::new();
    let mut next = match kind(id) {
        TypeKind::Union(union) => Some(union.base),
        _ => Some(id),
    };
    // `resolve` refuses a structure that is its own base, so that this ends.
    while let Some(id) = next
        && let TypeKind::Struct(structure) = kind(id)
    {
        chain.push(structure);
        next = structure.base;
    }
    chain.into_iter().rev()
}

impl Type {
    /// Whether the schema does not define it by name: a built-in type, an array, or a structure
    /// that QEMU's frontend makes for inline members (`q_obj_NAME-arg`).
    pub fn is_implicit(&self) -> bool {
        match &self.kind {
            TypeKind::Builtin(_) | TypeKind::Array(_) => true,
            TypeKind::Enum(_)
            | TypeKind::Struct(_)
            | TypeKind::Union(_)
            | TypeKind::Alternate(_) => self.head.name.starts_with("q_"),
        }
    }
}

impl Member {
    /// Whether some QEMU leaves it out: it is optional, or under a condition that the build does
    /// not meet, or deprecated or unstable, and QEMU was told to hide what is
    /// (`-compat deprecated-output=hide`; see `CompatPolicyOutput` in QEMU's schema).
    pub fn may_be_absent(&self) -> bool {
        let special = |feature: &Feature| SPECIAL_FEATURES.contains(&feature.name.as_str());
        let features = &self.part.features;
        self.optional || self.part.condition.is_some() || features.iter().any(special)
    }
}

impl Builtin {
    /// All of them, in the order in which QEMU's frontend defines them.
    pub const ALL: [Builtin; 16] = [
        Builtin::Str,
        Builtin::Number,
        Builtin::Int,
        Builtin::Int8,
        Builtin::Int16,
        Builtin::Int32,
        Builtin::Int64,
        Builtin::Uint8,
        Builtin::Uint16,
        Builtin::Uint32,
        Builtin::Uint64,
        Builtin::Size,
        Builtin::Bool,
        Builtin::Any,
        Builtin::Null,
        Builtin::QType,
    ];

    /// The values of [`Builtin::QType`].
    pub const QTYPE_VALUES: [&str; 7] = [
        "none", "qnull", "qnum", "qstring", "qdict", "qlist", "qbool",
    ];

    /// Its name in the schema language.
    pub fn name(self) -> &'static str {
        match self {
            Builtin::Str => "str",
            Builtin::Number => "number",
            Builtin::Int => "int",
            Builtin::Int8 => "int8",
            Builtin::Int16 => "int16",
            Builtin::Int32 => "int32",
            Builtin::Int64 => "int64",
            Builtin::Uint8 => "uint8",
            Builtin::Uint16 => "uint16",
            Builtin::Uint32 => "uint32",
            Builtin::Uint64 => "uint64",
            Builtin::Size => "size",
            Builtin::Bool => "bool",
            Builtin::Any => "any",
            Builtin::Null => "null",
            Builtin::QType => "QType",
        }
    }

    /// What its values are in JSON: the table in section "Built-in Types" of QEMU's
    /// `docs/devel/qapi-code-gen.rst`.
    pub fn json_type(self) -> JsonType {
        match self {
            Builtin::Str | Builtin::QType => JsonType::String,
            Builtin::Number => JsonType::Number,
            Builtin::Int
            | Builtin::Int8
            | Builtin::Int16
            | Builtin::Int32
            | Builtin::Int64
            | Builtin::Uint8
            | Builtin::Uint16
            | Builtin::Uint32
            | Builtin::Uint64
            | Builtin::Size => JsonType::Int,
            Builtin::Bool => JsonType::Boolean,
            Builtin::Any => JsonType::Value,
            Builtin::Null => JsonType::Null,
        }
    }
}
