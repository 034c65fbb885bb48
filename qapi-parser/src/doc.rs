//! Documentation blocks, parsed into their parts.
//!
//! See section "Documentation comments" of QEMU's `docs/devel/qapi-code-gen.rst`.

use crate::source::{Span, Spanned};

/// A documentation block: of a definition when it has a symbol, else free-form.
#[derive(Clone, Debug, PartialEq)]
pub struct Doc {
    /// The whole block, from the opening `##` to the closing one.
    pub span: Span,
    /// The name after `@` in the block's first line.
    pub symbol: Option<Spanned<String>>,
    /// The sections, in source order.
    pub sections: Vec<Section>,
}

/// One section of a [`Doc`].
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What the section is.
    pub kind: SectionKind,
    /// Its text: the lines without comment marks and common indentation.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of [`Section`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// Text without a tag.
    Plain,
    /// `@NAME:` of a member, an enum value, a branch or an argument.
    Member(String),
    /// `@NAME:` below `Features:`.
    Feature(String),
    /// `Returns:`
    Returns,
    /// `Errors:`
    Errors,
    /// `Since:`
    Since,
    /// `TODO:`
    Todo,
}
