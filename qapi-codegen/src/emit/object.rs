//! Structs.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{Scope, Serde, attributes, ident};
use crate::model::{Field, RustType, Struct};

/// Prints a struct.
pub(super) fn emit(
    object: &Struct,
    scope: &Scope,
    items: &mut Vec<TokenStream>,
    serde: &mut Serde,
) {
    let name = ident(&object.item.ident);
    let attributes = attributes(&object.item);
    let defaults = (!object.fields.iter().any(|field| !field.optional)).then(|| quote!(, Default));
    let body = match (object.fields.is_empty(), scope) {
        // A command or an event without members.
        (true, Scope::Messages) => quote!(;),
        _ => {
            let fields = object.fields.iter().map(|field| declare(field, scope));
            let extra = object.extra.then(|| {
                quote! {
                    /// Members that the schema does not list.
                    pub extra: serde_json::Map<String, serde_json::Value>,
                }
            });
            quote!({ #(#fields,)* #extra })
        }
    };
    items.push(quote! {
        #attributes
        #[derive(Clone, Debug, PartialEq #defaults)]
        #[non_exhaustive]
        pub struct #name #body
    });
    items.push(constructors(object, None, scope));
    items.extend(conversion(object, scope));
    let read = read(object, None);
    let write = write(&object.fields, object.extra);
    let to = used("to", !object.fields.is_empty() || object.extra);
    items.push(implement(object, &read, &to, &write));
    serde.objects.push(quote!(#name));
}

/// `From` for what a wrapper wraps: a struct with nothing but a member `data`, which is how
/// QEMU writes the branches of its oldest unions.
fn conversion(object: &Struct, scope: &Scope) -> Option<TokenStream> {
    match object.fields.as_slice() {
        [data]
            if data.item.wire == "data"
                && !data.optional
                && !data.boxed
                && matches!(data.ty, RustType::Named(_)) =>
        {
            let name = ident(&object.item.ident);
            let ty = scope.ty(&data.ty);
            Some(quote! {
                impl From<#ty> for #name {
                    fn from(data: #ty) -> Self {
                        #name::new(data)
                    }
                }
            })
        }
        _ => None,
    }
}

/// A parameter's name, with an underscore in front where nothing uses it.
pub(super) fn used(name: &str, used: bool) -> Ident {
    if used {
        ident(name)
    } else {
        ident(&format!("_{name}"))
    }
}

/// The trait implementation that the serde code builds on.
pub(super) fn implement(
    object: &Struct,
    read: &TokenStream,
    to: &Ident,
    write: &TokenStream,
) -> TokenStream {
    let name = ident(&object.item.ident);
    let wire = &object.item.wire;
    let members = members(&object.fields);
    quote! {
        impl codec::Object for #name {
            const NAME: &'static str = #wire;

            fn read<'de, A: codec::MapAccess<'de>>(
                #members: &mut codec::Members<'_, 'de, A>,
            ) -> Result<Self, A::Error> {
                #read
            }

            fn write<M: codec::SerializeMap>(&self, #to: &mut codec::Writer<M>) {
                #write
            }
        }
    }
}

/// A field's declaration.
pub(super) fn declare(field: &Field, scope: &Scope) -> TokenStream {
    let attributes = attributes(&field.item);
    let name = ident(&field.item.ident);
    let ty = field_type(field, scope);
    quote!(#attributes pub #name: #ty)
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

/// `new`, and a setter for each optional member of a type that users send.
///
/// `tag` is the field of a union's branches and their type.
pub(super) fn constructors(
    object: &Struct,
    tag: Option<(&Ident, &Ident)>,
    scope: &Scope,
) -> TokenStream {
    let name = ident(&object.item.ident);
    let mut parameters = Vec::new();
    let mut values = Vec::new();
    if let Some((field, branches)) = tag {
        parameters.push(quote!(#field: impl Into<#branches>));
        values.push(quote!(#field: #field.into()));
    }
    let mut setters = Vec::new();
    for field in &object.fields {
        let member = ident(&field.item.ident);
        let (ty, conversion) = accept(field, &member, scope);
        if !field.optional {
            parameters.push(quote!(#member: #ty));
            values.push(match conversion {
                Some(value) => quote!(#member: #value),
                None => quote!(#member),
            });
            continue;
        }
        values.push(quote!(#member: None));
        if object.setters {
            // `new` is the constructor.
            let setter = if field.item.ident == "new" {
                ident("with_new")
            } else {
                member.clone()
            };
            let value = conversion.unwrap_or_else(|| quote!(#member));
            let docs = format!(" Sets `{}`.", field.item.wire);
            let deprecated = field
                .item
                .deprecated
                .as_ref()
                .map(|note| quote!(#[deprecated = #note]));
            setters.push(quote! {
                #[doc = #docs]
                #deprecated
                pub fn #setter(mut self, #member: #ty) -> Self {
                    self.#member = Some(#value);
                    self
                }
            });
        }
    }
    let docs = if parameters.is_empty() {
        quote!(#[doc = " Without any optional member."])
    } else {
        quote!(#[doc = " With its required members."])
    };
    let extra = object.extra.then(|| quote!(extra: serde_json::Map::new()));
    if object.extra {
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
    let body = match (values.is_empty() && extra.is_none(), scope) {
        (true, Scope::Messages) => quote!(#name),
        _ => quote!(#name { #(#values,)* #extra }),
    };
    quote! {
        impl #name {
            #docs
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
fn accept(field: &Field, parameter: &Ident, scope: &Scope) -> (TokenStream, Option<TokenStream>) {
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

/// The name of the parameter with the members: one that no field has.
fn members(fields: &[Field]) -> Ident {
    free("members", fields)
}

fn free(name: &str, fields: &[Field]) -> Ident {
    let taken = fields.iter().any(|field| field.item.ident == name);
    // No field's name ends with an underscore, but for those of keywords.
    if taken {
        ident(&format!("{name}_"))
    } else {
        ident(name)
    }
}

/// Reads the members; `tag` is the field of a union's branches and their type.
pub(super) fn read(object: &Struct, tag: Option<(&Ident, &Ident)>) -> TokenStream {
    let name = ident(&object.item.ident);
    let fields = &object.fields;
    let members = members(fields);
    let index = free("index", fields);
    let names = fields.iter().map(|field| &field.item.wire);
    let idents: Vec<Ident> = fields
        .iter()
        .map(|field| ident(&field.item.ident))
        .collect();
    let (branch, tag_value) = match tag {
        Some((field, branches)) => (
            Some(quote!(let (#field, mut #members) = #members.branch::<#branches>(NAMES)?;)),
            Some(quote!(#field,)),
        ),
        None => (None, None),
    };
    let (extra, extra_value, next) = if object.extra {
        (
            Some(quote!(let mut extra = serde_json::Map::new();)),
            Some(quote!(extra,)),
            quote!(#members.next_or_keep(NAMES, &mut extra)?),
        )
    } else {
        (None, None, quote!(#members.next(NAMES)?))
    };
    let each = match idents.as_slice() {
        [] => {
            return quote! {
                #members.skip()?;
                Ok(#name::new())
            };
        }
        [only] => quote! {
            while #next.is_some() {
                #only = Some(#members.value()?);
            }
        },
        [first @ .., last] => {
            let numbers = (0..first.len()).map(Literal::usize_unsuffixed);
            quote! {
                while let Some(#index) = #next {
                    match #index {
                        #(#numbers => #first = Some(#members.value()?),)*
                        _ => #last = Some(#members.value()?),
                    }
                }
            }
        }
    };
    let values = fields.iter().zip(&idents).map(|(field, ident)| {
        let wire = &field.item.wire;
        if field.optional {
            quote!(#ident,)
        } else {
            quote!(#ident: codec::required(#ident, #wire)?,)
        }
    });
    quote! {
        const NAMES: &[&str] = &[#(#names),*];
        #branch
        #(let mut #idents = None;)*
        #extra
        #each
        Ok(#name { #tag_value #(#values)* #extra_value })
    }
}

/// Writes the members.
pub(super) fn write(fields: &[Field], extra: bool) -> TokenStream {
    let writes = fields.iter().map(|field| {
        let wire = &field.item.wire;
        let name = ident(&field.item.ident);
        if field.optional {
            quote!(to.optional(#wire, &self.#name);)
        } else {
            quote!(to.member(#wire, &self.#name);)
        }
    });
    let extra = extra.then(|| quote!(to.extra(&self.extra);));
    quote!(#(#writes)* #extra)
}
