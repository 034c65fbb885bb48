//! What brings everything in reach of the schema's own module.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Text, ident, tokens};
use crate::model::{Exports, Model, Module, Replaced};
use crate::name::SETS;

/// Prints the re-exports: the types, the modules `commands` and `events`, and the enums over
/// both.
pub(super) fn emit(model: &Model) -> String {
    // A program need not use everything.
    let allowed = quote!(#[allow(unused_imports, unreachable_pub)]);
    let types = idents(model, |module| !module.types.is_empty());
    let mut items = Text::new(&model.docs);
    if !types.is_empty() {
        items.push(quote!(#allowed pub use self::{#(#types::*),*};));
    }
    let others = externs(model, None, |exports| &exports.types);
    items.extend(others.map(|others| quote!(#allowed #others)));
    let replaced = model.replaced.iter().map(|Replaced { path, renamed }| {
        let path = tokens(path);
        let renamed = renamed.as_ref().map(|name| ident(name));
        let renamed = renamed.map(|name| quote!(as #name));
        quote!(#allowed pub use #path #renamed;)
    });
    items.extend(replaced);
    let mut all = Vec::new();
    if !model.commands.is_empty() {
        let own = idents(model, |module| !module.commands.is_empty());
        let commands = messages(model, "commands", &own, |exports| &exports.commands);
        items.push(quote! {
            /// The commands: types that hold their arguments.
            #allowed
            #commands
        });
        all.push(ident(&model.command_set));
    }
    if !model.events.is_empty() {
        let own = idents(model, |module| !module.events.is_empty());
        let events = messages(model, "events", &own, |exports| &exports.events);
        items.push(quote! {
            /// The events: types that hold their data.
            #allowed
            #events
        });
        all.push(ident(&model.event_set));
    }
    if !all.is_empty() {
        let sets = ident(SETS);
        items.push(quote!(#allowed pub use self::#sets::{#(#all),*};));
    }
    items.into_string()
}

/// Prints the constant that has the text of the file at `path`.
pub(crate) fn descriptor(path: &str) -> String {
    format!(
        "
/// What was generated, as data: JSON in the form of the answer to `query-qmp-schema`, which tells
/// more than a server does.
#[allow(dead_code, unreachable_pub)]
pub const DESCRIPTOR: &str = include_str!({path:?});
"
    )
}

/// The module `name`, with what the modules `own` and others have in their modules of that name.
fn messages(
    model: &Model,
    name: &str,
    own: &[Ident],
    of: fn(&Exports) -> &BTreeSet<String>,
) -> TokenStream {
    let others = externs(model, Some(name), of);
    let name = ident(name);
    let own = (!own.is_empty()).then(|| quote!(pub use super::{#(#own::#name::*),*};));
    quote! {
        pub mod #name {
            #own
            #(#others)*
        }
    }
}

fn idents(model: &Model, has: impl Fn(&Module) -> bool) -> Vec<Ident> {
    let modules = model.modules.iter().filter(|module| has(module));
    modules.map(|module| ident(&module.ident)).collect()
}

/// What is taken from other modules, or from modules inside of them.
fn externs(
    model: &Model,
    inside: Option<&str>,
    of: fn(&Exports) -> &BTreeSet<String>,
) -> impl Iterator<Item = TokenStream> {
    let inside = inside.map(ident).map(|name| quote!(::#name));
    let externs = model
        .externs
        .iter()
        .filter(move |(_, it)| !of(it).is_empty());
    externs.map(move |(path, exports)| {
        let path = tokens(path);
        let idents = of(exports).iter().map(|name| ident(name));
        quote! {
            // Unlike a glob, a list names what is deprecated.
            #[allow(deprecated)]
            pub use #path #inside::{#(#idents),*};
        }
    })
}
