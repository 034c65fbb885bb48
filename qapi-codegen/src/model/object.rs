//! Decisions about structs.

use std::collections::HashSet;

use super::order::order_of_members;
use super::{Field, Item, RustType, Struct, Tag};

/// What a struct is.
pub(super) enum Role {
    /// A type of the schema.
    Type,
    /// A union whose base has more than the tag.
    Union(Tag),
    /// A command, or an event.
    Message {
        /// Whether it keeps members that the schema does not list.
        extra: bool,
    },
}

/// The struct of `fields`; with setters for its optional members where users send it.
pub(super) fn object(mut item: Item, mut fields: Vec<Field>, role: Role, sent: bool) -> Struct {
    let is_type = matches!(role, Role::Type);
    let (tag, extra, message) = match role {
        Role::Type => (None, false, false),
        Role::Union(tag) => (Some(tag), false, false),
        Role::Message { extra } => (None, extra, true),
    };
    let tag_ident = tag.iter().map(|tag| tag.item.ident.clone());
    let idents = fields.iter().map(|field| field.item.ident.clone());
    let taken: HashSet<String> = idents.chain(tag_ident).collect();
    let free = |name: &str| {
        let mut name = name.to_owned();
        while taken.contains(&name) {
            name.push('_');
        }
        name
    };
    if sent {
        for field in fields.iter_mut().filter(|field| field.optional) {
            let setter = match field.item.ident.as_str() {
                // That is the constructor.
                "new" => free("with_new"),
                ident => ident.to_owned(),
            };
            field.setter = Some(setter);
        }
    }
    let names: Vec<_> = fields
        .iter()
        .map(|field| field.item.wire.as_str())
        .collect();
    let order = order_of_members(&names);
    if tag.is_none() && !extra && fields.iter().all(|field| field.optional) {
        item.additions.derive("Default");
    }
    Struct {
        unit: message && fields.is_empty() && !extra,
        wraps: if is_type { wrapped(&fields) } else { None },
        order,
        item,
        fields,
        tag,
        extra,
    }
}

/// The type that a wrapper wraps: a struct with nothing but a member `data`, which is how QEMU
/// writes the branches of its oldest unions.
fn wrapped(fields: &[Field]) -> Option<RustType> {
    match fields {
        [data] if data.item.wire == "data" && !data.optional && !data.boxed => match data.ty {
            RustType::Named(_) => Some(data.ty.clone()),
            _ => None,
        },
        _ => None,
    }
}
