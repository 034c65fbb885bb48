//! Enumerations.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Serde, attributes, ident};
use crate::model::Enum;
use crate::name::UNKNOWN;

/// Prints an enumeration.
pub(super) fn emit(ty: &Enum, items: &mut Vec<TokenStream>, serde: &mut Serde) {
    let name = ident(&ty.item.ident);
    let outer = attributes(&ty.item);
    let unknown = ident(UNKNOWN);
    let inner = ty.values.iter().map(attributes);
    let variants: Vec<_> = ty.values.iter().map(|value| ident(&value.ident)).collect();
    let wires: Vec<_> = ty.values.iter().map(|value| &value.wire).collect();
    items.push(quote! {
        #outer
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#inner #variants,)*
            /// A value that the schema does not have: what a newer QEMU sent.
            #unknown(Box<str>),
        }
    });
    let from_wire = if ty.values.is_empty() {
        quote!(Self::#unknown(value.into()))
    } else {
        quote! {
            match value {
                #(#wires => Self::#variants,)*
                _ => Self::#unknown(value.into()),
            }
        }
    };
    items.push(quote! {
        impl codec::Enumeration for #name {
            fn from_wire(value: &str) -> Self {
                #from_wire
            }

            fn to_wire(&self) -> &str {
                match self {
                    #(Self::#variants => #wires,)*
                    Self::#unknown(value) => value,
                }
            }
        }
    });
    serde.enumerations.push(quote!(#name));
}
