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
        items.extend(command(&model.commands));
    }
    if events.is_some() {
        items.extend(event(&model.events));
    }
    items
}

fn command(commands: &[Message]) -> Vec<TokenStream> {
    let (idents, wires, docs) = parts(commands);
    vec![
        quote! {
            /// Any command of the schema.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum Command {
                #(#[doc = #docs] #idents(commands::#idents),)*
            }
        },
        quote! {
            impl Command {
                /// The name on the wire.
                #[inline]
                pub fn name(&self) -> &'static str {
                    match self {
                        #(Self::#idents(_) => #wires,)*
                    }
                }
            }
        },
        quote! {
            impl qapi_protocol::CommandSet for Command {
                const NAMES: &'static [&'static str] = &[#(#wires),*];

                // In the crate that calls it, or every program would carry all commands.
                #[inline]
                fn decode(
                    name: &str,
                    arguments: Option<&qapi_protocol::RawValue<'_>>,
                ) -> Option<Result<Self, qapi_protocol::DecodeError>> {
                    let mut command = match name {
                        #(#wires => Self::#idents(codec::Decode::blank()),)*
                        _ => return None,
                    };
                    let place: &mut dyn codec::Decode = match &mut command {
                        #(Self::#idents(place) => place,)*
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
            impl codec::Encode for Command {
                #[inline]
                fn write(&self, to: &mut codec::Writer) {
                    match self {
                        #(Self::#idents(command) => codec::write_command(command, to),)*
                    }
                }
            }
        },
        quote! {
            codec::implement!(messages Command);
        },
    ]
}

fn event(events: &[Message]) -> Vec<TokenStream> {
    let (idents, wires, docs) = parts(events);
    vec![
        quote! {
            /// Any event of the schema.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum Event {
                #(#[doc = #docs] #idents(events::#idents),)*
                /// An event that the schema does not have: what a newer QEMU sent.
                Unknown(qapi_protocol::UnknownEvent),
            }
        },
        quote! {
            impl Event {
                /// The name on the wire.
                #[inline]
                pub fn name(&self) -> &str {
                    match self {
                        #(Self::#idents(_) => #wires,)*
                        Self::Unknown(event) => &event.name,
                    }
                }
            }
        },
        quote! {
            impl qapi_protocol::EventSet for Event {
                const NAMES: &'static [&'static str] = &[#(#wires),*];

                // In the crate that calls it, or every program would carry all events.
                #[inline]
                fn decode(
                    name: &str,
                    data: Option<&qapi_protocol::RawValue<'_>>,
                ) -> Result<Self, qapi_protocol::DecodeError> {
                    let mut event = match name {
                        #(#wires => Self::#idents(codec::Decode::blank()),)*
                        _ => Self::Unknown(qapi_protocol::UnknownEvent::decode(name, data)?),
                    };
                    let place: &mut dyn codec::Decode = match &mut event {
                        #(Self::#idents(place) => place,)*
                        Self::Unknown(_) => return Ok(event),
                    };
                    codec::decode_object(place, data)?;
                    Ok(event)
                }
            }
        },
        quote! {
            impl codec::Encode for Event {
                #[inline]
                fn write(&self, to: &mut codec::Writer) {
                    match self {
                        #(Self::#idents(event) => codec::write_event(event, to),)*
                        Self::Unknown(event) => event.write(to),
                    }
                }
            }
        },
        quote! {
            codec::implement!(messages Event);
        },
    ]
}

/// The identifiers, the names on the wire, and the documentation of the variants.
fn parts(messages: &[Message]) -> (Vec<Ident>, Vec<&str>, Vec<String>) {
    let messages = || messages.iter();
    (
        messages().map(|it| ident(&it.ident)).collect(),
        messages().map(|it| it.wire.as_str()).collect(),
        messages().map(|it| format!(" `{}`", it.wire)).collect(),
    )
}
