//! Which types a module uses that another one defines.

use std::collections::BTreeSet;

use super::{Arguments, Field, Module, RustType, Type};

/// The identifiers of the types that `module` uses and does not define.
pub(super) fn imports(module: &Module) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut defined = BTreeSet::new();
    for ty in &module.types {
        match ty {
            Type::Enum(ty) => {
                defined.insert(&ty.item.ident);
            }
            Type::Struct(ty) => {
                defined.insert(&ty.item.ident);
                fields(&ty.fields, &mut used);
            }
            Type::Union(ty) => {
                defined.insert(&ty.branches.ident);
                let payloads = ty
                    .variants
                    .iter()
                    .filter_map(|variant| variant.payload.as_ref());
                let untagged = ty.untagged.iter().filter_map(|it| it.payload.as_ref());
                let payloads = payloads.chain(untagged);
                payloads.for_each(|payload| named(&payload.ty, &mut used));
                if let Some(object) = &ty.around {
                    defined.insert(&object.item.ident);
                    fields(&object.fields, &mut used);
                }
            }
            Type::Alternate(ty) => {
                defined.insert(&ty.item.ident);
                let payloads = ty.alternatives.iter().map(|each| &each.payload);
                payloads.for_each(|payload| named(&payload.ty, &mut used));
            }
            Type::Alias(ty) => {
                defined.insert(&ty.item.ident);
                used.insert(ty.target.clone());
            }
        }
    }
    for command in &module.commands {
        arguments(&command.arguments, &mut used);
        named(&command.response, &mut used);
    }
    for event in &module.events {
        arguments(&event.data, &mut used);
    }
    used.retain(|ident| !defined.contains(ident));
    used
}

fn arguments(arguments: &Arguments, used: &mut BTreeSet<String>) {
    match arguments {
        Arguments::Struct(object) => fields(&object.fields, used),
        Arguments::Newtype(_, ty) => named(ty, used),
    }
}

fn fields(fields: &[Field], used: &mut BTreeSet<String>) {
    for field in fields {
        named(&field.ty, used);
    }
}

fn named(ty: &RustType, used: &mut BTreeSet<String>) {
    match ty {
        RustType::Named(ident) => drop(used.insert(ident.clone())),
        RustType::Vec(element) => named(element, used),
        RustType::Plain(_)
        | RustType::String
        | RustType::Bytes
        | RustType::Any
        | RustType::Null
        | RustType::Empty => {}
    }
}
