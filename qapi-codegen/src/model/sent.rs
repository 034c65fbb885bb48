//! Which types a user sends: those that the arguments of a command reach.

use std::collections::HashSet;

use qapi_parser::Schema;
use qapi_parser::schema::{Command, TypeId, TypeKind};

/// The types that the arguments of any command reach.
pub(super) fn sent(schema: &Schema) -> HashSet<TypeId> {
    let mut pending: Vec<TypeId> = schema
        .commands()
        .filter_map(|(_, Command { arguments, .. })| *arguments)
        .collect();
    let mut sent = HashSet::new();
    while let Some(id) = pending.pop() {
        if !sent.insert(id) {
            continue;
        }
        match &schema.ty(id).kind {
            TypeKind::Builtin(_) | TypeKind::Enum(_) => {}
            TypeKind::Array(element) => pending.push(*element),
            TypeKind::Struct(_) => pending.extend(schema.all_members(id).map(|member| member.ty)),
            TypeKind::Union(union) => {
                pending.extend(schema.all_members(id).map(|member| member.ty));
                pending.extend(union.branches.iter().map(|branch| branch.ty));
            }
            TypeKind::Alternate(alternate) => {
                pending.extend(alternate.alternatives.iter().map(|branch| branch.ty));
            }
        }
    }
    sent
}
