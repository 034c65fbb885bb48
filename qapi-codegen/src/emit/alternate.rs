//! Alternates.

use proc_macro2::TokenStream;
use quote::quote;

use super::union::payload_type;
use super::{Kinds, Scope, Text, attributes, ident};
use crate::model::{Alternate, Alternative, JsonType};

/// Prints an alternate.
pub(super) fn emit(alternate: &Alternate, scope: &Scope, items: &mut Text<'_>, kinds: &mut Kinds) {
    let name = ident(&alternate.item.ident);
    let outer = attributes(&alternate.item);
    let expected = &alternate.expected;
    let mut declared = Vec::new();
    let mut chosen = Vec::new();
    let mut held = Vec::new();
    let mut held_mut = Vec::new();
    for alternative in &alternate.alternatives {
        let attributes = attributes(&alternative.item);
        let variant = ident(&alternative.item.ident);
        let taken = kinds_taken(alternative.json);
        if alternative.json == JsonType::Null {
            declared.push(quote!(#attributes #variant));
            chosen.push(quote!(#taken => Self::#variant,));
            held.push(quote!(Self::#variant => return None,));
            held_mut.push(quote!(Self::#variant => return None,));
        } else {
            let ty = payload_type(&alternative.payload, scope);
            declared.push(quote!(#attributes #variant(#ty)));
            chosen.push(quote!(#taken => Self::#variant(codec::Decode::blank()),));
            held.push(quote!(Self::#variant(value) => value,));
            held_mut.push(quote!(Self::#variant(value) => value,));
        }
    }
    let blank = blank(alternate);
    items.push(quote! {
        #outer
        #[non_exhaustive]
        pub enum #name {
            #(#declared,)*
        }
    });
    items.push(quote! {
        impl codec::Alternate for #name {
            const EXPECTED: &'static str = #expected;

            #[inline]
            fn blank() -> Self {
                #blank
            }

            #[inline]
            fn choose(kind: codec::Kind) -> Option<Self> {
                Some(match kind {
                    #(#chosen)*
                    _ => return None,
                })
            }

            #[inline]
            fn value_mut(&mut self) -> Option<&mut dyn codec::Decode> {
                Some(match self {
                    #(#held_mut)*
                })
            }

            #[inline]
            fn value(&self) -> Option<&dyn codec::Encode> {
                Some(match self {
                    #(#held)*
                })
            }
        }
    });
    let conversions = alternate
        .alternatives
        .iter()
        .flat_map(|each| conversions(alternate, each, scope));
    items.extend(conversions);
    kinds.alternates.push(quote!(#name));
}

/// A value to read into: not an object if there is another, which would have to be filled, and
/// might contain the alternate.
fn blank(alternate: &Alternate) -> TokenStream {
    let mut all = alternate.alternatives.iter();
    let plain = all.find(|it| it.json != JsonType::Object);
    let chosen = plain.or_else(|| alternate.alternatives.first());
    chosen.map_or_else(TokenStream::new, |it| {
        let variant = ident(&it.item.ident);
        match it.json {
            JsonType::Null => quote!(Self::#variant),
            _ => quote!(Self::#variant(codec::Decode::blank())),
        }
    })
}

/// The kinds of values that an alternative takes.
fn kinds_taken(json: JsonType) -> TokenStream {
    match json {
        JsonType::Null => quote!(codec::Kind::Null),
        JsonType::Bool => quote!(codec::Kind::Bool),
        JsonType::Integer => quote!(codec::Kind::Integer),
        JsonType::Number => quote!(codec::Kind::Integer | codec::Kind::Number),
        JsonType::String | JsonType::Enum => quote!(codec::Kind::String),
        JsonType::Array => quote!(codec::Kind::Array),
        JsonType::Object => quote!(codec::Kind::Object),
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
                #[inline]
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
