//! What brings everything in reach of the schema's own module.

use proc_macro2::Ident;
use quote::quote;

use super::{ident, print};
use crate::model::{Model, Module};
use crate::name::SETS;

/// Prints the re-exports: the types, the modules `commands` and `events`, and the enums over
/// both.
pub(super) fn emit(model: &Model) -> String {
    let types = idents(model, |module| !module.types.is_empty());
    let commands = idents(model, |module| !module.commands.is_empty());
    let events = idents(model, |module| !module.events.is_empty());
    let mut items = Vec::new();
    // A program need not use everything.
    let allowed = quote!(#[allow(unused_imports, unreachable_pub)]);
    if !types.is_empty() {
        items.push(quote!(#allowed pub use self::{#(#types::*),*};));
    }
    let sets = ident(SETS);
    let mut all = Vec::new();
    if !commands.is_empty() {
        all.push(quote!(Command));
        items.push(quote! {
            /// The commands: types that hold their arguments.
            #allowed
            pub mod commands {
                pub use super::{#(#commands::commands::*),*};
            }
        });
    }
    if !events.is_empty() {
        all.push(quote!(Event));
        items.push(quote! {
            /// The events: types that hold their data.
            #allowed
            pub mod events {
                pub use super::{#(#events::events::*),*};
            }
        });
    }
    if !all.is_empty() {
        items.push(quote!(#allowed pub use self::#sets::{#(#all),*};));
    }
    print(items)
}

fn idents(model: &Model, has: impl Fn(&Module) -> bool) -> Vec<Ident> {
    let modules = model.modules.iter().filter(|module| has(module));
    modules.map(|module| ident(&module.ident)).collect()
}
