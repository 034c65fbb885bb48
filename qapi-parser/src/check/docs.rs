//! The documentation of a definition's parts.

use std::collections::HashMap;

use crate::doc::{Doc, Section, SectionKind};
use crate::schema::Version;

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

fn describe(section: Option<&Section>) -> Description {
    match section {
        Some(section) => (Some(section.text.clone()), section.introduced()),
        None => (None, None),
    }
}
