//! The documentation of a definition's parts.

use std::sync::Arc;

use smol_str::SmolStr;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, short};
use crate::doc::{Doc, Section, SectionKind, since};
use crate::schema::Version;
use crate::small_map::SmallMap;
use crate::source::{Span, Spanned};
use crate::syntax::Object;

/// The descriptions of a block by name. Where a name is described twice, the first counts.
#[derive(Default)]
pub(super) struct Docs<'a> {
    members: SmallMap<&'a str, &'a Section>,
    features: SmallMap<&'a str, &'a Section>,
}

/// The description of one part, and the release that it states.
pub(super) type Description = (Option<Arc<str>>, Option<Version>);

impl<'a> Docs<'a> {
    pub(super) fn new(doc: Option<&'a Doc>) -> Self {
        let mut docs = Docs::default();
        for section in doc.into_iter().flat_map(|doc| &doc.sections) {
            let (parts, name) = match &section.kind {
                SectionKind::Member(name) => (&mut docs.members, name),
                SectionKind::Feature(name) => (&mut docs.features, name),
                _ => continue,
            };
            parts.add(name, section);
        }
        docs
    }

    pub(super) fn member(&self, name: &str) -> Description {
        describe(self.members.get(&name).copied())
    }

    pub(super) fn feature(&self, name: &str) -> Description {
        describe(self.features.get(&name).copied())
    }
}

impl Checker<'_> {
    /// Checks that the block in front of a definition is there, and is about it.
    pub(super) fn documentation(
        &mut self,
        doc: Option<&Doc>,
        meta: &str,
        name: &Spanned<SmolStr>,
        expr: &Object,
    ) {
        let Some(doc) = doc else {
            if self.rules.pragmas.doc_required && !self.is_lenient() && !self.any_name {
                let message = "documentation comment required";
                let help = "pragma 'doc-required' asks for a block '##' in front of it";
                self.push(Diagnostic::new(Code::MissingDoc, name.span, message).with_help(help));
            }
            return;
        };
        if let Some(symbol) = &doc.symbol
            && symbol.value != name.value
        {
            let message = format!("documentation comment is for '{}'", short(&symbol.value));
            let error = Diagnostic::new(Code::MisplacedDoc, name.span, message)
                .with_label(symbol.span, "this is the documentation in front of it");
            self.push(error);
            return;
        }
        // What is a section for one release is text for another.
        if self.is_lenient() {
            return;
        }
        let is_command = meta == "command";
        let returns = is_command && expr.iter().any(|(key, _)| key.value == "returns");
        if let Some(section) = doc.returns()
            && !returns
        {
            self.misplaced_section(section, is_command);
        }
        if let Some(section) = doc.errors()
            && !is_command
        {
            self.misplaced_section(section, false);
        }
    }

    /// Reports a section that is about commands only, or about what a command does not have. QEMU's
    /// frontend does so at the section.
    fn misplaced_section(&mut self, section: &Section, in_command: bool) {
        let tag = section.kind.tag();
        let message = match in_command {
            true => format!("'{tag}' section, but command doesn't return anything"),
            false => format!("'{tag}' section is only valid for commands"),
        };
        let place = Span {
            end: section.span.start + tag.len() as u32,
            ..section.span
        };
        let mut error = Diagnostic::new(Code::MisplacedSection, place, message);
        error.context = self.context();
        self.errors.push(error);
    }
}

fn describe(section: Option<&Section>) -> Description {
    match section {
        Some(section) => {
            let text = section.text();
            let since = since::stated(&text);
            (Some(text.into()), since)
        }
        None => (None, None),
    }
}
