//! Alternates.

use proc_macro2::TokenStream;
use quote::quote;

use super::union::{payload_type, wrap};
use super::{Scope, Serde, attributes, ident};
use crate::model::{Alternate, Alternative, JsonType};

/// Prints an alternate.
pub(super) fn emit(
    alternate: &Alternate,
    scope: &Scope,
    items: &mut Vec<TokenStream>,
    serde: &mut Serde,
) {
    let name = ident(&alternate.item.ident);
    let outer = attributes(&alternate.item);
    let expected = &alternate.expected;
    let mut declared = Vec::new();
    let mut write = Vec::new();
    let mut read = Vec::new();
    for alternative in &alternate.alternatives {
        let attributes = attributes(&alternative.item);
        let variant = ident(&alternative.item.ident);
        if alternative.json == JsonType::Null {
            declared.push(quote!(#attributes #variant));
            write.push(quote!(Self::#variant => serializer.serialize_unit(),));
        } else {
            let ty = payload_type(&alternative.payload, scope);
            declared.push(quote!(#attributes #variant(#ty)));
            write.push(
                quote!(Self::#variant(value) => codec::Serialize::serialize(value, serializer),),
            );
        }
        read.push(reader(alternative));
    }
    items.push(quote! {
        #outer
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#declared,)*
        }
    });
    items.push(quote! {
        impl codec::Alternate for #name {
            const EXPECTED: &'static str = #expected;

            fn write<S: codec::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #(#write)*
                }
            }

            #(#read)*
        }
    });
    let conversions = alternate
        .alternatives
        .iter()
        .flat_map(|each| conversions(alternate, each, scope));
    items.extend(conversions);
    serde.alternates.push(quote!(#name));
}

/// The method that makes the alternative of a value of its JSON type.
fn reader(alternative: &Alternative) -> TokenStream {
    let variant = ident(&alternative.item.ident);
    match alternative.json {
        JsonType::Null => quote! {
            fn from_null<E: codec::Error>() -> Result<Self, E> {
                Ok(Self::#variant)
            }
        },
        JsonType::Bool => quote! {
            fn from_bool<E: codec::Error>(value: bool) -> Result<Self, E> {
                Ok(Self::#variant(value))
            }
        },
        JsonType::Integer => quote! {
            fn from_integer<E: codec::Error>(value: codec::Integer) -> Result<Self, E> {
                value.to().map(Self::#variant)
            }
        },
        JsonType::Number => quote! {
            fn from_integer<E: codec::Error>(value: codec::Integer) -> Result<Self, E> {
                Ok(Self::#variant(value.to_number()))
            }

            fn from_number<E: codec::Error>(value: f64) -> Result<Self, E> {
                Ok(Self::#variant(value))
            }
        },
        JsonType::String => quote! {
            fn from_string<E: codec::Error>(value: &str) -> Result<Self, E> {
                Ok(Self::#variant(value.to_owned()))
            }
        },
        JsonType::Enum => quote! {
            fn from_string<E: codec::Error>(value: &str) -> Result<Self, E> {
                Ok(Self::#variant(value.into()))
            }
        },
        JsonType::Array => {
            let wrap = wrap(&alternative.payload, &variant);
            quote! {
                fn from_array<'de, A: codec::SeqAccess<'de>>(
                    elements: A,
                ) -> Result<Self, A::Error> {
                    codec::read_array(elements).map(#wrap)
                }
            }
        }
        JsonType::Object => {
            let wrap = wrap(&alternative.payload, &variant);
            quote! {
                fn from_object<'de, A: codec::MapAccess<'de>>(
                    members: A,
                ) -> Result<Self, A::Error> {
                    codec::read_members(members).map(#wrap)
                }
            }
        }
    }
}

/// `From` for an alternative's type, so that setters take it as it is.
fn conversions(
    alternate: &Alternate,
    alternative: &Alternative,
    scope: &Scope,
) -> Vec<TokenStream> {
    let name = ident(&alternate.item.ident);
    let variant = ident(&alternative.item.ident);
    let ty = scope.ty(&alternative.payload.ty);
    let convert = |from: TokenStream, value: TokenStream| {
        quote! {
            impl From<#from> for #name {
                fn from(value: #from) -> Self {
                    Self::#variant(#value)
                }
            }
        }
    };
    match alternative.json {
        JsonType::Null => Vec::new(),
        JsonType::String => vec![
            convert(quote!(&str), quote!(value.to_owned())),
            convert(ty, quote!(value)),
        ],
        JsonType::Enum => vec![
            convert(quote!(&str), quote!(value.into())),
            convert(ty, quote!(value)),
        ],
        JsonType::Bool
        | JsonType::Integer
        | JsonType::Number
        | JsonType::Array
        | JsonType::Object => {
            let value = if alternative.payload.boxed {
                quote!(Box::new(value))
            } else {
                quote!(value)
            };
            vec![convert(ty, value)]
        }
    }
}
