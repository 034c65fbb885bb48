//! From a schema to the entries.
//!
//! QEMU's build makes its answer as C code: the entries and the numbers in them for the whole
//! schema, with the conditions as those of the C preprocessor around what they are on. So that a
//! number hangs on nothing but the schema, and what is left out leaves a gap.

use std::collections::{HashMap, HashSet};

use qapi_parser::Schema;
use qapi_parser::schema::{
    Alternate, Branch, Builtin, Command, Condition, DefinitionId, Enum, Event, Feature, Head,
    JsonType, Member, ModuleItem, Part, TypeId, TypeKind, Union, Version, VersionRange,
};

use super::Naming;
use super::json::{Json, Object};
use crate::model::Reach;

/// How much the entries tell.
pub(super) enum Form<'a> {
    /// What a server that was built with some symbols answers.
    Answer {
        is_defined: &'a dyn Fn(&str) -> bool,
        naming: Naming,
    },
    /// All that is known, of what is in reach.
    Descriptor(&'a Reach),
}

impl Form<'_> {
    fn has(&self, definition: DefinitionId) -> bool {
        match self {
            Form::Answer { .. } => true,
            Form::Descriptor(reach) => reach.has(definition),
        }
    }
}

/// The entries of a schema: the commands and events, then the types that they need, in the order
/// in which they are needed.
pub(super) fn build(schema: &Schema, form: &Form<'_>) -> Vec<Object> {
    let mut builder = Builder {
        schema,
        form,
        numbers: HashMap::new(),
        used: Vec::new(),
        is_used: HashSet::new(),
        entries: Vec::new(),
        needs_empty: false,
    };
    builder.commands_and_events();
    builder.used_types();
    builder.empty_object();
    builder.entries
}

struct Builder<'a> {
    schema: &'a Schema,
    form: &'a Form<'a>,
    /// The numbers of types that have one.
    numbers: HashMap<TypeId, usize>,
    /// The types that are needed, in the order of their first use.
    used: Vec<TypeId>,
    is_used: HashSet<TypeId>,
    entries: Vec<Object>,
    /// Whether something takes or returns nothing, and the schema has no type for it.
    needs_empty: bool,
}

impl<'a> Builder<'a> {
    fn commands_and_events(&mut self) {
        for (_, module) in self.schema.modules() {
            for item in &module.items {
                match *item {
                    ModuleItem::Definition(id) if !self.form.has(id) => {}
                    ModuleItem::Definition(DefinitionId::Command(id)) => {
                        self.command(self.schema.command(id));
                    }
                    ModuleItem::Definition(DefinitionId::Event(id)) => {
                        self.event(self.schema.event(id));
                    }
                    ModuleItem::Definition(DefinitionId::Type(_)) | ModuleItem::Include(_) => {}
                }
            }
        }
    }

    /// Types need others, which are then added behind.
    fn used_types(&mut self) {
        let mut done = 0;
        while let Some(&id) = self.used.get(done) {
            self.ty(id);
            done += 1;
        }
    }

    fn command(&mut self, command: &'a Command) {
        let arguments = self.use_object(command.arguments);
        let returns = self.use_object(command.returns);
        let takes_more = self.is_descriptor() && !command.generate && command.arguments.is_some();
        let info = Object::default()
            .with("arg-type", arguments)
            .with("ret-type", returns)
            .with_some("allow-oob", command.allow_oob.then_some(true))
            .with_some("gen", takes_more.then_some(false));
        self.add("command", &command.head.name, info, &command.head);
    }

    fn event(&mut self, event: &'a Event) {
        let info = Object::default().with("arg-type", self.use_object(event.data));
        self.add("event", &event.head.name, info, &event.head);
    }

    fn ty(&mut self, id: TypeId) {
        let ty = self.schema.ty(id);
        let name = self.use_type(id);
        let (meta, info) = match &ty.kind {
            TypeKind::Builtin(Builtin::QType) => ("enum", self.q_type()),
            TypeKind::Builtin(builtin) => {
                let json_type = json_type(*builtin);
                ("builtin", Object::default().with("json-type", json_type))
            }
            TypeKind::Array(element) => {
                let element = self.use_type(*element);
                ("array", Object::default().with("element-type", element))
            }
            TypeKind::Enum(it) => ("enum", self.enumeration(it)),
            TypeKind::Struct(_) => ("object", self.object(id)),
            TypeKind::Union(union) => ("object", self.union(id, union)),
            TypeKind::Alternate(it) => ("alternate", self.alternate(it)),
        };
        self.add(meta, &name, info, &ty.head);
    }

    fn enumeration(&self, enumeration: &Enum) -> Object {
        let values = enumeration.values.iter();
        let values = values.filter(|value| self.holds(value.part.condition.as_ref()));
        let members = values.map(|value| {
            let name = value.name.as_str();
            (name, named(name).extended(self.part(&value.part)))
        });
        self.with_members(members)
    }

    /// The enumeration of JSON types inside QEMU, which nothing in QEMU's own schema sends.
    fn q_type(&self) -> Object {
        self.with_members(Builtin::QTYPE_VALUES.map(|name| (name, named(name))))
    }

    fn with_members<'n>(&self, members: impl IntoIterator<Item = (&'n str, Object)>) -> Object {
        let (names, members): (Vec<&str>, Vec<Object>) = members.into_iter().unzip();
        // QEMU sends the old form as well.
        let values = (!self.is_descriptor()).then_some(names);
        let enumeration = Object::default().with("members", members);
        enumeration.with_some("values", values)
    }

    fn object(&mut self, id: TypeId) -> Object {
        let mut members = Vec::new();
        for member in self.schema.all_members(id) {
            let info = self.member(member);
            if self.holds(member.part.condition.as_ref()) {
                members.push(info);
            }
        }
        Object::default().with("members", members)
    }

    fn member(&mut self, member: &Member) -> Object {
        let default = member.optional.then_some(Json::Null);
        named(&member.name)
            .with("type", self.use_type(member.ty))
            .with_some("default", default)
            .extended(self.part(&member.part))
    }

    fn union(&mut self, id: TypeId, union: &Union) -> Object {
        let info = self.object(id);
        let mut variants = Vec::new();
        for branch in &union.branches {
            self.variant(&mut variants, branch);
        }
        self.empty_variants(&mut variants, union);
        info.with("tag", union.tag.as_str())
            .with("variants", variants)
    }

    fn variant(&mut self, variants: &mut Vec<Object>, branch: &Branch) {
        let variant = variant(&branch.name, self.use_type(branch.ty));
        if self.holds(branch.part.condition.as_ref()) {
            variants.push(
                variant.extended(self.facts(branch.part.versions, branch.part.condition.as_ref())),
            );
        }
    }

    /// The values of the tag without a branch.
    fn empty_variants(&mut self, variants: &mut Vec<Object>, union: &Union) {
        for (name, condition) in self.schema.values_without_branch(union) {
            let ty = self.use_object(None);
            if self.holds(condition) {
                variants.push(variant(name, ty));
            }
        }
    }

    fn alternate(&mut self, alternate: &Alternate) -> Object {
        let mut members = Vec::new();
        for Branch { ty, part, .. } in &alternate.alternatives {
            let ty = self.use_type(*ty);
            if self.holds(part.condition.as_ref()) {
                let facts = self.facts(part.versions, part.condition.as_ref());
                members.push(Object::default().with("type", ty).extended(facts));
            }
        }
        Object::default().with("members", members)
    }

    /// What the answer calls a type, or the empty object, where there is none.
    fn use_object(&mut self, id: Option<TypeId>) -> String {
        match id.or_else(|| self.schema.find_type(EMPTY)) {
            Some(id) => self.use_type(id),
            None => {
                self.needs_empty = true;
                EMPTY.to_owned()
            }
        }
    }

    /// The empty object, of a schema that does not have it: a merged one.
    fn empty_object(&mut self) {
        if self.needs_empty {
            let members = Vec::<Object>::new();
            let entry = Object::default()
                .with("meta-type", "object")
                .with("name", EMPTY);
            self.entries.push(entry.with("members", members));
        }
    }

    /// What the answer calls a type, which gets an entry.
    fn use_type(&mut self, id: TypeId) -> String {
        let id = self.merged(id);
        if self.is_used.insert(id) {
            self.used.push(id);
        }
        let ty = self.schema.ty(id);
        match &ty.kind {
            TypeKind::Array(element) => format!("[{}]", self.use_type(*element)),
            TypeKind::Builtin(builtin) if *builtin != Builtin::QType => builtin.name().to_owned(),
            _ if self.keeps_names() => ty.head.name.to_string(),
            _ => {
                let next = self.numbers.len();
                self.numbers.entry(id).or_insert(next).to_string()
            }
        }
    }

    /// The type that an answer has in the place of another: all integers are the same.
    fn merged(&self, id: TypeId) -> TypeId {
        if self.is_descriptor() {
            return id;
        }
        let name = match &self.schema.ty(id).kind {
            TypeKind::Builtin(builtin) if is_integer(*builtin) => "int",
            TypeKind::Array(element) => match &self.schema.ty(*element).kind {
                TypeKind::Builtin(builtin) if is_integer(*builtin) => "intList",
                _ => return id,
            },
            _ => return id,
        };
        self.schema.find_type(name).unwrap_or(id)
    }

    fn add(&mut self, meta: &'static str, name: &str, info: Object, head: &Head) {
        let condition = head.condition.as_ref();
        if self.holds(condition) {
            let entry = Object::default()
                .with("meta-type", meta)
                .with("name", name)
                .extended(self.features(&head.features))
                .with_some("module", self.module(head))
                .extended(self.facts(head.versions, condition))
                .extended(info);
            self.entries.push(entry);
        }
    }

    /// The module that a descriptor says something is defined in: a file, without `.json`.
    fn module(&self, head: &Head) -> Option<&'a str> {
        let module = head.module.filter(|_| self.is_descriptor())?;
        let name = self.schema.module(module).name.as_str();
        Some(name.strip_suffix(".json").unwrap_or(name))
    }

    /// What belongs to every member and value.
    fn part(&self, part: &Part) -> Object {
        let features = self.features(&part.features);
        features.extended(self.facts(part.versions, part.condition.as_ref()))
    }

    /// What only a descriptor tells.
    fn facts(&self, versions: VersionRange, condition: Option<&Condition>) -> Object {
        match self.form {
            Form::Answer { .. } => Object::default(),
            Form::Descriptor(_) => Object::default()
                .with_some("versions", notation(versions))
                .with_some("if", condition.map(Condition::to_string)),
        }
    }

    /// Where there are features in the schema, there is an array in the answer, even if the
    /// conditions leave nothing for it.
    fn features(&self, features: &[Feature]) -> Object {
        if features.is_empty() {
            return Object::default();
        }
        let features = features.iter();
        let features = features.filter(|it| self.holds(it.condition.as_ref()));
        let names: Vec<&str> = features.clone().map(|it| it.name.as_str()).collect();
        let versions = features.filter(|_| self.is_descriptor()).filter_map(|it| {
            let versions = notation(it.versions)?;
            Some(named(&it.name).with("versions", versions))
        });
        let versions: Vec<Object> = versions.collect();
        let versions = (!versions.is_empty()).then_some(versions);
        let features = Object::default().with("features", names);
        features.with_some("feature-versions", versions)
    }

    fn holds(&self, condition: Option<&Condition>) -> bool {
        match self.form {
            Form::Answer { is_defined, .. } => condition.is_none_or(|it| it.holds(is_defined)),
            Form::Descriptor(_) => true,
        }
    }

    fn keeps_names(&self) -> bool {
        match self.form {
            Form::Answer { naming, .. } => *naming == Naming::Plain,
            Form::Descriptor(_) => true,
        }
    }

    fn is_descriptor(&self) -> bool {
        matches!(self.form, Form::Descriptor(_))
    }
}

/// The name of the type without members.
const EMPTY: &str = "q_empty";

fn is_integer(builtin: Builtin) -> bool {
    builtin.json_type() == JsonType::Int
}

/// What values of a type look like.
fn json_type(builtin: Builtin) -> &'static str {
    match builtin.json_type() {
        JsonType::String => "string",
        JsonType::Number => "number",
        JsonType::Int => "int",
        JsonType::Boolean => "boolean",
        JsonType::Value => "value",
        JsonType::Null => "null",
    }
}

fn named(name: &str) -> Object {
    Object::default().with("name", name)
}

fn variant(case: &str, ty: String) -> Object {
    Object::default().with("case", case).with("type", ty)
}

/// How a descriptor writes releases: the first and the series of the last, both included.
fn notation(versions: VersionRange) -> Option<String> {
    let text = |version: Option<_>| version.map_or_else(String::new, |it: Version| it.to_string());
    let VersionRange { first, last } = versions;
    let is_known = first.is_some() || last.is_some();
    is_known.then(|| format!("{}..{}", text(first), text(last)))
}
