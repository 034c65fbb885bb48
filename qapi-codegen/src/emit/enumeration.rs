//! Enumerations.

use quote::quote;

use super::{Kinds, Text, attributes, ident};
use crate::model::Enum;
use crate::name::UNKNOWN;

/// Prints an enumeration.
pub(super) fn emit(ty: &Enum, items: &mut Text<'_>, kinds: &mut Kinds) {
    let name = ident(&ty.item.ident);
    let outer = attributes(&ty.item);
    let unknown = ident(UNKNOWN);
    let inner = ty.values.iter().map(attributes);
    let variants: Vec<_> = ty.values.iter().map(|value| ident(&value.ident)).collect();
    let wires: Vec<_> = ty.values.iter().map(|value| &value.wire).collect();
    items.push(quote! {
        #outer
        #[non_exhaustive]
        pub enum #name {
            #(#inner #variants,)*
            /// A value that the schema does not have: what a newer QEMU sent.
            #unknown(Box<str>),
        }
    });
    let known = (!ty.values.is_empty()).then(|| quote!(_ => None,));
    items.push(quote! {
        impl codec::Enumeration for #name {
            const VALUES: &'static [(&'static str, Self)] = &[
                #((#wires, Self::#variants)),*
            ];

            #[inline]
            fn unknown(value: Box<str>) -> Self {
                Self::#unknown(value)
            }

            #[inline]
            fn as_unknown(&self) -> Option<&str> {
                match self {
                    Self::#unknown(value) => Some(value),
                    #known
                }
            }
        }
    });
    kinds.enumerations.push(quote!(#name));
}
