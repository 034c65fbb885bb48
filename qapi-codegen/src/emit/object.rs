//! Structs, and the arguments of commands and the data of events.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Kinds, Scope, Text, attributes, codec, ident};
use crate::model::{Field, RustType, Struct};

/// Prints a struct.
pub(super) fn emit(object: &Struct, scope: &Scope, items: &mut Text<'_>, kinds: &mut Kinds) {
    let name = ident(&object.item.ident);
    items.push(declaration(object, scope));
    items.push(methods(object, scope));
    items.extend(object.wraps.as_ref().map(|ty| {
        let ty = scope.ty(ty);
        quote! {
            impl From<#ty> for #name {
                #[inline]
                fn from(data: #ty) -> Self {
                    Self::new(data)
                }
            }
        }
    }));
    items.push_text(&codec::emit(object, scope));
    kinds.objects.push(quote!(#name));
}

fn declaration(object: &Struct, scope: &Scope) -> TokenStream {
    let name = ident(&object.item.ident);
    let attributes = attributes(&object.item);
    let body = if object.unit {
        quote!(;)
    } else {
        let tag = object.tag.as_ref().map(|tag| {
            let attributes = super::attributes(&tag.item);
            let field = ident(&tag.item.ident);
            let branches = ident(&tag.branches);
            quote!(#attributes pub #field: #branches,)
        });
        let fields = object.fields.iter().map(|field| {
            let attributes = super::attributes(&field.item);
            let name = ident(&field.item.ident);
            let ty = field_type(field, scope);
            quote!(#attributes pub #name: #ty,)
        });
        let extra = object.extra.then(|| {
            quote! {
                /// Members that the schema does not list.
                pub extra: serde_json::Map<String, serde_json::Value>,
            }
        });
        quote!({ #tag #(#fields)* #extra })
    };
    quote! {
        #attributes
        #[non_exhaustive]
        pub struct #name #body
    }
}

fn field_type(field: &Field, scope: &Scope) -> TokenStream {
    let mut ty = scope.ty(&field.ty);
    if field.boxed {
        ty = quote!(Box<#ty>);
    }
    if field.optional {
        ty = quote!(Option<#ty>);
    }
    ty
}

/// `new`, and the setters.
fn methods(object: &Struct, scope: &Scope) -> TokenStream {
    let name = ident(&object.item.ident);
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    let mut setters = Vec::new();
    if let Some(tag) = &object.tag {
        let field = ident(&tag.item.ident);
        let branches = ident(&tag.branches);
        parameters.push(quote!(#field: impl Into<#branches>));
        values.push(quote!(#field: #field.into()));
    }
    for field in &object.fields {
        let member = ident(&field.item.ident);
        let (ty, conversion) = accept(field, scope);
        if field.optional {
            values.push(quote!(#member: None));
        } else {
            parameters.push(quote!(#member: #ty));
            values.push(match &conversion {
                Some(value) => quote!(#member: #value),
                None => quote!(#member),
            });
        }
        setters.extend(field.setter.as_ref().map(|setter| {
            let setter = ident(setter);
            let assignment = if field.boxed || conversion.is_none() {
                let value = conversion.unwrap_or_else(|| quote!(#member));
                quote!(self.#member = Some(#value);)
            } else {
                quote!(codec::set(&mut self.#member, #member);)
            };
            let docs = format!(" Sets `{}`.", field.item.wire);
            let note = field.item.deprecated.as_ref();
            let deprecated = note.map(|note| quote!(#[deprecated = #note]));
            // Generic ones are compiled where they are used anyway.
            let inline = matches!(field.ty, RustType::Plain(_) | RustType::Null);
            let inline = inline.then(|| quote!(#[inline]));
            quote! {
                #[doc = #docs]
                #deprecated
                #inline
                pub fn #setter(mut self, #member: #ty) -> Self {
                    #assignment
                    self
                }
            }
        }));
    }
    if object.extra {
        values.push(quote!(extra: serde_json::Map::new()));
        setters.push(quote! {
            /// Sets a member that the schema does not list.
            pub fn extra(
                mut self,
                name: impl Into<String>,
                value: impl Into<serde_json::Value>,
            ) -> Self {
                self.extra.insert(name.into(), value.into());
                self
            }
        });
    }
    let docs = if object.fields.is_empty() && object.tag.is_none() {
        quote!(#[doc = " It has no members."])
    } else if parameters.is_empty() {
        quote!(#[doc = " Without any of its members, which are all optional."])
    } else {
        quote!(#[doc = " With its required members."])
    };
    let body = if object.unit {
        quote!(Self)
    } else {
        quote!(Self { #(#values),* })
    };
    quote! {
        impl #name {
            #docs
            #[inline]
            pub fn new(#(#parameters),*) -> Self {
                #body
            }
            #(#setters)*
        }
    }
}

/// The type of a parameter for a field, and how the field's value is made of it, where it is
/// not the value itself.
///
/// Numbers and booleans are taken as they are: Rust cannot infer the type of `5` from
/// `impl Into<u64>`.
fn accept(field: &Field, scope: &Scope) -> (TokenStream, Option<TokenStream>) {
    let parameter = ident(&field.item.ident);
    let ty = scope.ty(&field.ty);
    let (ty, value) = match field.ty {
        RustType::Plain(_) | RustType::Null => (ty, None),
        _ => (quote!(impl Into<#ty>), Some(quote!(#parameter.into()))),
    };
    let value = if field.boxed {
        let value = value.unwrap_or_else(|| quote!(#parameter));
        Some(quote!(Box::new(#value)))
    } else {
        value
    };
    (ty, value)
}
