//! The documentation of generated items, until it is printed.

use std::borrow::Cow;

use qapi_parser::SmolStr;

use super::links::Links;
use crate::prose;

/// The documentation of one item.
///
/// A schema's prose is kept as it is: turning it into Markdown takes longer than all other
/// decisions together, and what prints works on all processors.
#[derive(Debug, Default)]
pub(crate) struct Rustdoc {
    /// The name of the definition that it is about, or about a part of; empty where there is none.
    of: SmolStr,
    paragraphs: Vec<Paragraph>,
}

#[derive(Debug)]
enum Paragraph {
    /// Ours.
    Markdown(String),
    /// The schema's.
    Prose(String),
}

impl Rustdoc {
    /// Nothing yet, about the definition of this name, or a part of it.
    pub(super) fn about(definition: &SmolStr) -> Self {
        Rustdoc {
            of: definition.clone(),
            paragraphs: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, markdown: String) {
        self.paragraphs.push(Paragraph::Markdown(markdown));
    }

    pub(super) fn push_prose(&mut self, text: impl Into<String>) {
        self.paragraphs.push(Paragraph::Prose(text.into()));
    }

    /// Adds what another one says.
    pub(super) fn append(&mut self, other: Rustdoc) {
        self.paragraphs.extend(other.paragraphs);
    }

    fn to_markdown(&self, links: &Links) -> String {
        let links = links.from(&self.of);
        let mut markdown = String::new();
        for paragraph in &self.paragraphs {
            let text = match paragraph {
                Paragraph::Markdown(text) => Cow::Borrowed(text),
                Paragraph::Prose(text) => Cow::Owned(prose::to_markdown(text, &links)),
            };
            if !markdown.is_empty() && !text.is_empty() {
                markdown.push_str("\n\n");
            }
            markdown.push_str(&text);
        }
        markdown
    }
}

impl Extend<String> for Rustdoc {
    fn extend<T: IntoIterator<Item = String>>(&mut self, paragraphs: T) {
        paragraphs.into_iter().for_each(|it| self.push(it));
    }
}

impl From<String> for Rustdoc {
    fn from(markdown: String) -> Self {
        Rustdoc {
            of: SmolStr::default(),
            paragraphs: vec![Paragraph::Markdown(markdown)],
        }
    }
}

/// The documentation of all items.
#[derive(Debug, Default)]
pub(crate) struct Rustdocs {
    docs: Vec<Rustdoc>,
    links: Links,
}

/// Which of them it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RustdocId(pub(crate) usize);

impl Rustdocs {
    pub(crate) fn add(&mut self, docs: impl Into<Rustdoc>) -> RustdocId {
        self.docs.push(docs.into());
        RustdocId(self.docs.len() - 1)
    }

    /// Adds a paragraph to what is there.
    pub(super) fn append(&mut self, id: RustdocId, markdown: String) {
        if let Some(docs) = self.docs.get_mut(id.0) {
            docs.push(markdown);
        }
    }

    /// What the names in a schema's prose lead to.
    pub(super) fn set_links(&mut self, links: Links) {
        self.links = links;
    }

    pub(crate) fn to_markdown(&self, id: RustdocId) -> Option<String> {
        let docs = self.docs.get(id.0)?;
        Some(docs.to_markdown(&self.links))
    }
}
