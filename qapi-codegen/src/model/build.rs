//! From a [`Schema`] to a [`Model`].

mod message;
mod types;
mod values;

use std::collections::{BTreeSet, HashMap, HashSet};

use qapi_parser::schema::{DefinitionId, Head, Member, ModuleId, Part, TypeId};
use qapi_parser::{Diagnostic, Diagnostics, Schema};

use super::boxing::{self, Hold, Place};
use super::docs::{self, Kind, Reference};
use super::names::Names;
use super::{Field, Item, Model, Module, imports, sent};
use crate::name;

/// Makes every decision about the code of `schema`.
///
/// # Errors
///
/// When two names of the schema become the same in Rust.
pub(crate) fn build(schema: &Schema, reference: Option<&Reference>) -> Result<Model, Diagnostics> {
    let mut builder = Builder {
        schema,
        reference,
        boxed: boxing::boxed(schema),
        sent: sent::sent(schema),
        clashes: Vec::new(),
        types: Names::of_types(),
        commands: Names::of_commands(),
        events: Names::of_events(),
    };
    let model = builder.model();
    match Diagnostics::new(builder.clashes, schema.sources().clone()) {
        None => Ok(model),
        Some(diagnostics) => Err(diagnostics),
    }
}

struct Builder<'s> {
    schema: &'s Schema,
    reference: Option<&'s Reference>,
    boxed: HashSet<Place<'s>>,
    sent: HashSet<TypeId>,
    clashes: Vec<Diagnostic>,
    types: Names,
    commands: Names,
    events: Names,
}

impl<'s> Builder<'s> {
    fn model(&mut self) -> Model {
        let mut modules: Vec<Module> = Vec::new();
        let mut by_id: HashMap<ModuleId, usize> = HashMap::new();
        let mut idents = HashSet::new();
        for &definition in self.schema.definitions() {
            let head = self.schema.head(definition);
            let Some(id) = head.module else { continue };
            let index = *by_id.entry(id).or_insert_with(|| {
                let source = &self.schema.module(id).name;
                let mut ident = name::module(source);
                while !idents.insert(ident.clone()) {
                    // `a-b.json` beside `a_b.json`; these modules are private.
                    ident.push('_');
                }
                modules.push(Module {
                    ident,
                    source: source.clone(),
                    imports: BTreeSet::new(),
                    types: Vec::new(),
                    commands: Vec::new(),
                    events: Vec::new(),
                });
                modules.len() - 1
            });
            let module = &mut modules[index];
            match definition {
                DefinitionId::Type(id) => module.types.extend(self.ty(id, &module.source)),
                DefinitionId::Command(id) => {
                    let command = self.command(self.schema.command(id), &module.source);
                    module.commands.push(command);
                }
                DefinitionId::Event(id) => {
                    let event = self.event(self.schema.event(id), &module.source);
                    module.events.push(event);
                }
            }
        }
        modules.retain(|module| {
            !(module.types.is_empty() && module.commands.is_empty() && module.events.is_empty())
        });
        for module in &mut modules {
            module.imports = imports::imports(module);
        }
        Model { modules }
    }

    fn item(&self, kind: Kind, ident: String, head: &Head, module: &str, notes: &[String]) -> Item {
        Item {
            ident,
            wire: head.name.to_string(),
            docs: docs::definition(kind, head, module, notes, self.reference),
            deprecated: docs::deprecated(&head.features),
        }
    }

    /// Items for the parts of one definition, whose identifiers must differ.
    fn parts(
        &mut self,
        what: &str,
        rename: fn(&str) -> String,
        head: &Head,
        parts: impl IntoIterator<Item = (&'s str, &'s Part)>,
        mut names: Names,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for (wire, part) in parts {
            let ident = rename(wire);
            let clash = names.claim(&ident, wire, part.span);
            self.clashes.extend(clash.map(inside(head)));
            items.push(Item {
                ident,
                wire: wire.to_owned(),
                docs: docs::part(what, wire, part),
                deprecated: docs::deprecated(&part.features),
            });
        }
        items
    }

    /// The fields of an object, whose names must differ from those in `names`.
    fn fields(&mut self, id: TypeId, head: &Head, names: Names) -> Vec<Field> {
        let members: Vec<&Member> = self.schema.all_members(id).collect();
        let parts = members
            .iter()
            .map(|member| (member.name.as_str(), &member.part));
        let items = self.parts("Member", name::field, head, parts, names);
        items
            .into_iter()
            .zip(members)
            .map(|(item, member)| Field {
                item,
                ty: self.rust_type(member.ty),
                setter: None,
                // A QEMU built without the condition leaves the member out.
                optional: member.optional || member.part.condition.is_some(),
                boxed: self
                    .boxed
                    .contains(&(id, Hold::Member, member.name.as_str())),
            })
            .collect()
    }
}

/// Whether a struct is one that QEMU's frontend makes of members that stand inline in a
/// command, an event or a union's base; the wrappers that it makes for the branches of simple
/// unions (`q_obj_str-wrapper`) are types of their own.
fn is_inline(head: &Head) -> bool {
    let name = &head.name;
    name == "q_empty"
        || (name.starts_with("q_obj_") && (name.ends_with("-arg") || name.ends_with("-base")))
}

/// Takes `ident` for a definition. The built-in types, which stand nowhere, become none of
/// their own.
fn claim(names: &mut Names, ident: &str, head: &Head) -> Option<Diagnostic> {
    names.claim(ident, &head.name, head.span?)
}

/// Adds the definition that a clash is in.
fn inside(head: &Head) -> impl Fn(Diagnostic) -> Diagnostic {
    let context = format!("'{}'", head.name);
    move |clash| clash.with_context(context.clone())
}
