//! What of a schema is generated: what the user wants, and all that it needs.

use std::collections::HashSet;

use qapi_parser::schema::{DefinitionId, Head, TypeId, TypeKind};
use qapi_parser::{Schema, nearest};

use super::boxing::held;
use crate::error::Misfit;

/// The definitions of which code is made, or that are taken from elsewhere.
#[derive(Debug, Default)]
pub(crate) enum Reach {
    #[default]
    All,
    Some(HashSet<DefinitionId>),
}

impl Reach {
    /// What the definitions of those names need, and they themselves; everything if there are
    /// none. What `is_extern` needs is none of our business.
    pub(super) fn of(
        schema: &Schema,
        roots: &[String],
        is_extern: impl Fn(&Head) -> bool,
        misfits: &mut Vec<Misfit>,
    ) -> Self {
        if roots.is_empty() {
            return Reach::All;
        }
        let mut pending = Vec::new();
        let mut unknown = Vec::new();
        for name in roots {
            match root(schema, name) {
                Some(id) => pending.push(id),
                None => unknown.push(Misfit::new("roots", undefined(schema, name))),
            }
        }
        if !unknown.is_empty() {
            // What else is wrong shows best if all is in reach.
            misfits.append(&mut unknown);
            return Reach::All;
        }
        let mut reached = HashSet::new();
        while let Some(id) = pending.pop() {
            if reached.insert(id) && !is_extern(schema.head(id)) {
                let needed = needed(schema, id).into_iter();
                pending.extend(needed.map(DefinitionId::Type));
            }
        }
        Reach::Some(reached)
    }

    pub(crate) fn has(&self, id: DefinitionId) -> bool {
        match self {
            Reach::All => true,
            Reach::Some(reached) => reached.contains(&id),
        }
    }

    pub(super) fn has_type(&self, id: TypeId) -> bool {
        self.has(DefinitionId::Type(id))
    }
}

/// The definition that a user calls `name`; a type by an older name, too.
fn root(schema: &Schema, name: &str) -> Option<DefinitionId> {
    let is_defined = |id: &DefinitionId| is_written(schema, *id);
    let alias = || schema.aliases().iter().find(|alias| alias.name == name);
    let found = schema.find(name).filter(is_defined);
    found.or_else(|| alias().map(|alias| DefinitionId::Type(alias.target)))
}

/// Whether a definition is one that the schema has, and not made by QEMU's frontend.
fn is_written(schema: &Schema, id: DefinitionId) -> bool {
    match id {
        DefinitionId::Type(id) => !schema.ty(id).is_implicit(),
        DefinitionId::Command(_) | DefinitionId::Event(_) => true,
    }
}

/// That the schema does not define `name`, and what may be meant.
pub(super) fn undefined(schema: &Schema, name: &str) -> String {
    let written = schema.definitions().iter().copied();
    let written = written.filter(|id| is_written(schema, *id));
    let names = written.map(|id| schema.head(id).name.as_str());
    match nearest(name, names) {
        Some(near) => format!("the schema does not define '{name}' (did you mean '{near}'?)"),
        None => format!("the schema does not define '{name}'"),
    }
}

/// The types that the code of a definition names, and those whose members stand in it.
fn needed(schema: &Schema, id: DefinitionId) -> Vec<TypeId> {
    match id {
        DefinitionId::Command(id) => {
            let command = schema.command(id);
            command
                .arguments
                .into_iter()
                .chain(command.returns)
                .collect()
        }
        DefinitionId::Event(id) => schema.event(id).data.into_iter().collect(),
        DefinitionId::Type(id) => match schema.ty(id).kind {
            TypeKind::Array(element) => vec![element],
            _ => held(schema, id).into_iter().map(|edge| edge.to).collect(),
        },
    }
}
