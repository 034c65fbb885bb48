//! Printed items.

use proc_macro2::TokenStream;

/// Stands between the lines of documentation until it is printed.
pub(super) const DOC_BREAK: char = '\u{1}';

/// The text of items, with a blank line between them.
///
/// An item is printed when it is added: tokens are many times as large as their text.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    /// Adds an item.
    pub(super) fn push(&mut self, item: TokenStream) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        let file = syn::parse2(item).expect("generated items are Rust");
        self.push_printed(&prettyplease::unparse(&file));
    }

    /// Adds printed code, and breaks its documentation into lines.
    fn push_printed(&mut self, code: &str) {
        for (index, part) in code.split(DOC_BREAK).enumerate() {
            if index > 0 {
                let line = self.0.rsplit('\n').next().unwrap_or_default();
                let indent = line.len() - line.trim_start().len();
                self.0.push_str(&format!("\n{:indent$}///", ""));
            }
            self.0.push_str(part);
        }
    }

    /// Adds a module that stands inside the module of a file.
    pub(super) fn push_module(&mut self, ident: &str, docs: &str, items: &Text) {
        self.0
            .push_str(&format!("\n/// {docs}\npub(super) mod {ident} {{\n"));
        indent(&items.0, &mut self.0);
        self.0.push_str("}\n");
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

impl Extend<TokenStream> for Text {
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
        let (outer, inner) = (
            docs("A disk. \n\n- /// of it"),
            docs("Its \"file\".\n    indented"),
        );
        let mut text = Text::default();
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
        let mut items = Text::default();
        items.push(quote!(
            pub enum Enum {
                A,
                B,
            }
        ));
        let mut text = Text::default();
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
