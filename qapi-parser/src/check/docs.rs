//! The documentation of a definition's parts.

use std::collections::HashMap;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::doc::{Doc, Section, SectionKind};
use crate::schema::Version;
use crate::source::Spanned;

/// The descriptions of a block by name. Where a name is described twice, the first counts.
#[derive(Default)]
pub(super) struct Docs<'a> {
    members: HashMap<&'a str, &'a Section>,
    features: HashMap<&'a str, &'a Section>,
}

/// The description of one part, and the release that it states.
pub(super) type Description = (Option<String>, Option<Version>);

impl<'a> Docs<'a> {
    pub(super) fn new(doc: Option<&'a Doc>) -> Self {
        let mut docs = Docs::default();
        for section in doc.into_iter().flat_map(|doc| &doc.sections) {
            let (parts, name) = match &section.kind {
                SectionKind::Member(name) => (&mut docs.members, name),
                SectionKind::Feature(name) => (&mut docs.features, name),
                _ => continue,
            };
            parts.entry(name).or_insert(section);
        }
        docs
    }

    pub(super) fn member(&self, name: &str) -> Description {
        describe(self.members.get(name).copied())
    }

    pub(super) fn feature(&self, name: &str) -> Description {
        describe(self.features.get(name).copied())
    }
}

impl Checker<'_> {
    /// Checks that the block in front of a definition is there, and is about it.
    pub(super) fn documentation(&mut self, doc: Option<&Doc>, name: &Spanned<String>) {
        let Some(doc) = doc else {
            if self.rules.pragmas.doc_required && !self.is_lenient() {
                let message = "documentation comment required";
                let help = "pragma 'doc-required' asks for a block '##' in front of it";
                self.push(Diagnostic::new(Code::MissingDoc, name.span, message).with_help(help));
            }
            return;
        };
        if let Some(symbol) = &doc.symbol
            && symbol.value != name.value
        {
            let message = format!("documentation comment is for '{}'", symbol.value);
            let error = Diagnostic::new(Code::MisplacedDoc, name.span, message)
                .with_label(symbol.span, "this is the documentation in front of it");
            self.push(error);
        }
    }
}

fn describe(section: Option<&Section>) -> Description {
    match section {
        Some(section) => (Some(section.text.clone()), section.introduced()),
        None => (None, None),
    }
}
