//! Which types a user sends: those that the arguments of a command reach.

use std::collections::HashSet;

use qapi_parser::Schema;
use qapi_parser::schema::{Command, DefinitionId, TypeId, TypeKind};

use super::boxing::held;
use super::reach::Reach;

/// The types that the arguments of any command reach, of those that are generated.
pub(super) fn sent(schema: &Schema, reach: &Reach) -> HashSet<TypeId> {
    let mut pending: Vec<TypeId> = schema
        .commands()
        .filter(|(id, _)| reach.has(DefinitionId::Command(*id)))
        .filter_map(|(_, Command { arguments, .. })| *arguments)
        .collect();
    let mut sent = HashSet::new();
    while let Some(id) = pending.pop() {
        if !sent.insert(id) {
            continue;
        }
        if let TypeKind::Array(element) = schema.ty(id).kind {
            pending.push(element);
        }
        pending.extend(held(schema, id).into_iter().map(|edge| edge.to));
    }
    sent
}
