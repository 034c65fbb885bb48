//! Names to ids: inheritance, branches, implicit types, collisions.
//!
//! The passes, in order:
//!
//! 1. [`declare`]: what is written inline gets a definition of its own, and every definition its
//!    id. What is left of types inside definitions are names.
//! 2. [`build`]: the names become ids of types of the right kind.
//! 3. [`containment`]: no type contains itself.
//! 4. [`collisions`]: no two members of an object have the same name. Types that contain
//!    themselves are left out.
//! 5. [`alternates`]: the alternatives of an alternate can be told apart.
//!
//! The last three run only where nothing is wrong so far.

mod alternates;
mod build;
mod collisions;
mod containment;
mod declare;
mod lineages;
mod names;

use crate::check::{Checked, Module as CheckedModule};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{DocPlace, Module, ModuleItem, Schema};
use crate::source::Sources;
use declare::Visit;

/// Gives the definitions their meaning.
pub(crate) fn resolve(checked: Checked, sources: Sources) -> Result<Schema, Diagnostics> {
    let mut errors = Vec::new();
    let declared = declare::declare(checked.entries, &mut errors);
    let built = build::build(&declared.names, &mut errors);
    // What is written inline comes in front of the definition that it is written in.
    for definition in errors.chunk_by_mut(|one, other| one.context == other.context) {
        definition.sort_by_key(Diagnostic::span);
    }
    if errors.is_empty() {
        let order = containment::check(&declared.names, &mut errors);
        collisions::check(&built.types, &order, &declared.names, &mut errors);
        alternates::check(&built.types, &declared.names, &mut errors);
    }
    if let Some(diagnostics) = Diagnostics::new(errors, sources.clone()) {
        return Err(diagnostics);
    }

    let mut schema = Schema {
        sources,
        modules: checked.modules.into_iter().map(module).collect(),
        types: built.types,
        commands: built.commands,
        events: built.events,
        definitions: Vec::new(),
        docs: Vec::new(),
        names: declared.names.into_ids(),
    };
    for visit in declared.visits {
        let (module, item) = match visit {
            Visit::Include { from, of } => (Some(from), ModuleItem::Include(of)),
            Visit::Definition(id) => {
                schema.definitions.push(id);
                if schema.head(id).doc.is_some() {
                    schema.docs.push(DocPlace::Definition(id));
                }
                (schema.head(id).module, ModuleItem::Definition(id))
            }
            Visit::Comment(id, doc) => {
                let comments = &mut schema.modules[id.0 as usize].comments;
                schema.docs.push(DocPlace::Comment(id, comments.len()));
                comments.push(doc);
                continue;
            }
        };
        if let Some(module) = module {
            schema.modules[module.0 as usize].items.push(item);
        }
    }
    Ok(schema)
}

fn module(checked: CheckedModule) -> Module {
    Module {
        name: checked.name,
        file: checked.file,
        includes: checked.includes,
        items: Vec::new(),
        comments: Vec::new(),
    }
}
