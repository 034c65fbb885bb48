//! Commands and events.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{Kinds, Scope, Text, attributes, ident, object};
use crate::model::{Arguments, Command, Event, Rustdocs, Version, Versions};

/// Prints the commands of a module.
pub(super) fn commands<'m>(commands: &[Command], docs: &'m Rustdocs) -> Text<'m> {
    messages(commands, docs, |command, items, kinds| {
        arguments(&command.arguments, items, kinds);
        let name = ident(&command.arguments.item().ident);
        let wire = &command.arguments.item().wire;
        let response = Scope::Messages.ty(&command.response);
        let oob = command.allow_oob.then(|| {
            quote!(
                const ALLOW_OOB: bool = true;
            )
        });
        let silent = (!command.success_response).then(|| {
            quote!(
                const SUCCESS_RESPONSE: bool = false;
            )
        });
        let versions = versions(&command.versions);
        items.push(quote! {
            impl qapi_protocol::QapiCommand for #name {
                type Response = #response;
                const NAME: &'static str = #wire;
                #oob
                #silent
                #versions
            }
        });
    })
}

/// Prints the events of a module.
pub(super) fn events<'m>(events: &[Event], docs: &'m Rustdocs) -> Text<'m> {
    messages(events, docs, |event, items, kinds| {
        arguments(&event.data, items, kinds);
        let name = ident(&event.data.item().ident);
        let wire = &event.data.item().wire;
        let versions = versions(&event.versions);
        items.push(quote! {
            impl qapi_protocol::QapiEvent for #name {
                const NAME: &'static str = #wire;
                #versions
            }
        });
    })
}

fn messages<'m, T>(
    messages: &[T],
    docs: &'m Rustdocs,
    emit: impl Fn(&T, &mut Text<'m>, &mut Kinds),
) -> Text<'m> {
    let mut items = Text::new(docs);
    items.push(quote!(
        use qapi_protocol::codec;
    ));
    let mut kinds = Kinds::default();
    for message in messages {
        emit(message, &mut items, &mut kinds);
    }
    items.extend(kinds.emit());
    items
}

fn arguments(arguments: &Arguments, items: &mut Text<'_>, kinds: &mut Kinds) {
    match arguments {
        Arguments::Struct(object) => object::emit(object, &Scope::Messages, items, kinds),
        Arguments::Newtype(item, ty) => {
            let name = ident(&item.ident);
            let attributes = attributes(item);
            let ty = Scope::Messages.ty(ty);
            items.push(quote! {
                #attributes
                        pub struct #name(pub #ty);
            });
            kinds.newtypes.push(quote!(#name(#ty)));
        }
    }
}

fn versions(versions: &Versions) -> Option<TokenStream> {
    let version = |(major, minor, micro): Version| {
        let [major, minor, micro] = [major, minor, micro].map(Literal::u32_unsuffixed);
        quote!(qapi_protocol::Version::new(#major, #minor, #micro))
    };
    let range = match (versions.first.map(version), versions.last.map(version)) {
        (None, None) => return None,
        (Some(first), None) => quote!(since(#first)),
        (None, Some(last)) => quote!(until(#last)),
        (Some(first), Some(last)) => quote!(between(#first, #last)),
    };
    Some(quote! {
        const VERSIONS: qapi_protocol::VersionRange = qapi_protocol::VersionRange::#range;
    })
}
