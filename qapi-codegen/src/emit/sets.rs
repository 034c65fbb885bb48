//! The enums over all commands and over all events.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Text, ident};
use crate::model::{Message, Model};

/// Prints both, those that have anything to hold.
pub(super) fn emit(model: &Model) -> Text<'_> {
    let commands = (!model.commands.is_empty()).then(|| {
        quote!(
            use super::commands;
        )
    });
    let events = (!model.events.is_empty()).then(|| {
        quote!(
            use super::events;
        )
    });
    let mut items = Text::new(&model.docs);
    items.push(quote!(use qapi_protocol::codec; #commands #events));
    if commands.is_some() {
        items.extend(command(&model.command_set, &model.commands));
    }
    if events.is_some() {
        items.extend(event(&model.event_set, &model.events));
    }
    items
}

fn command(set: &str, commands: &[Message]) -> Vec<TokenStream> {
    let set = ident(set);
    let Parts {
        idents,
        variants,
        wires,
        docs,
    } = parts(commands);
    vec![
        quote! {
            /// Any command of the schema.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #set {
                #(#[doc = #docs] #variants(commands::#idents),)*
            }
        },
        quote! {
            impl #set {
                /// The name on the wire.
                #[inline]
                pub fn name(&self) -> &'static str {
                    match self {
                        #(Self::#variants(_) => #wires,)*
                    }
                }
            }
        },
        quote! {
            impl qapi_protocol::CommandSet for #set {
                const NAMES: &'static [&'static str] = &[#(#wires),*];

                // In the crate that calls it, or every program would carry all commands.
                #[inline]
                fn decode(
                    name: &str,
                    arguments: Option<&qapi_protocol::RawValue<'_>>,
                ) -> Option<Result<Self, qapi_protocol::DecodeError>> {
                    let mut command = match name {
                        #(#wires => Self::#variants(codec::Decode::blank()),)*
                        _ => return None,
                    };
                    let place: &mut dyn codec::Decode = match &mut command {
                        #(Self::#variants(place) => place,)*
                    };
                    let result = codec::decode_object(place, arguments);
                    Some(result.map(|()| command))
                }

                fn visit<V: qapi_protocol::CommandVisitor>(name: &str, visitor: V) -> Option<V::Output> {
                    Some(match name {
                        #(#wires => visitor.visit::<commands::#idents>(),)*
                        _ => return None,
                    })
                }
            }
        },
        quote! {
            impl codec::Encode for #set {
                #[inline]
                fn write(&self, to: &mut codec::Writer) {
                    match self {
                        #(Self::#variants(command) => codec::write_command(command, to),)*
                    }
                }
            }
        },
        quote! {
            codec::implement!(messages #set);
        },
    ]
}

fn event(set: &str, events: &[Message]) -> Vec<TokenStream> {
    let set = ident(set);
    let Parts {
        idents,
        variants,
        wires,
        docs,
    } = parts(events);
    vec![
        quote! {
            /// Any event of the schema.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum #set {
                #(#[doc = #docs] #variants(events::#idents),)*
                /// An event that the schema does not have: what a newer QEMU sent.
                Unknown(qapi_protocol::UnknownEvent),
            }
        },
        quote! {
            impl #set {
                /// The name on the wire.
                #[inline]
                pub fn name(&self) -> &str {
                    match self {
                        #(Self::#variants(_) => #wires,)*
                        Self::Unknown(event) => &event.name,
                    }
                }
            }
        },
        quote! {
            impl qapi_protocol::EventSet for #set {
                const NAMES: &'static [&'static str] = &[#(#wires),*];

                // In the crate that calls it, or every program would carry all events.
                #[inline]
                fn decode(
                    name: &str,
                    data: Option<&qapi_protocol::RawValue<'_>>,
                ) -> Result<Self, qapi_protocol::DecodeError> {
                    let mut event = match name {
                        #(#wires => Self::#variants(codec::Decode::blank()),)*
                        _ => Self::Unknown(qapi_protocol::UnknownEvent::decode(name, data)?),
                    };
                    let place: &mut dyn codec::Decode = match &mut event {
                        #(Self::#variants(place) => place,)*
                        Self::Unknown(_) => return Ok(event),
                    };
                    codec::decode_object(place, data)?;
                    Ok(event)
                }
            }
        },
        quote! {
            impl codec::Encode for #set {
                #[inline]
                fn write(&self, to: &mut codec::Writer) {
                    match self {
                        #(Self::#variants(event) => codec::write_event(event, to),)*
                        Self::Unknown(event) => event.write(to),
                    }
                }
            }
        },
        quote! {
            codec::implement!(messages #set);
        },
    ]
}

/// What the enums are made of, for each command or event.
struct Parts<'m> {
    idents: Vec<Ident>,
    variants: Vec<Ident>,
    wires: Vec<&'m str>,
    /// The documentation of the variants.
    docs: Vec<String>,
}

fn parts(messages: &[Message]) -> Parts<'_> {
    let messages = || messages.iter();
    Parts {
        idents: messages().map(|it| ident(&it.ident)).collect(),
        variants: messages().map(|it| ident(&it.variant)).collect(),
        wires: messages().map(|it| it.wire.as_str()).collect(),
        docs: messages().map(|it| format!(" `{}`", it.wire)).collect(),
    }
}
