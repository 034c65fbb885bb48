//! What one schema file says, before any of it is given a meaning.
//!
//! This form keeps everything that matters for writing the file again: the order of the
//! items, the order of the keys in an object, and the documentation blocks.

use smol_str::SmolStr;

use crate::doc::Doc;
use crate::source::{FileId, Span, Spanned};

/// One parsed schema file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// The file that was parsed.
    pub file: FileId,
    /// Its items, in source order.
    pub items: Vec<Item>,
}

/// One item at the top level of a schema file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `{ 'include': PATH }`.
    Include(Include),
    /// `{ 'pragma': { KEY: VALUE, ... } }`.
    Pragma(Spanned<Object>),
    /// A definition, with the documentation block in front of it.
    Definition {
        /// The expression.
        expr: Spanned<Object>,
        /// Its documentation.
        doc: Option<Doc>,
    },
    /// A free-form documentation block.
    Comment(Doc),
}

/// An `include` directive.
#[derive(Clone, Debug, PartialEq)]
pub struct Include {
    /// The path as written, relative to the including file.
    pub path: Spanned<SmolStr>,
    /// The whole expression.
    pub span: Span,
}

/// An object of the schema language; its keys are distinct and keep their order.
pub type Object = Vec<(Spanned<SmolStr>, Value)>;

/// A value of the schema language, a small subset of JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The value itself.
    pub kind: ValueKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of [`Value`].
#[derive(Clone, Debug, PartialEq)]
pub enum ValueKind {
    /// A string.
    String(SmolStr),
    /// `true` or `false`.
    Bool(bool),
    /// `null`, by the lenient rules: a key of a definition with that value is as one that is
    /// not there.
    Null,
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}
