//! Unions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Kinds, Scope, Text, attributes, ident, object};
use crate::model::{Payload, Union, Untagged, Variant};
use crate::name::{UNKNOWN, UNTAGGED};

/// Prints a union: the enum of its branches, and the struct around it where its base has
/// more than the tag.
pub(super) fn emit(union: &Union, scope: &Scope, items: &mut Text<'_>, kinds: &mut Kinds) {
    match &union.around {
        Some(object) => object::emit(object, scope, items, kinds),
        None => {
            let name = ident(&union.branches.ident);
            kinds.unions.push(quote!(#name));
        }
    }
    branches(union, scope, items);
}

/// The enum of the branches.
fn branches(union: &Union, scope: &Scope, items: &mut Text<'_>) {
    let name = ident(&union.branches.ident);
    let outer = attributes(&union.branches);
    let unknown = ident(UNKNOWN);
    let tag = &union.tag;
    let mut variants = Variants::default();
    for Variant { item, payload } in &union.variants {
        let wire = &item.wire;
        let declared = (attributes(item), ident(&item.ident));
        variants.add(declared, payload.as_ref(), quote!(Some(#wire)), scope);
    }
    if let Some(Untagged { docs, payload }) = &union.untagged {
        let declared = (super::docs(*docs), ident(UNTAGGED));
        variants.add(declared, payload.as_ref(), quote!(None), scope);
    }
    let no_tag = union
        .untagged
        .is_none()
        .then(|| quote!(None => return false,));
    let Variants {
        declared,
        tags,
        chosen,
        branches,
        write,
        empty,
    } = variants;
    let no_branch = (!empty.is_empty()).then(|| quote!(#(#empty)|* => return None,));
    let writes_nothing = (!empty.is_empty()).then(|| quote!(#(#empty)|* => {}));
    items.push(quote! {
        #outer
        #[non_exhaustive]
        pub enum #name {
            #(#declared,)*
            /// A branch that the schema does not have: what a newer QEMU sent.
            #unknown(qapi_protocol::UnknownBranch),
        }
    });
    items.push(quote! {
        impl codec::Branches for #name {
            #[inline]
            fn blank() -> Self {
                Self::#unknown(codec::Decode::blank())
            }

            #[inline]
            fn tag_name(&self) -> &'static str {
                #tag
            }

            #[inline]
            fn tag(&self) -> Option<&str> {
                match self {
                    #(#tags)*
                    Self::#unknown(branch) => Some(&branch.tag),
                }
            }

            #[inline]
            fn choose(&mut self, tag: Option<&str>) -> bool {
                *self = match tag {
                    #(#chosen)*
                    Some(tag) => Self::#unknown(codec::unknown_branch(tag)),
                    #no_tag
                };
                true
            }

            #[inline]
            fn branch(&mut self) -> Option<&mut dyn codec::Object> {
                Some(match self {
                    #(#branches)*
                    #no_branch
                    Self::#unknown(branch) => branch,
                })
            }

            #[inline]
            fn write(&self, to: &mut codec::Writer) {
                match self {
                    #(#write)*
                    #writes_nothing
                    Self::#unknown(branch) => to.extra(&branch.members, &[(#tag, true)]),
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
    chosen: Vec<TokenStream>,
    /// Those that hold something, as objects.
    branches: Vec<TokenStream>,
    /// How those are written that hold something.
    write: Vec<TokenStream>,
    /// Those that hold nothing.
    empty: Vec<TokenStream>,
}

impl Variants {
    /// Adds a variant, whose value of the tag is `tag`.
    fn add(
        &mut self,
        (attributes, variant): (TokenStream, Ident),
        payload: Option<&Payload>,
        tag: TokenStream,
        scope: &Scope,
    ) {
        match payload {
            Some(payload) => {
                let ty = payload_type(payload, scope);
                self.declared.push(quote!(#attributes #variant(#ty)));
                self.tags.push(quote!(Self::#variant(_) => #tag,));
                self.chosen
                    .push(quote!(#tag => Self::#variant(codec::Decode::blank()),));
                self.branches
                    .push(quote!(Self::#variant(branch) => branch,));
                self.write
                    .push(quote!(Self::#variant(branch) => codec::Object::write(branch, to),));
            }
            None => {
                self.declared.push(quote!(#attributes #variant));
                self.tags.push(quote!(Self::#variant => #tag,));
                self.chosen.push(quote!(#tag => Self::#variant,));
                self.empty.push(quote!(Self::#variant));
            }
        }
    }
}

/// The type that a variant holds.
pub(super) fn payload_type(payload: &Payload, scope: &Scope) -> TokenStream {
    let ty = scope.ty(&payload.ty);
    if payload.boxed { quote!(Box<#ty>) } else { ty }
}
