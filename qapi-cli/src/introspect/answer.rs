//! From a schema to the answer of a QEMU that was built from it.
//!
//! QEMU's build makes the answer as C code: the entries and the numbers in them for the whole
//! schema, with the conditions as those of the C preprocessor around what they are on. So that a
//! number hangs on nothing but the schema, and what is left out leaves a gap.

use std::collections::{HashMap, HashSet};

use qapi_parser::Schema;
use qapi_parser::schema::{
    Alternate, Branch, Builtin, Command, Condition, DefinitionId, Enum, Event, Feature, Head,
    JsonType, Member, ModuleItem, TypeId, TypeKind, Union,
};
use qapi_types::qmp::{
    JSONType, SchemaInfo, SchemaInfoAlternate, SchemaInfoAlternateMember, SchemaInfoArray,
    SchemaInfoBranch, SchemaInfoBuiltin, SchemaInfoCommand, SchemaInfoEnum, SchemaInfoEnumMember,
    SchemaInfoEvent, SchemaInfoObject, SchemaInfoObjectMember, SchemaInfoObjectVariant,
};

use super::symbols::Symbols;

/// What types are called in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By numbers, in the order in which the answer first needs them.
    Masked,
    /// By their names.
    Plain,
}

/// What a QEMU that was built with `symbols` answers to `query-qmp-schema`: the commands and
/// events, then the types that they need, in the order in which they are needed.
pub(crate) fn answer(schema: &Schema, symbols: &Symbols, naming: Naming) -> Vec<SchemaInfo> {
    let mut answer = Answer {
        schema,
        symbols,
        naming,
        numbers: HashMap::new(),
        used: Vec::new(),
        is_used: HashSet::new(),
        entries: Vec::new(),
    };
    answer.commands_and_events();
    answer.used_types();
    answer.entries
}

struct Answer<'a> {
    schema: &'a Schema,
    symbols: &'a Symbols,
    naming: Naming,
    /// The numbers of types that have one.
    numbers: HashMap<TypeId, usize>,
    /// The types that are needed, in the order of their first use.
    used: Vec<TypeId>,
    is_used: HashSet<TypeId>,
    entries: Vec<SchemaInfo>,
}

impl<'a> Answer<'a> {
    fn commands_and_events(&mut self) {
        for (_, module) in self.schema.modules() {
            for item in &module.items {
                match *item {
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
        let mut info = SchemaInfoCommand::new(arguments, returns);
        info.allow_oob = command.allow_oob.then_some(true);
        let name = command.head.name.to_string();
        self.add(name, SchemaInfoBranch::Command(info), &command.head);
    }

    fn event(&mut self, event: &'a Event) {
        let info = SchemaInfoEvent::new(self.use_object(event.data));
        let name = event.head.name.to_string();
        self.add(name, SchemaInfoBranch::Event(info), &event.head);
    }

    fn ty(&mut self, id: TypeId) {
        let ty = self.schema.ty(id);
        let name = self.use_type(id);
        let info = match &ty.kind {
            TypeKind::Builtin(Builtin::QType) => SchemaInfoBranch::Enum(q_type()),
            TypeKind::Builtin(builtin) => {
                SchemaInfoBranch::Builtin(SchemaInfoBuiltin::new(json_type(*builtin)))
            }
            TypeKind::Array(element) => {
                SchemaInfoBranch::Array(SchemaInfoArray::new(self.use_type(*element)))
            }
            TypeKind::Enum(it) => SchemaInfoBranch::Enum(self.enumeration(it)),
            TypeKind::Struct(_) => SchemaInfoBranch::Object(self.object(id)),
            TypeKind::Union(union) => SchemaInfoBranch::Object(self.union(id, union)),
            TypeKind::Alternate(it) => SchemaInfoBranch::Alternate(self.alternate(it)),
        };
        self.add(name, info, &ty.head);
    }

    fn enumeration(&self, enumeration: &Enum) -> SchemaInfoEnum {
        let values = enumeration.values.iter();
        let values = values.filter(|value| self.holds(value.part.condition.as_ref()));
        let members = values.map(|value| {
            let mut member = SchemaInfoEnumMember::new(value.name.clone());
            member.features = self.features(&value.part.features);
            member
        });
        with_members(members.collect())
    }

    fn object(&mut self, id: TypeId) -> SchemaInfoObject {
        let mut members = Vec::new();
        for member in self.schema.all_members(id) {
            let info = self.member(member);
            if self.holds(member.part.condition.as_ref()) {
                members.push(info);
            }
        }
        SchemaInfoObject::new(members)
    }

    fn member(&mut self, member: &Member) -> SchemaInfoObjectMember {
        let mut info = SchemaInfoObjectMember::new(member.name.clone(), self.use_type(member.ty));
        info.default = member.optional.then_some(serde_json::Value::Null);
        info.features = self.features(&member.part.features);
        info
    }

    fn union(&mut self, id: TypeId, union: &Union) -> SchemaInfoObject {
        let mut info = self.object(id);
        let mut variants = Vec::new();
        for branch in &union.branches {
            self.variant(&mut variants, branch);
        }
        self.empty_variants(&mut variants, union);
        info.tag = Some(union.tag.to_string());
        info.variants = Some(variants);
        info
    }

    fn variant(&mut self, variants: &mut Vec<SchemaInfoObjectVariant>, branch: &Branch) {
        let ty = self.use_type(branch.ty);
        if self.holds(branch.part.condition.as_ref()) {
            variants.push(SchemaInfoObjectVariant::new(branch.name.clone(), ty));
        }
    }

    /// The values of the tag without a branch.
    fn empty_variants(&mut self, variants: &mut Vec<SchemaInfoObjectVariant>, union: &Union) {
        for (name, condition) in self.schema.values_without_branch(union) {
            let ty = self.use_object(None);
            if self.holds(condition) {
                variants.push(SchemaInfoObjectVariant::new(name, ty));
            }
        }
    }

    fn alternate(&mut self, alternate: &Alternate) -> SchemaInfoAlternate {
        let mut members = Vec::new();
        for alternative in &alternate.alternatives {
            let ty = self.use_type(alternative.ty);
            if self.holds(alternative.part.condition.as_ref()) {
                members.push(SchemaInfoAlternateMember::new(ty));
            }
        }
        SchemaInfoAlternate::new(members)
    }

    /// What the answer calls a type, or the empty object, where there is none.
    fn use_object(&mut self, id: Option<TypeId>) -> String {
        match id.or_else(|| self.schema.find_type(EMPTY)) {
            Some(id) => self.use_type(id),
            None => EMPTY.to_owned(),
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
            _ if self.naming == Naming::Plain => ty.head.name.to_string(),
            _ => {
                let next = self.numbers.len();
                self.numbers.entry(id).or_insert(next).to_string()
            }
        }
    }

    /// The type that an answer has in the place of another: all integers are the same.
    fn merged(&self, id: TypeId) -> TypeId {
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

    fn add(&mut self, name: String, info: SchemaInfoBranch, head: &Head) {
        if self.holds(head.condition.as_ref()) {
            let mut info = SchemaInfo::new(info, name);
            info.features = self.features(&head.features);
            self.entries.push(info);
        }
    }

    /// Where there are features in the schema, there is an array in the answer, even if the
    /// conditions leave nothing for it.
    fn features(&self, features: &[Feature]) -> Option<Vec<String>> {
        if features.is_empty() {
            return None;
        }
        let features = features.iter();
        let features = features.filter(|it| self.holds(it.condition.as_ref()));
        Some(features.map(|it| it.name.to_string()).collect())
    }

    fn holds(&self, condition: Option<&Condition>) -> bool {
        condition.is_none_or(|it| it.holds(&|symbol| self.symbols.has(symbol)))
    }
}

/// The name of the type without members.
const EMPTY: &str = "q_empty";

fn is_integer(builtin: Builtin) -> bool {
    builtin.json_type() == JsonType::Int
}

/// What values of a type look like.
fn json_type(builtin: Builtin) -> JSONType {
    match builtin.json_type() {
        JsonType::String => JSONType::String,
        JsonType::Number => JSONType::Number,
        JsonType::Int => JSONType::Int,
        JsonType::Boolean => JSONType::Boolean,
        JsonType::Value => JSONType::Value,
        JsonType::Null => JSONType::Null,
    }
}

/// The enumeration of JSON types inside QEMU, which nothing in QEMU's own schema sends.
fn q_type() -> SchemaInfoEnum {
    let values = Builtin::QTYPE_VALUES;
    with_members(values.map(SchemaInfoEnumMember::new).into())
}

#[allow(deprecated, reason = "QEMU sends the old form as well")]
fn with_members(members: Vec<SchemaInfoEnumMember>) -> SchemaInfoEnum {
    let values = members.iter().map(|it| it.name.to_string());
    let mut enumeration = SchemaInfoEnum::new();
    enumeration.values = Some(values.collect());
    enumeration.members = Some(members);
    enumeration
}
