//! Expressions whose shape is right.

use std::sync::Arc;

use smol_str::SmolStr;

use crate::doc::Doc;
use crate::schema::{Condition, EnumValue, Feature, Part, Version};
use crate::source::{Span, Spanned};

/// A definition.
pub(crate) struct Definition {
    pub(crate) name: Spanned<SmolStr>,
    /// The whole expression.
    pub(crate) span: Span,
    pub(crate) doc: Option<Arc<Doc>>,
    pub(crate) since: Option<Version>,
    pub(crate) condition: Option<Condition>,
    pub(crate) features: Vec<Feature>,
    pub(crate) kind: Kind,
}

/// What a definition defines.
pub(crate) enum Kind {
    Enum {
        values: Vec<EnumValue>,
        prefix: Option<SmolStr>,
    },
    Struct {
        base: Option<Spanned<SmolStr>>,
        members: Vec<Member>,
    },
    Union {
        base: Data,
        tag: Spanned<SmolStr>,
        branches: Vec<Branch>,
    },
    /// A union without base and discriminator, as they were before QEMU 6.2: its tag is `type`,
    /// its branches' values are in a member `data`.
    SimpleUnion {
        branches: Vec<Branch>,
    },
    Alternate {
        alternatives: Vec<Branch>,
    },
    Command(Command),
    Event {
        data: Option<Data>,
        boxed: bool,
    },
}

pub(crate) struct Command {
    pub(crate) data: Option<Data>,
    pub(crate) returns: Option<TypeRef>,
    pub(crate) flags: Flags,
}

/// The flags of a command; see [`Command`](crate::schema::Command).
pub(crate) struct Flags {
    pub(crate) boxed: bool,
    pub(crate) generate: bool,
    pub(crate) success_response: bool,
    pub(crate) allow_oob: bool,
    pub(crate) allow_preconfig: bool,
    pub(crate) coroutine: bool,
}

/// A structure, by name or inline.
pub(crate) enum Data {
    Named(Spanned<SmolStr>),
    Inline(Vec<Member>, Span),
}

/// A type, by name.
#[derive(Clone)]
pub(crate) struct TypeRef {
    pub(crate) name: Spanned<SmolStr>,
    /// Whether it is an array of the named type.
    pub(crate) is_array: bool,
}

/// A member. `resolve` gives arrays names of their own: there, `T` is a name.
pub(crate) struct Member<T = TypeRef> {
    pub(crate) name: SmolStr,
    pub(crate) optional: bool,
    pub(crate) ty: T,
    pub(crate) part: Part,
}

/// A branch of a union, or an alternative.
pub(crate) struct Branch<T = TypeRef> {
    pub(crate) name: SmolStr,
    pub(crate) ty: T,
    pub(crate) part: Part,
}
