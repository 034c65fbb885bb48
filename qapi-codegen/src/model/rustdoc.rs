//! The documentation of generated items, until it is printed.

use std::borrow::Cow;

use crate::prose;

/// The documentation of one item.
///
/// A schema's prose is kept as it is: turning it into Markdown takes longer than all other
/// decisions together, and what prints works on all processors.
#[derive(Debug, Default)]
pub(crate) struct Rustdoc(Vec<Paragraph>);

#[derive(Debug)]
enum Paragraph {
    /// Ours.
    Markdown(String),
    /// The schema's.
    Prose(String),
}

impl Rustdoc {
    pub(super) fn push(&mut self, markdown: String) {
        self.0.push(Paragraph::Markdown(markdown));
    }

    pub(super) fn push_prose(&mut self, text: impl Into<String>) {
        self.0.push(Paragraph::Prose(text.into()));
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut markdown = String::new();
        for paragraph in &self.0 {
            let text = match paragraph {
                Paragraph::Markdown(text) => Cow::Borrowed(text),
                Paragraph::Prose(text) => Cow::Owned(prose::to_markdown(text)),
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
        Rustdoc(vec![Paragraph::Markdown(markdown)])
    }
}

/// The documentation of all items.
#[derive(Debug, Default)]
pub(crate) struct Rustdocs(Vec<Rustdoc>);

/// Which of them it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RustdocId(pub(crate) usize);

impl Rustdocs {
    pub(crate) fn add(&mut self, docs: impl Into<Rustdoc>) -> RustdocId {
        self.0.push(docs.into());
        RustdocId(self.0.len() - 1)
    }

    /// Adds a paragraph to what is there.
    pub(super) fn append(&mut self, id: RustdocId, markdown: String) {
        if let Some(docs) = self.0.get_mut(id.0) {
            docs.push(markdown);
        }
    }

    pub(crate) fn get(&self, id: RustdocId) -> Option<&Rustdoc> {
        self.0.get(id.0)
    }
}
