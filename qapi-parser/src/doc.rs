//! Documentation blocks, parsed into their parts.
//!
//! See section "Documentation comments" of QEMU's `docs/devel/qapi-code-gen.rst`.

mod since;

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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

impl Doc {
    /// The text in front of every tagged section.
    pub fn body(&self) -> Option<&str> {
        match self.sections.first() {
            Some(section) if section.kind == SectionKind::Plain => Some(&section.text),
            _ => None,
        }
    }

    /// The description of a member, an enum value, a branch or an argument.
    pub fn member(&self, name: &str) -> Option<&str> {
        self.text_of(|kind| matches!(kind, SectionKind::Member(member) if member == name))
    }

    /// The description of a feature.
    pub fn feature(&self, name: &str) -> Option<&str> {
        self.text_of(|kind| matches!(kind, SectionKind::Feature(feature) if feature == name))
    }

    /// The text of `Returns:`.
    pub fn returns(&self) -> Option<&str> {
        self.text_of(|kind| *kind == SectionKind::Returns)
    }

    /// The text of `Errors:`.
    pub fn errors(&self) -> Option<&str> {
        self.text_of(|kind| *kind == SectionKind::Errors)
    }

    /// The text of `Since:`.
    pub fn since(&self) -> Option<&str> {
        self.text_of(|kind| *kind == SectionKind::Since)
    }

    /// The text of the first `TODO:`.
    pub fn todo(&self) -> Option<&str> {
        self.text_of(|kind| *kind == SectionKind::Todo)
    }

    fn text_of(&self, wanted: impl Fn(&SectionKind) -> bool) -> Option<&str> {
        self.sections
            .iter()
            .find(|section| wanted(&section.kind))
            .map(|section| section.text.as_str())
    }
}
