//! Unions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Scope, Serde, attributes, docs, ident, object};
use crate::model::{Payload, Union};
use crate::name::{UNKNOWN, UNTAGGED};

/// Prints a union: the enum of its branches, and the struct around it where its base has
/// more than the tag.
pub(super) fn emit(union: &Union, scope: &Scope, items: &mut Vec<TokenStream>, serde: &mut Serde) {
    match &union.around {
        Some(object) => object::emit(object, scope, items, serde),
        None => {
            let name = ident(&union.branches.ident);
            serde.unions.push(quote!(#name));
        }
    }
    branches(union, scope, items);
}

/// The enum of the branches.
fn branches(union: &Union, scope: &Scope, items: &mut Vec<TokenStream>) {
    let name = ident(&union.branches.ident);
    let outer = attributes(&union.branches);
    let unknown = ident(UNKNOWN);
    let tag = &union.tag;
    let mut declared = Vec::new();
    let mut read = Vec::new();
    let mut tags = Vec::new();
    let mut write = Vec::new();
    let mut empty = Vec::new();
    for variant in &union.variants {
        let attributes = attributes(&variant.item);
        let ident = ident(&variant.item.ident);
        let wire = &variant.item.wire;
        match &variant.payload {
            Some(payload) => {
                let ty = payload_type(payload, scope);
                declared.push(quote!(#attributes #ident(#ty)));
                let wrap = wrap(payload, &ident);
                read.push(quote!(#wire => codec::read_branch(members, #wrap),));
                tags.push(quote!(Self::#ident(_) => Some(#wire),));
                write.push(write_payload(payload, &ident));
            }
            None => {
                declared.push(quote!(#attributes #ident));
                read.push(quote!(#wire => members.skip().map(|()| Self::#ident),));
                tags.push(quote!(Self::#ident => Some(#wire),));
                empty.push(quote!(Self::#ident));
            }
        }
    }
    let read_untagged = union.untagged.as_ref().map(|untagged| {
        let docs = docs(&untagged.docs);
        let ident = ident(UNTAGGED);
        let read = match &untagged.payload {
            Some(payload) => {
                let ty = payload_type(payload, scope);
                declared.push(quote!(#docs #ident(#ty)));
                tags.push(quote!(Self::#ident(_) => None,));
                write.push(write_payload(payload, &ident));
                let wrap = wrap(payload, &ident);
                quote!(codec::read_branch(members, #wrap))
            }
            None => {
                declared.push(quote!(#docs #ident));
                tags.push(quote!(Self::#ident => None,));
                empty.push(quote!(Self::#ident));
                quote!(members.skip().map(|()| Self::#ident))
            }
        };
        quote! {
            fn read_untagged<'de, A: codec::MapAccess<'de>>(
                members: &mut codec::Members<'_, 'de, A>,
            ) -> Result<Self, A::Error> {
                #read
            }
        }
    });
    let empty = (!empty.is_empty()).then(|| quote!(#(#empty)|* => {}));
    items.push(quote! {
        #outer
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#declared,)*
            /// A branch that the schema does not have: what a newer QEMU sent.
            #unknown(codec::UnknownBranch),
        }
    });
    items.push(quote! {
        impl codec::Branches for #name {
            const TAG: &'static str = #tag;

            fn read<'de, A: codec::MapAccess<'de>>(
                tag: &str,
                members: &mut codec::Members<'_, 'de, A>,
            ) -> Result<Self, A::Error> {
                match tag {
                    #(#read)*
                    _ => codec::UnknownBranch::read(tag, members).map(Self::#unknown),
                }
            }

            #read_untagged

            fn tag(&self) -> Option<&str> {
                match self {
                    #(#tags)*
                    Self::#unknown(branch) => Some(&branch.tag),
                }
            }

            fn write<M: codec::SerializeMap>(&self, to: &mut codec::Writer<M>) {
                match self {
                    #(#write)*
                    #empty
                    Self::#unknown(branch) => to.extra(&branch.members, &[Self::TAG]),
                }
            }
        }
    });
}

/// Writes what a variant holds.
fn write_payload(payload: &Payload, variant: &Ident) -> TokenStream {
    let branch = if payload.boxed {
        quote!(&**branch)
    } else {
        quote!(branch)
    };
    quote!(Self::#variant(branch) => codec::Object::write(#branch, to),)
}

/// The type that a variant holds.
pub(super) fn payload_type(payload: &Payload, scope: &Scope) -> TokenStream {
    let ty = scope.ty(&payload.ty);
    if payload.boxed { quote!(Box<#ty>) } else { ty }
}

/// What makes a variant of a value.
pub(super) fn wrap(payload: &Payload, variant: &Ident) -> TokenStream {
    if payload.boxed {
        quote!(|value| Self::#variant(Box::new(value)))
    } else {
        quote!(Self::#variant)
    }
}
