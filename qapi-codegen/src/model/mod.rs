//! The Rust that a schema becomes, with every decision made and named.
//!
//! [`build`] decides: identifiers, which members are boxed, which types get setters, what the
//! documentation says. What prints a [`Model`] decides nothing and cannot fail.

mod attributes;
mod boxing;
mod build;
mod docs;
mod endless;
mod imports;
mod links;
mod names;
mod object;
mod options;
mod order;
mod reach;
mod rustdoc;
mod sent;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use self::build::build;
pub(crate) use self::docs::Reference;
pub(crate) use self::options::{Extern, Options};
pub(crate) use self::reach::Reach;
pub(crate) use self::rustdoc::{RustdocId, Rustdocs};

/// All generated code of one schema.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) modules: Vec<Module>,
    /// What of the schema is generated.
    pub(crate) reach: Reach,
    /// All commands, in the order of the schema.
    pub(crate) commands: Vec<Message>,
    /// All events, in the order of the schema.
    pub(crate) events: Vec<Message>,
    /// The enum over all commands.
    pub(crate) command_set: String,
    /// The enum over all events.
    pub(crate) event_set: String,
    /// What other modules have already, by the paths of the modules.
    pub(crate) externs: BTreeMap<String, Exports>,
    /// The types that the user has written.
    pub(crate) replaced: Vec<Replaced>,
    /// What the schema says of itself.
    pub(crate) introduction: Option<RustdocId>,
    /// What all items have for rustdoc.
    pub(crate) docs: Rustdocs,
}

/// A command or an event among all.
#[derive(Debug)]
pub(crate) struct Message {
    /// Its type.
    pub(crate) ident: String,
    /// Its variant.
    pub(crate) variant: String,
    pub(crate) wire: String,
}

/// A type that the user has written.
#[derive(Debug)]
pub(crate) struct Replaced {
    pub(crate) path: String,
    /// Its identifier in the schema's module, where that is another one.
    pub(crate) renamed: Option<String>,
}

/// The identifiers of what is taken from another module.
#[derive(Debug, Default)]
pub(crate) struct Exports {
    pub(crate) types: BTreeSet<String>,
    pub(crate) commands: BTreeSet<String>,
    pub(crate) events: BTreeSet<String>,
}

/// The generated code of one schema module.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) ident: String,
    /// The name of the schema module, `block-core.json`.
    pub(crate) source: String,
    /// Types of other modules that this one uses.
    pub(crate) imports: BTreeSet<String>,
    pub(crate) types: Vec<Type>,
    pub(crate) commands: Vec<Command>,
    pub(crate) events: Vec<Event>,
}

/// A generated type.
#[derive(Debug)]
pub(crate) enum Type {
    Enum(Enum),
    Struct(Struct),
    Union(Box<Union>),
    Alternate(Alternate),
    Alias(Alias),
}

/// What every generated item has.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) ident: String,
    /// The name in the schema.
    pub(crate) wire: String,
    pub(crate) docs: RustdocId,
    /// The note of `#[deprecated]`.
    pub(crate) deprecated: Option<String>,
    /// What else stands in front of it.
    pub(crate) additions: Additions,
}

/// The traits that an item derives, and the attributes that the user gave it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Additions {
    /// Paths of traits.
    pub(crate) derives: Vec<String>,
    /// Whole attributes.
    pub(crate) attributes: Vec<String>,
}

/// A Rust type as a member or a return value has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RustType {
    /// A type that is passed as it is: numbers and `bool`.
    Plain(&'static str),
    String,
    /// Bytes: a string in base64 on the wire.
    Bytes,
    /// `serde_json::Value`
    Any,
    /// `()`: `null` on the wire.
    Null,
    /// What a command without a return value answers.
    Empty,
    /// A generated type.
    Named(String),
    Vec(Box<RustType>),
}

/// A struct: of the schema, or of a command's or an event's members.
#[derive(Debug)]
pub(crate) struct Struct {
    pub(crate) item: Item,
    pub(crate) fields: Vec<Field>,
    /// The field of a union's branches, before the others.
    pub(crate) tag: Option<Tag>,
    /// Whether it also keeps members that the schema does not list.
    pub(crate) extra: bool,
    /// Whether it has no braces: a command or an event without members.
    pub(crate) unit: bool,
    /// The type that it only wraps, and can be made of.
    pub(crate) wraps: Option<RustType>,
    /// The places of the fields in the order in which QEMU sends their members.
    pub(crate) order: Vec<usize>,
}

/// The field of a union that holds its branches.
#[derive(Debug)]
pub(crate) struct Tag {
    pub(crate) item: Item,
    /// The enum of the branches.
    pub(crate) branches: String,
}

/// A member as a field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) item: Item,
    pub(crate) ty: RustType,
    pub(crate) optional: bool,
    pub(crate) boxed: bool,
    /// The method that sets it: of optional members of types that users send.
    pub(crate) setter: Option<String>,
}

/// An enumeration.
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) item: Item,
    pub(crate) values: Vec<Item>,
}

/// A union.
#[derive(Debug)]
pub(crate) struct Union {
    /// The enum of the branches.
    pub(crate) branches: Item,
    /// The name of the tag on the wire.
    pub(crate) tag: String,
    pub(crate) variants: Vec<Variant>,
    /// What is read without a tag, where some releases send none.
    pub(crate) untagged: Option<Untagged>,
    /// The struct around the branches; `None` when the base is just the tag.
    pub(crate) around: Option<Struct>,
}

/// A branch of a union.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) item: Item,
    /// The members it adds; `None` for none.
    pub(crate) payload: Option<Payload>,
}

/// What stands in place of a branch where the tag is absent.
#[derive(Debug)]
pub(crate) struct Untagged {
    pub(crate) docs: RustdocId,
    /// The members there besides those of the base; `None` for none.
    pub(crate) payload: Option<Payload>,
}

/// The type in a variant.
#[derive(Clone, Debug)]
pub(crate) struct Payload {
    pub(crate) ty: RustType,
    pub(crate) boxed: bool,
}

/// An alternate.
#[derive(Debug)]
pub(crate) struct Alternate {
    pub(crate) item: Item,
    /// What it takes, for errors.
    pub(crate) expected: String,
    pub(crate) alternatives: Vec<Alternative>,
}

/// An alternative of an alternate.
#[derive(Debug)]
pub(crate) struct Alternative {
    pub(crate) item: Item,
    pub(crate) payload: Payload,
    pub(crate) json: JsonType,
}

/// Another name of a type.
#[derive(Debug)]
pub(crate) struct Alias {
    pub(crate) item: Item,
    pub(crate) target: String,
}

/// The JSON types, as alternates tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JsonType {
    Null,
    Bool,
    /// A number of an integer type.
    Integer,
    /// A `number`.
    Number,
    /// A `str`.
    String,
    /// A value of an enumeration.
    Enum,
    Array,
    Object,
}

/// What a command's or an event's type is.
#[derive(Debug)]
pub(crate) enum Arguments {
    /// A struct of inline members; a unit struct where there are none.
    Struct(Box<Struct>),
    /// A newtype over a named type.
    Newtype(Item, RustType),
}

/// A command.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) arguments: Arguments,
    pub(crate) response: RustType,
    pub(crate) allow_oob: bool,
    pub(crate) success_response: bool,
    pub(crate) versions: Versions,
}

/// An event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) data: Arguments,
    pub(crate) versions: Versions,
}

/// The releases that have a definition, from the first to the last, where those are known.
#[derive(Debug)]
pub(crate) struct Versions {
    pub(crate) first: Option<Version>,
    pub(crate) last: Option<Version>,
}

/// A release: major, minor, micro.
pub(crate) type Version = (u32, u32, u32);

impl Arguments {
    pub(crate) fn item(&self) -> &Item {
        match self {
            Arguments::Struct(object) => &object.item,
            Arguments::Newtype(item, _) => item,
        }
    }
}

impl Type {
    /// The type that carries the schema's name.
    pub(crate) fn item(&self) -> &Item {
        match self {
            Type::Enum(ty) => &ty.item,
            Type::Struct(ty) => &ty.item,
            Type::Union(ty) => match &ty.around {
                Some(object) => &object.item,
                None => &ty.branches,
            },
            Type::Alternate(ty) => &ty.item,
            Type::Alias(ty) => &ty.item,
        }
    }
}
