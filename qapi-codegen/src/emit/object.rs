//! Structs, and the arguments of commands and the data of events.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Scope, Serde, Text, attributes, ident};
use crate::model::{Field, RustType, Struct};

/// Prints a struct.
pub(super) fn emit(object: &Struct, scope: &Scope, items: &mut Text<'_>, serde: &mut Serde) {
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
    items.push(codec(object, scope));
    serde.objects.push(quote!(#name));
}

fn declaration(object: &Struct, scope: &Scope) -> TokenStream {
    let name = ident(&object.item.ident);
    let attributes = attributes(&object.item);
    let default = object.default.then(|| quote!(, Default));
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
        #[derive(Clone, Debug, PartialEq #default)]
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

/// The trait implementation that reading and writing builds on.
fn codec(object: &Struct, scope: &Scope) -> TokenStream {
    let name = ident(&object.item.ident);
    let shape = shape(object);
    let blank = blank(object, scope);
    let read = read(object);
    let read_other = object.extra.then(|| {
        quote! {
            #[inline]
            fn read_other(
                &mut self,
                name: &str,
                reader: &mut codec::Reader<'_>,
            ) -> codec::Result<()> {
                codec::read_extra(&mut self.extra, name, reader)
            }
        }
    });
    let branches = object.tag.as_ref().map(|tag| {
        let field = ident(&tag.item.ident);
        quote! {
            #[inline]
            fn branches(&mut self) -> Option<&mut dyn codec::Branches> {
                Some(&mut self.#field)
            }
        }
    });
    let write = write(object);
    let to = if write.is_empty() {
        quote!(_)
    } else {
        quote!(to)
    };
    let member = if object.fields.len() < 2 {
        quote!(_)
    } else {
        quote!(member)
    };
    quote! {
        impl codec::Object for #name {
            #[inline]
            fn shape(&self) -> &'static codec::Shape {
                &#shape
            }

            #[inline]
            fn blank() -> Self {
                #blank
            }

            #[inline]
            fn read(
                &mut self,
                #member: usize,
                reader: &mut codec::Reader<'_>,
            ) -> codec::Result<()> {
                #read
            }

            #read_other

            #branches

            #[inline]
            fn write(&self, #to: &mut codec::Writer) {
                #write
            }
        }
    }
}

/// The names of the members, and which of them are required.
fn shape(object: &Struct) -> TokenStream {
    let name = &object.item.wire;
    let ordered = object.order.iter().map(|place| &object.fields[*place]);
    let members = ordered.map(|field| &field.item.wire);
    let required = object.fields.iter().enumerate().filter_map(|(field, it)| {
        let place = object.order.iter().position(|place| *place == field)?;
        (!it.optional).then(|| Literal::usize_unsuffixed(place))
    });
    quote! {
        codec::Shape {
            name: #name,
            members: &[#(#members),*],
            required: &[#(#required),*],
        }
    }
}

/// A value to read into.
fn blank(object: &Struct, scope: &Scope) -> TokenStream {
    if object.unit {
        return quote!(Self);
    }
    let tag = object.tag.as_ref().map(|tag| {
        let field = ident(&tag.item.ident);
        quote!(#field: codec::Branches::blank(),)
    });
    let fields = object.fields.iter().map(|field| {
        let name = ident(&field.item.ident);
        let value = match &field.ty {
            _ if field.optional => quote!(None),
            _ if field.boxed => quote!(codec::Decode::blank()),
            RustType::Plain("bool") => quote!(false),
            RustType::Plain("f64") => quote!(0.0),
            RustType::Plain(_) => quote!(0),
            RustType::String => {
                let string = scope.ty(&field.ty);
                quote!(#string::new())
            }
            RustType::Vec(_) => quote!(Vec::new()),
            _ => quote!(codec::Decode::blank()),
        };
        quote!(#name: #value,)
    });
    let extra = object.extra.then(|| quote!(extra: serde_json::Map::new(),));
    quote!(Self { #tag #(#fields)* #extra })
}

/// Reads one of the members.
fn read(object: &Struct) -> TokenStream {
    let ordered = object.order.iter().map(|place| &object.fields[*place]);
    let idents: Vec<_> = ordered.map(|field| ident(&field.item.ident)).collect();
    match idents.as_slice() {
        [] => quote!(reader.skip()),
        [only] => quote!(reader.read(&mut self.#only)),
        [first @ .., last] => {
            let places = (0..first.len()).map(Literal::usize_unsuffixed);
            quote! {
                match member {
                    #(#places => reader.read(&mut self.#first),)*
                    _ => reader.read(&mut self.#last),
                }
            }
        }
    }
}

/// Writes the members.
fn write(object: &Struct) -> TokenStream {
    let fields = object.fields.iter().map(|field| {
        let wire = &field.item.wire;
        let name = ident(&field.item.ident);
        quote!(to.member(#wire, &self.#name);)
    });
    let extra = object.extra.then(|| {
        let listed = object.fields.iter().map(|field| &field.item.wire);
        quote!(to.extra(&self.extra, &[#(#listed),*]);)
    });
    let (tag, branch) = match &object.tag {
        Some(tag) => {
            let field = ident(&tag.item.ident);
            (
                Some(quote!(to.tag(&self.#field);)),
                Some(quote!(codec::Branches::write(&self.#field, to);)),
            )
        }
        None => (None, None),
    };
    quote!(#tag #(#fields)* #extra #branch)
}
