//! The prose of a schema's documentation, as Markdown for rustdoc.
//!
//! QEMU writes its documentation in reStructuredText, older releases in a plainer style of their
//! own. Both are read here, and nobody's text is trusted: whatever it says, the Markdown gives no
//! rustdoc warning and no doctest.
//!
//! `line` cuts the text into lines, `block` finds paragraphs, lists and headings in them,
//! `directive` reads what is marked by dots, `code` takes examples as they are, `inline` turns the
//! text of one paragraph into Markdown, `writer` puts the result down with the indentation that
//! lists need. Each line and character is looked at a bounded number of times, and nothing
//! recurses.

mod address;
mod block;
mod code;
mod directive;
mod inline;
mod interpreted;
mod line;
mod since;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use self::since::without_since;

/// How a text mentions a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mention {
    /// `@name`: of a member, more often than not.
    At,
    /// A reference, `` `name` ``: to a definition, more often than not.
    Reference,
    /// A word like others, or a literal: perhaps no name at all.
    Word,
}

/// What the names in a text lead to.
pub(crate) trait Links {
    /// The path for rustdoc of what a name stands for; none where nobody has to look it up, or
    /// nobody can.
    fn target(&self, name: &str, mention: Mention) -> Option<String>;

    /// The address of a page of the manual that the text is from, by its path in the manual.
    fn page(&self, path: &str) -> Option<String>;
}

/// Names that lead nowhere.
struct Nowhere;

impl Links for Nowhere {
    fn target(&self, _: &str, _: Mention) -> Option<String> {
        None
    }

    fn page(&self, _: &str) -> Option<String> {
        None
    }
}

/// Whether a text is nothing but headings.
pub(crate) fn is_heading(text: &str) -> bool {
    let markdown = to_markdown(text, &Nowhere);
    let mut lines = markdown.lines().filter(|line| !line.is_empty());
    lines.all(|line| line.starts_with('#'))
}

/// The text of a documentation section as Markdown, without empty lines around it.
///
/// It may start with a list or a fence, so nothing can be put in front of it on its first line.
pub(crate) fn to_markdown(text: &str, links: &dyn Links) -> String {
    let text = line::plain_characters(text);
    block::convert(line::split(&text), links)
}
