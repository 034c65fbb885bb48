//! Names to ids: inheritance, branches, implicit types, collisions.
//!
//! The passes, in order:
//!
//! 1. [`declare`]: what is written inline gets a definition of its own, and every definition its
//!    id. Where it refers to types, it gets their ids ([`names`]).
//! 2. [`order`]: what a definition contains comes in front of it. No type contains itself.
//! 3. [`lineages`]: which members structures have, those of their bases included.
//! 4. [`rules`]: types are known, and of a kind that can stand where they are used.
//! 5. [`collisions`]: no two members of an object have the same name.
//! 6. [`alternates`]: the alternatives of an alternate can be told apart.
//! 7. [`coverage`]: documentation is about what there is.
//! 8. [`features`]: there are not too many of them.
//! 9. [`build`]: where nothing is wrong, the declarations become the definitions.
//!
//! Each pass skips what an earlier one reported, so that one mistake is not reported twice.

mod alternates;
mod build;
mod collisions;
mod coverage;
mod declare;
mod errors;
mod features;
mod lineages;
mod names;
mod order;
mod rules;
mod times;

use crate::check::{Checked, Module as CheckedModule};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::Rules;
use crate::missing::Missing;
use crate::schema::{DocPlace, Module, ModuleItem, Schema};
use crate::source::Sources;
use declare::Visit;
use errors::Errors;
use lineages::Lineages;

/// Gives the definitions their meaning, unless something is wrong with them, or is known to be:
/// `known`.
pub(crate) fn resolve(
    checked: Checked,
    rules: &Rules,
    missing: &Missing,
    sources: Sources,
    known: Vec<Diagnostic>,
) -> Result<Schema, Diagnostics> {
    let mut all = known;
    let mut declared = declare::declare(checked.entries, &missing.names, &mut all);
    declared.names.link();
    let names = &declared.names;

    let mut errors = Errors::default();
    let order = order::order(names, &mut errors);
    let (lineages, clashes) = Lineages::new(names, order.types());
    let context = rules::Context {
        names,
        order: &order,
        lineages: &lineages,
        rules,
        missing,
    };
    let tag_types = rules::check(&context, &mut errors);
    collisions::check(names, order.types(), &lineages, &clashes, &mut errors);
    alternates::check(names, &mut errors);

    let strangers = coverage::check(names, rules, missing, &all, &mut errors);
    all.extend(errors.sorted(names));
    all.extend(strangers);
    all.extend(features::check(names, rules));
    if !all.is_empty() {
        return Err(Diagnostics::of(all, sources));
    }

    let (declarations, places) = declared.names.into_parts();
    let built = build::build(declarations, &tag_types);
    let mut schema = Schema {
        sources,
        modules: checked.modules.into_iter().map(module).collect(),
        types: built.types,
        commands: built.commands,
        events: built.events,
        aliases: Vec::new(),
        definitions: Vec::new(),
        docs: Vec::new(),
        names: places,
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
