//! From a [`Schema`] to a [`Model`].

use std::collections::{BTreeSet, HashMap, HashSet};

use qapi_parser::schema::{
    self, Branch, Builtin, DefinitionId, EnumValue, Head, Member, ModuleId, Part, TypeId, TypeKind,
    Version,
};
use qapi_parser::{Diagnostic, Diagnostics, Schema};

use super::boxing::{self, Hold, Place};
use super::docs::{self, Kind, Reference};
use super::names::Names;
use super::object::{Role, object};
use super::{
    Alternate, Alternative, Arguments, Command, Enum, Event, Field, Item, JsonType, Model, Module,
    Payload, RustType, Since, Tag, Type, Union, Variant, imports, sent,
};
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

    /// The generated type of a definition, unless it has none of its own.
    fn ty(&mut self, id: TypeId, module: &str) -> Option<Type> {
        let ty = self.schema.ty(id);
        let head = &ty.head;
        let ident = name::ty(&head.name);
        let ty = match &ty.kind {
            TypeKind::Builtin(_) | TypeKind::Array(_) => return None,
            // The members of these stand in the command, event or union that has them.
            TypeKind::Struct(_) if is_inline(head) => return None,
            TypeKind::Enum(definition) => {
                let item = self.item(Kind::Enum, ident, head, module, &[]);
                let values = self.values(head, &definition.values);
                Type::Enum(Enum { item, values })
            }
            TypeKind::Struct(_) => {
                let item = self.item(Kind::Struct, ident, head, module, &[]);
                let fields = self.fields(id, head, Names::of_parts());
                let sent = self.sent.contains(&id);
                Type::Struct(object(item, fields, Role::Type, sent))
            }
            TypeKind::Union(union) => {
                let item = self.item(Kind::Union, ident, head, module, &[]);
                Type::Union(Box::new(self.union(id, head, item, union)))
            }
            TypeKind::Alternate(alternate) => {
                let item = self.item(Kind::Alternate, ident, head, module, &[]);
                Type::Alternate(self.alternate(id, head, item, alternate))
            }
        };
        let clash = claim(&mut self.types, &ty.item().ident, head);
        self.clashes.extend(clash);
        if let Type::Union(union) = &ty
            && union.around.is_some()
        {
            let clash = claim(&mut self.types, &union.branches.ident, head);
            self.clashes.extend(clash);
        }
        Some(ty)
    }

    fn item(&self, kind: Kind, ident: String, head: &Head, module: &str, notes: &[String]) -> Item {
        Item {
            ident,
            wire: head.name.to_string(),
            docs: docs::definition(kind, head, module, notes, self.reference),
            deprecated: docs::deprecated(&head.features),
        }
    }

    fn values(&mut self, head: &'s Head, values: &'s [EnumValue]) -> Vec<Item> {
        let parts = values
            .iter()
            .map(|value| (value.name.as_str(), &value.part));
        self.parts("Value", name::variant, head, parts, Names::of_parts())
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

    fn union(&mut self, id: TypeId, head: &Head, item: Item, union: &'s schema::Union) -> Union {
        let by_value: HashMap<&str, &Branch> = union
            .branches
            .iter()
            .map(|branch| (branch.name.as_str(), branch))
            .collect();
        let of_branch = |branch: &'s Branch| (branch.name.as_str(), &branch.part);
        let parts: Vec<_> = match &self.schema.ty(union.tag_type).kind {
            TypeKind::Enum(definition) => {
                let values = definition.values.iter();
                let part = |value: &'s EnumValue| match by_value.get(value.name.as_str()) {
                    // What the union says of its branch is nearer than what the tag's type says.
                    Some(branch) => of_branch(branch),
                    None => (value.name.as_str(), &value.part),
                };
                values.map(part).collect()
            }
            // The tag is a `QType`: its other values are unknown ones.
            _ => union.branches.iter().map(of_branch).collect(),
        };
        let items = self.parts("Branch", name::variant, head, parts, Names::of_parts());
        let variants = items
            .into_iter()
            .map(|item| {
                let branch = by_value.get(item.wire.as_str());
                let payload = branch.map(|branch| self.payload(id, Hold::Branch, branch));
                Variant { item, payload }
            })
            .collect();
        let tag = union.tag.to_string();
        let fields = self.fields(id, head, Names::of_parts());
        let (tags, fields): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|field| field.item.wire == tag);
        let mut field = match tags.into_iter().next() {
            Some(field) if !fields.is_empty() => field.item,
            _ => {
                return Union {
                    branches: item,
                    tag,
                    variants,
                    around: None,
                };
            }
        };
        field
            .docs
            .push_str("\n\nThe branch holds the members that the value adds.");
        let branches = Item {
            ident: format!("{}Branch", item.ident),
            wire: item.wire.clone(),
            docs: format!(
                "The branches of [`{0}`](struct@{0}), which its member `{tag}` chooses.",
                item.ident
            ),
            deprecated: None,
        };
        let role = Role::Union(Tag {
            item: field,
            branches: branches.ident.clone(),
        });
        let sent = self.sent.contains(&id);
        Union {
            branches,
            tag,
            variants,
            around: Some(object(item, fields, role, sent)),
        }
    }

    fn alternate(
        &mut self,
        id: TypeId,
        head: &Head,
        item: Item,
        alternate: &'s schema::Alternate,
    ) -> Alternate {
        let parts = alternate
            .alternatives
            .iter()
            .map(|branch| (branch.name.as_str(), &branch.part));
        let items = self.parts("Alternative", name::variant, head, parts, Names::of_parts());
        let alternatives: Vec<Alternative> = items
            .into_iter()
            .zip(&alternate.alternatives)
            .map(|(item, branch)| Alternative {
                item,
                payload: self.payload(id, Hold::Alternative, branch),
                json: self.json_type(branch.ty),
            })
            .collect();
        let kinds: Vec<&str> = alternatives
            .iter()
            .map(|each| each.json.describe())
            .collect();
        let expected = match kinds.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            Some((only, _)) => (*only).to_owned(),
            None => String::new(),
        };
        Alternate {
            item,
            expected,
            alternatives,
        }
    }

    fn payload(&self, id: TypeId, hold: Hold, branch: &Branch) -> Payload {
        Payload {
            ty: self.rust_type(branch.ty),
            boxed: self.boxed.contains(&(id, hold, branch.name.as_str())),
        }
    }

    fn command(&mut self, command: &'s schema::Command, module: &str) -> Command {
        let head = &command.head;
        let mut notes = Vec::new();
        if command.allow_oob {
            notes.push("May be executed out of band.".to_owned());
        }
        if !command.success_response {
            notes.push("Success is not answered.".to_owned());
        }
        if command.allow_preconfig {
            notes.push("May be executed before the machine is made (`--preconfig`).".to_owned());
        }
        let extra = !command.generate && command.arguments.is_some();
        let item = self.item(
            Kind::Command,
            name::message(&head.name),
            head,
            module,
            &notes,
        );
        let clash = claim(&mut self.commands, &item.ident, head);
        self.clashes.extend(clash);
        Command {
            arguments: self.arguments(item, head, command.arguments, extra, true),
            response: command
                .returns
                .map_or(RustType::Empty, |id| self.rust_type(id)),
            allow_oob: command.allow_oob,
            success_response: command.success_response,
            since: since(head.versions.first.as_ref()),
        }
    }

    fn event(&mut self, event: &'s schema::Event, module: &str) -> Event {
        let head = &event.head;
        let item = self.item(Kind::Event, name::message(&head.name), head, module, &[]);
        let clash = claim(&mut self.events, &item.ident, head);
        self.clashes.extend(clash);
        Event {
            data: self.arguments(item, head, event.data, false, false),
            since: since(head.versions.first.as_ref()),
        }
    }

    /// The type of a command or an event; with `extra`, one that keeps unlisted members.
    fn arguments(
        &mut self,
        item: Item,
        head: &Head,
        id: Option<TypeId>,
        extra: bool,
        sent: bool,
    ) -> Arguments {
        let names = if extra {
            Names::of_parts_with_extra()
        } else {
            Names::of_parts()
        };
        let fields = match id {
            None => Vec::new(),
            Some(id) => {
                let ty = self.schema.ty(id);
                // A struct can take unlisted members besides its own.
                let inline =
                    is_inline(&ty.head) || (extra && matches!(ty.kind, TypeKind::Struct(_)));
                if !inline {
                    return Arguments::Newtype(item, self.rust_type(id));
                }
                self.fields(id, head, names)
            }
        };
        Arguments::Struct(object(item, fields, Role::Message { extra }, sent))
    }

    fn rust_type(&self, id: TypeId) -> RustType {
        let ty = self.schema.ty(id);
        match &ty.kind {
            TypeKind::Array(element) => RustType::Vec(Box::new(self.rust_type(*element))),
            TypeKind::Builtin(builtin) => match builtin {
                Builtin::Str | Builtin::QType => RustType::String,
                Builtin::Number => RustType::Plain("f64"),
                Builtin::Int | Builtin::Int64 => RustType::Plain("i64"),
                Builtin::Int8 => RustType::Plain("i8"),
                Builtin::Int16 => RustType::Plain("i16"),
                Builtin::Int32 => RustType::Plain("i32"),
                Builtin::Uint8 => RustType::Plain("u8"),
                Builtin::Uint16 => RustType::Plain("u16"),
                Builtin::Uint32 => RustType::Plain("u32"),
                Builtin::Uint64 | Builtin::Size => RustType::Plain("u64"),
                Builtin::Bool => RustType::Plain("bool"),
                Builtin::Any => RustType::Any,
                Builtin::Null => RustType::Null,
            },
            TypeKind::Enum(_)
            | TypeKind::Struct(_)
            | TypeKind::Union(_)
            | TypeKind::Alternate(_) => RustType::Named(name::ty(&ty.head.name)),
        }
    }

    fn json_type(&self, id: TypeId) -> JsonType {
        match &self.schema.ty(id).kind {
            TypeKind::Array(_) => JsonType::Array,
            TypeKind::Enum(_) => JsonType::Enum,
            TypeKind::Struct(_) | TypeKind::Union(_) | TypeKind::Alternate(_) => JsonType::Object,
            TypeKind::Builtin(builtin) => match builtin.json_type() {
                schema::JsonType::String => JsonType::String,
                schema::JsonType::Number => JsonType::Number,
                schema::JsonType::Int => JsonType::Integer,
                schema::JsonType::Boolean => JsonType::Bool,
                schema::JsonType::Null => JsonType::Null,
                // `resolve` refuses it as an alternative.
                schema::JsonType::Value => JsonType::Object,
            },
        }
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

fn since(version: Option<&Version>) -> Option<Since> {
    let number = |index| version?.parts().get(index).copied();
    Some((number(0)?, number(1)?, number(2).unwrap_or(0)))
}

impl JsonType {
    fn describe(self) -> &'static str {
        match self {
            JsonType::Null => "null",
            JsonType::Bool => "a boolean",
            JsonType::Integer => "an integer",
            JsonType::Number => "a number",
            JsonType::String | JsonType::Enum => "a string",
            JsonType::Array => "an array",
            JsonType::Object => "an object",
        }
    }
}
