//! The merged schema, of groups of types.

mod definitions;
mod modules;
mod parts;
mod types;
mod union;

use std::collections::{BTreeMap, HashMap};

use smol_str::{SmolStr, format_smolstr};

use super::conflict;
use super::groups::{GroupId, Groups};
use super::places::{self, Place};
use super::unify::Shape;
use crate::diagnostic::Diagnostic;
use crate::schema::{
    Alias, Builtin, Command, CommandId, DefinitionId, Event, EventId, Head, Module, ModuleId,
    ModuleItem, Schema, Type, TypeId, TypeKind, VersionRange,
};
use crate::source::{Sources, Span};
use definitions::Definition;

/// Builds the schema, and says what cannot be merged: then the schema is of no use.
pub(super) fn build(groups: &Groups<'_>) -> (Schema, Vec<Diagnostic>) {
    let mut builder = Builder::new(groups);
    builder.conflicts = definitions::clashes(groups);
    let definitions = definitions::in_order(groups);
    builder.number(&definitions);
    for definition in &definitions {
        match definition {
            Definition::Type(id) => builder.group(*id),
            Definition::Command(commands) => builder.command(commands),
            Definition::Event(events) => builder.event(events),
        }
    }
    builder.aliases();
    builder.finish()
}

struct Builder<'g, 'a> {
    groups: &'g Groups<'a>,
    conflicts: Vec<Diagnostic>,
    types: Vec<Type>,
    commands: Vec<Command>,
    events: Vec<Event>,
    aliases: Vec<Alias>,
    definitions: Vec<DefinitionId>,
    modules: Vec<Module>,
    module_ids: HashMap<&'a str, ModuleId>,
    builtins: HashMap<Builtin, TypeId>,
    ids: HashMap<GroupId, TypeId>,
    /// The array types by what they are of, and those types, whose ids follow all others.
    arrays: HashMap<TypeId, TypeId>,
    array_types: Vec<Type>,
    /// How many types there are without arrays.
    count: usize,
    /// Where the arguments of commands and events stand.
    messages: HashMap<(&'a str, &'a str), Place<'a>>,
}

impl<'g, 'a> Builder<'g, 'a> {
    fn new(groups: &'g Groups<'a>) -> Self {
        let mut builder = Builder {
            groups,
            conflicts: Vec::new(),
            types: Vec::new(),
            commands: Vec::new(),
            events: Vec::new(),
            aliases: Vec::new(),
            definitions: Vec::new(),
            modules: Vec::new(),
            module_ids: HashMap::new(),
            builtins: HashMap::new(),
            ids: HashMap::new(),
            arrays: HashMap::new(),
            array_types: Vec::new(),
            count: 0,
            messages: HashMap::new(),
        };
        let messages = places::of_messages(groups).into_iter();
        builder.messages = messages.map(|it| (it.message(), it)).collect();
        builder.add_modules();
        let newest = groups.releases.last();
        for (_, ty) in newest.iter().flat_map(|it| it.schema.types()) {
            if let TypeKind::Builtin(builtin) = ty.kind {
                let id = builder.add(ty.clone());
                builder.builtins.insert(builtin, id);
            }
        }
        builder
    }

    /// Gives all types their ids, so that they can name each other.
    fn number(&mut self, definitions: &[Definition<'a>]) {
        let mut next = self.types.len();
        for definition in definitions {
            let Definition::Type(id) = definition else {
                continue;
            };
            // The base of a union stands in front of it.
            next += usize::from(self.groups.is_union(*id));
            self.ids.insert(*id, TypeId(next as u32));
            next += 1;
        }
        self.count = next;
    }

    fn add(&mut self, ty: Type) -> TypeId {
        let id = TypeId(self.types.len() as u32);
        self.define(DefinitionId::Type(id), &ty.head);
        self.types.push(ty);
        id
    }

    fn define(&mut self, id: DefinitionId, head: &Head) {
        self.definitions.push(id);
        if let Some(module) = head.module {
            let items = &mut self.modules[module.0 as usize].items;
            items.push(ModuleItem::Definition(id));
        }
    }

    /// What a place becomes; a conflict gives nothing.
    fn at(&mut self, place: &Place<'a>) -> Option<TypeId> {
        match self.groups.unify(place) {
            Ok(shape) => {
                let newest = place.occupants.iter().rev();
                let span = newest.filter_map(|it| it.span).next();
                self.ty(&shape, span)
            }
            Err(clash) => {
                let conflict = conflict::of_types(self.groups, place, clash);
                let help = match self.groups.settled_on(place) {
                    None => "no rule says which to take: settle it with the name of a type".into(),
                    Some(name) => format!("it is settled with '{name}', which no release has here"),
                };
                self.conflicts.extend(conflict.map(|it| it.with_help(help)));
                None
            }
        }
    }

    /// The type; if it is a new array, that is called for at `span`.
    fn ty(&mut self, shape: &Shape, span: Option<Span>) -> Option<TypeId> {
        match shape {
            Shape::Builtin(builtin) => self.builtins.get(builtin).copied(),
            Shape::Group(id) => self.ids.get(id).copied(),
            Shape::Array(element) => {
                let name = self.array_name(element)?;
                let element = self.ty(element, span)?;
                let next = TypeId((self.count + self.array_types.len()) as u32);
                let array_types = &mut self.array_types;
                let id = *self.arrays.entry(element).or_insert_with(|| {
                    array_types.push(array(name, element, span));
                    next
                });
                Some(id)
            }
        }
    }

    fn array_name(&self, element: &Shape) -> Option<SmolStr> {
        Some(match element {
            Shape::Builtin(builtin) => format_smolstr!("{}List", builtin.name()),
            Shape::Group(id) => format_smolstr!("{}List", self.groups.get(*id).name),
            Shape::Array(element) => format_smolstr!("{}List", self.array_name(element)?),
        })
    }

    fn command(&mut self, commands: &[(usize, &'a Command)]) {
        let heads = commands.iter().map(|(release, it)| (*release, &it.head));
        let head = self.head(&heads.collect());
        let (Some((_, newest)), Some(head)) = (commands.first(), head) else {
            return;
        };
        let arguments = self.message(&newest.head.name, "arguments");
        let returns = self.message(&newest.head.name, "returns");
        let id = CommandId(self.commands.len() as u32);
        self.define(DefinitionId::Command(id), &head);
        self.commands.push(Command {
            head,
            arguments,
            returns,
            ..(*newest).clone()
        });
    }

    fn event(&mut self, events: &[(usize, &'a Event)]) {
        let heads = events.iter().map(|(release, it)| (*release, &it.head));
        let head = self.head(&heads.collect());
        let (Some((_, newest)), Some(head)) = (events.first(), head) else {
            return;
        };
        let data = self.message(&newest.head.name, "data");
        let id = EventId(self.events.len() as u32);
        self.define(DefinitionId::Event(id), &head);
        self.events.push(Event {
            head,
            data,
            ..(*newest).clone()
        });
    }

    fn message(&mut self, name: &'a str, what: &'a str) -> Option<TypeId> {
        let place = self.messages.remove(&(name, what))?;
        self.at(&place)
    }

    fn aliases(&mut self) {
        let mut aliases: BTreeMap<&str, Alias> = BTreeMap::new();
        for (old, new) in self.groups.renamed() {
            let name = self.groups.get(old).name;
            let head = self.head(&definitions::heads(self.groups, name));
            // What nobody could name needs no other name.
            let head = head.filter(|_| !self.groups.is_implicit(old));
            if let (Some(&target), Some(head)) = (self.ids.get(&new), head)
                && let (Some(module), Some(span)) = (head.module, head.span)
            {
                let alias = Alias {
                    name: head.name,
                    module,
                    span,
                    target,
                    versions: head.versions,
                };
                aliases.insert(name, alias);
            }
        }
        self.aliases = aliases.into_values().collect();
    }

    fn finish(mut self) -> (Schema, Vec<Diagnostic>) {
        let arrays = std::mem::take(&mut self.array_types);
        for mut ty in arrays {
            if let TypeKind::Array(element) = ty.kind {
                // An array is where its element type is.
                let element = self.types.get(element.0 as usize);
                ty.head.module = element.and_then(|element| element.head.module);
                // Those of the built-in types are there without being called for.
                ty.head.span = ty.head.span.filter(|_| ty.head.module.is_some());
            }
            self.add(ty);
        }
        let mut schema = Schema {
            sources: Sources::default(),
            modules: self.modules,
            types: self.types,
            commands: self.commands,
            events: self.events,
            aliases: self.aliases,
            definitions: self.definitions,
            docs: Vec::new(),
            names: HashMap::new(),
        };
        for (index, &id) in schema.definitions.iter().enumerate() {
            let name = schema.head(id).name.clone();
            schema.names.insert(name, index);
        }
        schema.docs = modules::docs(self.groups, &schema, &self.module_ids);
        (schema, self.conflicts)
    }
}

fn array(name: SmolStr, element: TypeId, span: Option<Span>) -> Type {
    Type {
        head: Head {
            name,
            module: None,
            span,
            doc: None,
            versions: VersionRange::default(),
            condition: None,
            features: Vec::new(),
        },
        kind: TypeKind::Array(element),
    }
}
