//! The resolved schema: what the files mean.
//!
//! A [`Schema`] is immutable. Names were turned into ids once, so that there is no
//! unresolved name to meet and no cycle of pointers to mind. Definitions keep the order of
//! the source, with included modules in place of their first inclusion; implicit types stand
//! where QEMU's frontend makes them.

mod access;
mod condition;
mod version;

pub(crate) use condition::Operand;

use std::collections::HashMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::doc::Doc;
use crate::source::{FileId, Sources, Span};

/// A schema that passed every check.
#[derive(Clone, Debug)]
pub struct Schema {
    pub(crate) sources: Sources,
    pub(crate) modules: Vec<Module>,
    pub(crate) types: Vec<Type>,
    pub(crate) commands: Vec<Command>,
    pub(crate) events: Vec<Event>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) definitions: Vec<DefinitionId>,
    pub(crate) docs: Vec<DocPlace>,
    /// The places of the definitions by name.
    pub(crate) names: HashMap<SmolStr, usize>,
}

/// Where a documentation block is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DocPlace {
    /// Among the [`comments`](Module::comments) of a module.
    Comment(ModuleId, usize),
    /// At a definition.
    Definition(DefinitionId),
}

/// One schema file in its role as a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// Path relative to the root schema's folder, as in QEMU's generated code
    /// (`block-core.json`, `../../qapi/block-core.json`).
    pub name: String,
    /// The file.
    pub file: FileId,
    /// Modules that this one includes, in source order, a repeated inclusion too.
    pub includes: Vec<ModuleId>,
    /// The definitions and inclusions in the order in which QEMU's frontend visits them. An
    /// array belongs to the module of its element type.
    pub items: Vec<ModuleItem>,
    /// Free-form documentation blocks, in source order.
    pub comments: Vec<Doc>,
}

/// One thing that a [`Module`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleItem {
    /// The inclusion of another module.
    Include(ModuleId),
    /// A definition.
    Definition(DefinitionId),
}

/// Names a [`Module`] of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub(crate) u32);
/// Names a [`Type`] of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) u32);
/// Names a [`Command`] of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub(crate) u32);
/// Names an [`Event`] of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub(crate) u32);

/// Names a definition of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionId {
    /// A type.
    Type(TypeId),
    /// A command.
    Command(CommandId),
    /// An event.
    Event(EventId),
}

/// What every definition has.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The name in the schema; implicit types have the name that QEMU's frontend gives
    /// them (`q_obj_NAME-arg`).
    pub name: SmolStr,
    /// The module that defines it; `None` for the built-in types.
    pub module: Option<ModuleId>,
    /// Where it is defined: the value of the key that names it, or, for an implicit type,
    /// what called for it. `None` for the built-in types.
    pub span: Option<Span>,
    /// Its documentation block.
    pub doc: Option<Arc<Doc>>,
    /// The releases that have it; after a merge, by the versions that were merged.
    pub versions: VersionRange,
    /// Its `if` condition.
    pub condition: Option<Condition>,
    /// Its features.
    pub features: Vec<Feature>,
}

/// Another name that a type had, in versions whose schemas were merged.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// The name.
    pub name: SmolStr,
    /// The module that defined it.
    pub module: ModuleId,
    /// Where the newest version that has it defines it.
    pub span: Span,
    /// The type that has taken its place.
    pub target: TypeId,
    /// The releases that have the name.
    pub versions: VersionRange,
}

/// A type, named or implicit.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// Name, place, documentation, condition, features.
    pub head: Head,
    /// What it is.
    pub kind: TypeKind,
}

/// The kinds of [`Type`].
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// A type of the language itself.
    Builtin(Builtin),
    /// An enumeration.
    Enum(Enum),
    /// An array of another type.
    Array(TypeId),
    /// A structure; also the implicit one of a command's or an event's inline `data` and of
    /// a union's inline `base`.
    Struct(Struct),
    /// A union.
    Union(Union),
    /// An alternate.
    Alternate(Alternate),
}

/// The built-in types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// `str`
    Str,
    /// `number`
    Number,
    /// `int`
    Int,
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint8`
    Uint8,
    /// `uint16`
    Uint16,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
    /// `size`
    Size,
    /// `bool`
    Bool,
    /// `any`
    Any,
    /// `null`
    Null,
    /// `QType`: the enumeration of JSON types inside QEMU; never on the wire of a command.
    QType,
}

/// What the values of a built-in type are in JSON; see [`Builtin::json_type`]. The names are those
/// of `JSONType` in QEMU's schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonType {
    /// A string.
    String,
    /// A number.
    Number,
    /// A number of an integer type.
    Int,
    /// `true` or `false`.
    Boolean,
    /// `null`
    Null,
    /// Anything.
    Value,
}

/// An enumeration.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// Its values, in source order.
    pub values: Vec<EnumValue>,
    /// The prefix of the generated C constants (`'prefix'`).
    pub prefix: Option<SmolStr>,
}

/// One value of an [`Enum`].
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The value on the wire.
    pub name: SmolStr,
    /// What belongs to every part of a definition.
    pub part: Part,
}

/// What every member, value and branch has.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where its name stands.
    pub span: Span,
    /// Its documentation: the text of the section named after it, when there is one.
    pub doc: Option<Arc<str>>,
    /// The releases that have it, where they differ from its definition's.
    pub versions: VersionRange,
    /// Its `if` condition.
    pub condition: Option<Condition>,
    /// Its features.
    pub features: Vec<Feature>,
}

/// A structure.
#[derive(Clone, Debug, PartialEq)]
pub struct Struct {
    /// The structure whose members come first.
    pub base: Option<TypeId>,
    /// Its own members, without those of the base.
    pub members: Vec<Member>,
}

/// A member of a [`Struct`].
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The name on the wire, without the `*` that marks an optional member.
    pub name: SmolStr,
    /// Its type.
    pub ty: TypeId,
    /// Whether it may be absent.
    pub optional: bool,
    /// After a merge: the versions that require it, where others do not.
    pub required: Option<VersionRange>,
    /// What belongs to every part of a definition.
    pub part: Part,
}

/// A union: a base with a tag among its members, and more members for some values of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// The structure with the common members, the tag among them.
    pub base: TypeId,
    /// The name of the tag member (`'discriminator'`).
    pub tag: SmolStr,
    /// The enumeration that the tag is of.
    pub tag_type: TypeId,
    /// The branches, in source order. A value of the tag without a branch adds no members.
    pub branches: Vec<Branch>,
    /// After a merge, where some versions have no tag, which is then optional in the base: the
    /// type whose members an object without it adds; `None` for none.
    pub untagged: Option<TypeId>,
}

/// A branch of a [`Union`] or an alternative of an [`Alternate`].
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The value of the tag; for an alternate, a name that never shows on the wire.
    pub name: SmolStr,
    /// The type whose members the branch adds, or the alternative's type.
    pub ty: TypeId,
    /// What belongs to every part of a definition.
    pub part: Part,
}

/// An alternate: one of several types, told apart by the JSON type of the value.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternate {
    /// The alternatives, in source order.
    pub alternatives: Vec<Branch>,
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Name, place, documentation, condition, features.
    pub head: Head,
    /// The type of its arguments (`'data'`): implicit where they are given inline; by the
    /// lenient rules, a boxed alternate too.
    pub arguments: Option<TypeId>,
    /// The type of its return value; `None` for the empty object.
    pub returns: Option<TypeId>,
    /// `'boxed'`
    pub boxed: bool,
    /// `'gen'`: `false` where the command takes arguments that the schema does not list, or
    /// QEMU wants no marshalling code.
    pub generate: bool,
    /// `'success-response'`: `false` where success is answered by silence.
    pub success_response: bool,
    /// `'allow-oob'`
    pub allow_oob: bool,
    /// `'allow-preconfig'`
    pub allow_preconfig: bool,
    /// `'coroutine'`
    pub coroutine: bool,
}

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Name, place, documentation, condition, features.
    pub head: Head,
    /// The type of its data: implicit where it is given inline; by the lenient rules, a boxed
    /// alternate too.
    pub data: Option<TypeId>,
    /// `'boxed'`
    pub boxed: bool,
}

/// The features that have a meaning to QEMU, in every schema.
pub const SPECIAL_FEATURES: [&str; 2] = ["deprecated", "unstable"];

/// A feature of a definition, a member or a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its name; [`SPECIAL_FEATURES`] have a meaning to QEMU.
    pub name: SmolStr,
    /// Where its name stands.
    pub span: Span,
    /// Its documentation.
    pub doc: Option<Arc<str>>,
    /// The releases in which what has it has it.
    pub versions: VersionRange,
    /// Its `if` condition.
    pub condition: Option<Condition>,
}

/// An `if` condition. Its `Display` is an expression as in C: `A && (B || !C)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// A C preprocessor symbol: `'CONFIG_FOO'`. By the lenient rules also the text of a C
    /// expression that is not made of symbols, `defined`, `!`, `&&` and `||` only.
    Symbol(SmolStr),
    /// `{ 'not': CONDITION }`
    Not(Box<Condition>),
    /// `{ 'all': [CONDITION, ...] }`
    All(Vec<Condition>),
    /// `{ 'any': [CONDITION, ...] }`
    Any(Vec<Condition>),
}

/// A release of QEMU, as documentation names it: `0.14`, `1.5.3`, `10.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version([u32; 3]);

/// The releases that have something.
///
/// One schema knows the first, where its documentation says `Since`. A [merge](Schema::merge) of
/// several also knows the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct VersionRange {
    /// The first release that has it; `None` where that is not known.
    pub first: Option<Version>,
    /// The last release that is known to have it; `None` where the newest one still does.
    pub last: Option<Version>,
}
