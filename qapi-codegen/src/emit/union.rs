//! Unions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Scope, Serde, attributes, ident, object};
use crate::model::{Payload, Union, Untagged, Variant};
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
    let mut variants = Variants::default();
    let mut read = Vec::new();
    for Variant { item, payload } in &union.variants {
        let wire = &item.wire;
        let declared = (attributes(item), ident(&item.ident));
        let reader = variants.add(declared, payload.as_ref(), quote!(Some(#wire)), scope);
        read.push(quote!(#wire => #reader,));
    }
    let read_untagged = union.untagged.as_ref().map(|Untagged { docs, payload }| {
        let declared = (super::docs(docs), ident(UNTAGGED));
        let reader = variants.add(declared, payload.as_ref(), quote!(None), scope);
        quote! {
            fn read_untagged<'de, A: codec::MapAccess<'de>>(
                members: &mut codec::Members<'_, 'de, A>,
            ) -> Result<Self, A::Error> {
                #reader
            }
        }
    });
    let Variants {
        declared,
        tags,
        write,
        empty,
    } = variants;
    let empty = (!empty.is_empty()).then(|| quote!(#(#empty)|* => {}));
    items.push(quote! {
        #outer
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#declared,)*
            /// A branch that the schema does not have: what a newer QEMU sent.
            #unknown(qapi_protocol::UnknownBranch),
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
                    _ => qapi_protocol::UnknownBranch::read(tag, members).map(Self::#unknown),
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

/// What the variants of an enum of branches become in its declaration and in its methods.
#[derive(Default)]
struct Variants {
    declared: Vec<TokenStream>,
    tags: Vec<TokenStream>,
    /// How those are written that hold something.
    write: Vec<TokenStream>,
    /// Those that hold nothing.
    empty: Vec<TokenStream>,
}

impl Variants {
    /// Adds a variant, whose value of the tag is `tag`, and gives what reads it.
    fn add(
        &mut self,
        (attributes, variant): (TokenStream, Ident),
        payload: Option<&Payload>,
        tag: TokenStream,
        scope: &Scope,
    ) -> TokenStream {
        match payload {
            Some(payload) => {
                let ty = payload_type(payload, scope);
                let branch = if payload.boxed {
                    quote!(&**branch)
                } else {
                    quote!(branch)
                };
                let wrap = wrap(payload, &variant);
                self.declared.push(quote!(#attributes #variant(#ty)));
                self.tags.push(quote!(Self::#variant(_) => #tag,));
                let write = quote!(codec::Object::write(#branch, to));
                self.write.push(quote!(Self::#variant(branch) => #write,));
                quote!(codec::read_branch(members, #wrap))
            }
            None => {
                self.declared.push(quote!(#attributes #variant));
                self.tags.push(quote!(Self::#variant => #tag,));
                self.empty.push(quote!(Self::#variant));
                quote!(members.skip().map(|()| Self::#variant))
            }
        }
    }
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
