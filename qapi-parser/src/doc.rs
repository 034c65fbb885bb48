//! Documentation blocks, parsed into their parts.
//!
//! See section "Documentation comments" of QEMU's `docs/devel/qapi-code-gen.rst`.

pub(crate) mod since;

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::lex::is_space;
use crate::source::{Span, Spanned};

/// A documentation block: of a definition when it has a symbol, else free-form.
#[derive(Clone, Debug, PartialEq)]
pub struct Doc {
    /// The whole block, from the opening `##` to the closing one.
    pub span: Span,
    /// The name after `@` in the block's first line.
    pub symbol: Option<Spanned<SmolStr>>,
    /// The sections, in source order.
    pub sections: Vec<Section>,
}

/// One section of a [`Doc`].
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What the section is.
    pub kind: SectionKind,
    /// Its lines as they are, without the comment marks and the section's tag, and without empty
    /// lines around them: the text that QEMU's frontend keeps. [`text`](Self::text) is better
    /// to read.
    pub raw: String,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of [`Section`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// Text without a tag.
    Plain,
    /// `@NAME:` of a member, an enum value, a branch or an argument.
    Member(SmolStr),
    /// `@NAME:` below `Features:`.
    Feature(SmolStr),
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
    pub fn body(&self) -> Option<&Section> {
        let first = self.sections.first();
        first.filter(|section| section.kind == SectionKind::Plain)
    }

    /// The description of a member, an enum value, a branch or an argument.
    pub fn member(&self, name: &str) -> Option<&Section> {
        self.find(|kind| matches!(kind, SectionKind::Member(member) if member == name))
    }

    /// The description of a feature.
    pub fn feature(&self, name: &str) -> Option<&Section> {
        self.find(|kind| matches!(kind, SectionKind::Feature(feature) if feature == name))
    }

    /// `Returns:`
    pub fn returns(&self) -> Option<&Section> {
        self.find(|kind| *kind == SectionKind::Returns)
    }

    /// `Errors:`
    pub fn errors(&self) -> Option<&Section> {
        self.find(|kind| *kind == SectionKind::Errors)
    }

    /// `Since:`
    pub fn since(&self) -> Option<&Section> {
        self.find(|kind| *kind == SectionKind::Since)
    }

    /// The first `TODO:`.
    pub fn todo(&self) -> Option<&Section> {
        self.find(|kind| *kind == SectionKind::Todo)
    }

    fn find(&self, wanted: impl Fn(&SectionKind) -> bool) -> Option<&Section> {
        self.sections.iter().find(|section| wanted(&section.kind))
    }
}

impl Section {
    /// Its text, without the indentation that its lines have in common.
    pub fn text(&self) -> Cow<'_, str> {
        let lines = || self.raw.split('\n');
        // A line that stands behind the section's tag has no indentation of its own.
        let first = lines().next().unwrap_or("");
        let behind_tag = self.kind != SectionKind::Plain && indentation(first) == 0;
        let indented = lines().skip(usize::from(behind_tag));
        let filled = indented.filter(|line| !line.is_empty());
        let common = filled.map(indentation).min().unwrap_or(0);
        if common == 0 {
            return self.raw.as_str().into();
        }
        let mut text = String::with_capacity(self.raw.len());
        for (index, line) in lines().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            let start = line.char_indices().nth(common);
            text.push_str(match start {
                _ if index == 0 && behind_tag => line,
                Some((start, _)) => line.get(start..).unwrap_or(""),
                None => "",
            });
        }
        text.into()
    }
}

impl SectionKind {
    /// The name that the section is about.
    pub fn name(&self) -> Option<&str> {
        match self {
            SectionKind::Member(name) | SectionKind::Feature(name) => Some(name),
            _ => None,
        }
    }

    /// How a section of the kind starts, without the colon; empty for plain text.
    pub(crate) fn tag(&self) -> Cow<'static, str> {
        match self {
            SectionKind::Plain => "".into(),
            SectionKind::Member(name) | SectionKind::Feature(name) => format!("@{name}").into(),
            SectionKind::Returns => "Returns".into(),
            SectionKind::Errors => "Errors".into(),
            SectionKind::Since => "Since".into(),
            SectionKind::Todo => "TODO".into(),
        }
    }
}

/// How many characters of white space a line starts with.
pub(crate) fn indentation(line: &str) -> usize {
    line.chars().take_while(|&char| is_space(char)).count()
}
