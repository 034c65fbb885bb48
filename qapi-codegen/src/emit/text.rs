//! Printed items.

use proc_macro2::TokenStream;

use crate::model::{RustdocId, Rustdocs};

/// Stands for documentation until it is printed, with its number behind it.
///
/// It would be copied, escaped and read again on its way through tokens.
pub(super) const DOC_MARK: char = '\u{1}';

/// The text of items, with a blank line between them.
///
/// An item is printed when it is added: tokens are many times as large as their text.
pub(super) struct Text<'m> {
    text: String,
    docs: &'m Rustdocs,
}

impl<'m> Text<'m> {
    pub(super) fn new(docs: &'m Rustdocs) -> Self {
        let text = String::new();
        Text { text, docs }
    }

    /// Adds an item.
    pub(super) fn push(&mut self, item: TokenStream) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let file = syn::parse2(item).expect("generated items are Rust");
        self.push_printed(&prettyplease::unparse(&file));
    }

    /// Adds an item that is text already.
    pub(super) fn push_text(&mut self, item: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(item);
    }

    /// Adds printed code, with its documentation in place of the marks.
    fn push_printed(&mut self, code: &str) {
        let mut parts = code.split(DOC_MARK);
        self.text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let end = part.find(|char: char| !char.is_ascii_digit());
            let (number, rest) = part.split_at(end.unwrap_or(part.len()));
            let id = number.parse().map(RustdocId);
            let docs = id.ok().and_then(|id| self.docs.to_markdown(id));
            self.push_docs(&docs.expect("the model has its documentation"));
            self.text.push_str(rest);
        }
    }

    /// Adds documentation behind the slashes of its first line.
    fn push_docs(&mut self, markdown: &str) {
        let line = self.text.rsplit('\n').next().unwrap_or_default();
        let start = format!("\n{line}");
        for (index, line) in markdown.lines().enumerate() {
            if index > 0 {
                self.text.push_str(&start);
            }
            let line = line.trim_end();
            if !line.is_empty() {
                self.text.push(' ');
                self.text.push_str(line);
            }
        }
    }

    /// Adds a module that stands inside the module of a file.
    pub(super) fn push_module(&mut self, ident: &str, docs: &str, items: &Text<'_>) {
        self.text
            .push_str(&format!("\n/// {docs}\npub(super) mod {ident} {{\n"));
        indent(&items.text, &mut self.text);
        self.text.push_str("}\n");
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }
}

impl Extend<TokenStream> for Text<'_> {
    fn extend<T: IntoIterator<Item = TokenStream>>(&mut self, items: T) {
        items.into_iter().for_each(|item| self.push(item));
    }
}

/// Adds printed code to a text, indented by one level; none of its literals spans lines.
pub(crate) fn indent(code: &str, text: &mut String) {
    text.reserve(code.len() + code.len() / 4);
    for line in code.split_inclusive('\n') {
        if line != "\n" {
            text.push_str("    ");
        }
        text.push_str(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::docs;
    use quote::quote;

    #[test]
    fn documentation_is_printed_line_by_line() {
        let mut table = Rustdocs::default();
        let outer = docs(table.add("A disk. \n\n- /// of it".to_owned()));
        let inner = docs(table.add("Its \"file\".\n    indented".to_owned()));
        let mut text = Text::new(&table);
        text.push(quote!(#outer pub struct Disk { #inner pub file: String }));
        text.push(quote!(
            pub struct Empty;
        ));
        let expected = "\
/// A disk.
///
/// - /// of it
pub struct Disk {
    /// Its \"file\".
    ///     indented
    pub file: String,
}

pub struct Empty;
";
        assert_eq!(text.into_string(), expected);
    }

    #[test]
    fn a_module_is_indented() {
        let docs = Rustdocs::default();
        let mut items = Text::new(&docs);
        items.push(quote!(
            pub enum Enum {
                A,
                B,
            }
        ));
        let mut text = Text::new(&docs);
        text.push_module("inner", "What is inside.", &items);
        let expected = "
/// What is inside.
pub(super) mod inner {
    pub enum Enum {
        A,
        B,
    }
}
";
        assert_eq!(text.into_string(), expected);
    }
}
