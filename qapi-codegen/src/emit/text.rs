//! Printed items.

use proc_macro2::TokenStream;

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
        self.0.push_str(&prettyplease::unparse(&file));
    }

    /// Adds a module that stands inside the module of a file.
    pub(super) fn push_module(&mut self, ident: &str, docs: &str, items: &Text) {
        let body = indent(&items.0);
        self.0.push_str(&format!(
            "\n/// {docs}\npub(super) mod {ident} {{\n{body}}}\n"
        ));
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

/// Indents printed code by one level; none of its literals spans lines.
pub(crate) fn indent(text: &str) -> String {
    let mut indented = String::with_capacity(text.len() + text.len() / 8);
    for line in text.lines() {
        if !line.is_empty() {
            indented.push_str("    ");
            indented.push_str(line);
        }
        indented.push('\n');
    }
    indented
}
