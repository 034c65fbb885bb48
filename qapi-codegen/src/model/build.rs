//! From a [`Schema`] to a [`Model`].

mod check;
mod externs;
mod message;
mod types;
mod union;
mod values;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::mem;

use qapi_parser::schema::{DefinitionId, Head, Member, ModuleId, Part, TypeId, TypeKind};
use qapi_parser::{Diagnostic, Diagnostics, Schema};

use super::attributes::Attributes;
use super::boxing::{self, Hold, Place};
use super::docs::{self, Kind, Notes, Reference};
use super::endless::endless;
use super::links::{Links, Path};
use super::names::Names;
use super::options::{Extern, Named, Options, is_prefix};
use super::reach::Reach;
use super::rustdoc::{Rustdoc, Rustdocs};
use super::{Additions, Field, Item, Message, Model, Module, RustType, Type, imports, sent};
use crate::error::{Error, Misfit};
use crate::name;

/// Makes every decision about the code of `schema`.
///
/// # Errors
///
/// When two names of the schema become the same in Rust, values of a type would have no end, or
/// the options do not fit the schema.
pub(crate) fn build(schema: &Schema, options: &Options) -> Result<Model, Error> {
    let mut misfits = Vec::new();
    if !is_prefix(&options.prefix) {
        let message = format!("no name in Rust starts with '{}'", options.prefix);
        misfits.push(Misfit::new("prefix", message));
    }
    let externs = options.externs.iter();
    let externs = Named::new(externs.map(|(name, it)| (name.as_str(), it)));
    let is_extern = |head: &Head| externs.get(&head.name).is_some();
    let reach = Reach::of(schema, &options.roots, is_extern, &mut misfits);
    let is_replaced = |head: &Head| matches!(externs.get(&head.name), Some(Extern::Path(_)));
    let boxed = boxing::boxed(schema, is_replaced);
    let mut builder = Builder {
        schema,
        prefix: &options.prefix,
        reference: options.reference.as_ref(),
        base64: Named::new(options.base64.iter().map(|place| (place.as_str(), ()))),
        type_attributes: Attributes::of_types(&options.type_attributes, &mut misfits),
        member_attributes: Attributes::of_members(&options.member_attributes, &mut misfits),
        boxed,
        sent: sent::sent(schema, &reach),
        docs: Rustdocs::default(),
        faults: endless(schema, &reach),
        externs,
        reach,
        misfits,
        types: Names::of_types(&options.prefix),
        commands: Scope::new(Names::of_parts()),
        events: Scope::new(Names::of_event_variants()),
    };
    let model = builder.model();
    builder.check_options();
    if let Some(faults) = Diagnostics::new(builder.faults, schema.sources().clone()) {
        return Err(Error::Schema(faults));
    }
    if !builder.misfits.is_empty() {
        builder.misfits.sort();
        return Err(Error::Options(builder.misfits));
    }
    Ok(model)
}

struct Builder<'s> {
    schema: &'s Schema,
    /// What stands in front of the names of types, commands and events.
    prefix: &'s str,
    reference: Option<&'s Reference>,
    base64: Named<'s, ()>,
    externs: Named<'s, &'s Extern>,
    type_attributes: Attributes<'s>,
    member_attributes: Attributes<'s>,
    reach: Reach,
    boxed: HashSet<Place<'s>>,
    sent: HashSet<TypeId>,
    docs: Rustdocs,
    /// What is wrong with the schema.
    faults: Vec<Diagnostic>,
    /// What is wrong with options.
    misfits: Vec<Misfit>,
    types: Names,
    commands: Scope,
    events: Scope,
}

/// The names of all commands, or of all events.
struct Scope {
    types: Names,
    variants: Names,
}

impl Scope {
    fn new(variants: Names) -> Self {
        let types = Names::of_messages();
        Scope { types, variants }
    }

    /// Takes the names of a command or an event, or says what has them already.
    fn claim(&mut self, message: &Message, head: &Head) -> Option<Diagnostic> {
        let clash = claim(&mut self.types, &message.ident, head);
        clash.or_else(|| claim(&mut self.variants, &message.variant, head))
    }
}

impl<'s> Builder<'s> {
    fn model(&mut self) -> Model {
        let mut model = Model {
            command_set: format!("{}{}", self.prefix, name::COMMAND_SET),
            event_set: format!("{}{}", self.prefix, name::EVENT_SET),
            ..Model::default()
        };
        let mut modules = Modules::default();
        let mut links = Links::new(self.reference);
        for &definition in self.schema.definitions() {
            let head = self.schema.head(definition);
            let idents = self.idents(definition);
            let (Some(module), Some(ident)) = (head.module, idents.first()) else {
                continue;
            };
            let found = self.externs.take(&head.name);
            if !self.reach.has(definition) {
                continue;
            }
            let message = || Message {
                ident: ident.clone(),
                variant: name::message("", &head.name),
                wire: head.name.to_string(),
            };
            let path = match definition {
                DefinitionId::Type(_) => {
                    let names = &mut self.types;
                    let claims = idents.iter().map(|ident| claim(names, ident, head));
                    self.faults.extend(claims.flatten());
                    Path::of_type(ident)
                }
                DefinitionId::Command(_) => {
                    let message = message();
                    self.faults.extend(self.commands.claim(&message, head));
                    model.commands.push(message);
                    Path::of_command(ident)
                }
                DefinitionId::Event(_) => {
                    let message = message();
                    self.faults.extend(self.events.claim(&message, head));
                    model.events.push(message);
                    Path::of_event(ident)
                }
            };
            links.add(&head.name, path);
            if let Some(place) = found {
                self.take_from(place, idents, definition, &mut model);
                continue;
            }
            let module = modules.of(self.schema, module);
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
        for alias in self.schema.aliases() {
            let found = self.externs.take(&alias.name);
            if !self.reach.has_type(alias.target) {
                continue;
            }
            let items = self.aliases(alias);
            let claims = items.iter().map(|it| {
                let ident = &it.item.ident;
                self.types.claim(ident, &alias.name, alias.span)
            });
            self.faults.extend(claims.flatten());
            if let Some(item) = items.first() {
                links.add(&alias.name, Path::of_type(&item.item.ident));
            }
            if let Some(place) = found {
                let idents = items.into_iter().map(|it| it.item.ident).collect();
                self.take_from(place, idents, DefinitionId::Type(alias.target), &mut model);
            } else if !items.is_empty() {
                let module = modules.of(self.schema, alias.module);
                module.types.extend(items.into_iter().map(Type::Alias));
            }
        }
        model.reach = mem::take(&mut self.reach);
        model.modules = modules.list;
        for module in &mut model.modules {
            module.imports = imports::imports(module);
            links.add_module(module);
        }
        model.introduction = Some(self.docs.add(docs::introduction(self.schema)));
        self.docs.set_links(links);
        model.docs = mem::take(&mut self.docs);
        model
    }

    /// The identifiers of the items that a definition becomes, the one that has its name first.
    /// Built-in types and arrays have none, nor have structs whose members stand in the command,
    /// event or union that has them.
    fn idents(&self, definition: DefinitionId) -> Vec<String> {
        let head = self.schema.head(definition);
        let DefinitionId::Type(id) = definition else {
            return vec![self.message_ident(&head.name)];
        };
        let ident = self.type_ident(&head.name);
        if let Some(Extern::Path(_)) = self.externs.get(&head.name) {
            return vec![ident];
        }
        match &self.schema.ty(id).kind {
            TypeKind::Builtin(_) | TypeKind::Array(_) => Vec::new(),
            TypeKind::Struct(_) if is_inline(head) => Vec::new(),
            TypeKind::Union(union) if self.has_more_than_tag(id, union) => {
                let branches = name::branches(&ident);
                vec![ident, branches]
            }
            TypeKind::Struct(_)
            | TypeKind::Enum(_)
            | TypeKind::Union(_)
            | TypeKind::Alternate(_) => vec![ident],
        }
    }

    fn item(&mut self, kind: Kind, ident: String, head: &Head, module: &str, notes: Notes) -> Item {
        let docs = docs::definition(kind, head, module, notes, self.reference);
        let mut additions = Additions::of_kind(kind);
        additions.extend(&self.type_attributes.take([&head.name]));
        Item {
            ident,
            wire: head.name.to_string(),
            docs: self.docs.add(docs),
            deprecated: docs::deprecated(&head.features, head.versions),
            additions,
        }
    }

    /// Items for the parts of one definition, each with its documentation, whose identifiers
    /// must differ.
    fn parts(
        &mut self,
        rename: fn(&str) -> String,
        head: &Head,
        parts: impl IntoIterator<Item = (&'s str, &'s Part, Rustdoc)>,
        mut names: Names,
    ) -> Vec<Item> {
        let mut items = Vec::new();
        for (wire, part, docs) in parts {
            let ident = rename(wire);
            let clash = names.claim(&ident, wire, part.span);
            self.faults.extend(clash.map(inside(head)));
            items.push(Item {
                ident,
                wire: wire.to_owned(),
                docs: self.docs.add(docs),
                deprecated: docs::deprecated(&part.features, part.versions),
                additions: self.member_additions(head, wire),
            });
        }
        items
    }

    /// The attributes that the user gives a part of a definition.
    fn member_additions(&mut self, head: &Head, wire: &str) -> Additions {
        if self.member_attributes.is_empty() {
            return Additions::default();
        }
        let place = format!("{}.{wire}", head.name);
        self.member_attributes.take([&head.name, &place])
    }

    /// The fields of an object, whose names must differ from those in `names`.
    fn fields(&mut self, id: TypeId, head: &Head, sent: bool, names: Names) -> Vec<Field> {
        let members: Vec<&Member> = self.schema.all_members(id).collect();
        let types = members.iter().map(|member| self.member_type(head, member));
        let types: Vec<RustType> = types.collect();
        let parts = members.iter().zip(&types).map(|(member, ty)| {
            let docs = docs::member(member, head, sent, ty);
            (member.name.as_str(), &member.part, docs)
        });
        let items = self.parts(name::field, head, parts, names);
        let fields = items.into_iter().zip(types).zip(members);
        fields
            .map(|((item, ty), member)| Field {
                item,
                ty,
                setter: None,
                optional: member.may_be_absent(),
                boxed: self
                    .boxed
                    .contains(&(id, Hold::Member, member.name.as_str())),
            })
            .collect()
    }
}

/// The modules of which something is generated, in the order of their first definition.
#[derive(Default)]
struct Modules {
    list: Vec<Module>,
    by_id: HashMap<ModuleId, usize>,
    idents: HashSet<String>,
}

impl Modules {
    fn of(&mut self, schema: &Schema, id: ModuleId) -> &mut Module {
        let index = *self.by_id.entry(id).or_insert_with(|| {
            let source = &schema.module(id).name;
            let mut ident = name::module(source);
            while !self.idents.insert(ident.clone()) {
                // `a-b.json` beside `a_b.json`; these modules are private.
                ident.push('_');
            }
            self.list.push(Module {
                ident,
                source: source.clone(),
                imports: BTreeSet::new(),
                types: Vec::new(),
                commands: Vec::new(),
                events: Vec::new(),
            });
            self.list.len() - 1
        });
        &mut self.list[index]
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
