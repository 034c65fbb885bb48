//! Values of the types of a release, and whether a merged schema takes them.

use std::collections::{BTreeMap, HashSet};

use qapi_parser::Schema;
use qapi_parser::schema::{Builtin, JsonType, Member, TypeId, TypeKind};

use crate::choices::Choices;

#[derive(Clone, Debug)]
pub(crate) enum Json {
    Null,
    Bool,
    Integer,
    /// A number that is no integer.
    Float,
    /// A string of type `str`.
    Text(String),
    /// A value of an enumeration.
    Name(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

/// How many values stand in one value at most: types may need themselves.
const LIMIT: usize = 200;

/// Some value of a type; `None` where there seems to be no finite one.
pub(crate) fn value(schema: &Schema, ty: TypeId, choices: &mut Choices) -> Option<Json> {
    let mut maker = Maker {
        schema,
        choices,
        left: LIMIT,
    };
    maker.value(ty)
}

struct Maker<'a> {
    schema: &'a Schema,
    choices: &'a mut Choices,
    left: usize,
}

impl Maker<'_> {
    fn value(&mut self, ty: TypeId) -> Option<Json> {
        self.left = self.left.checked_sub(1)?;
        let schema = self.schema;
        Some(match &schema.ty(ty).kind {
            TypeKind::Builtin(builtin) => self.builtin(*builtin),
            TypeKind::Enum(it) => Json::Name(self.choices.of(&it.values)?.name.to_string()),
            TypeKind::Array(element) => {
                let count = self.few();
                let elements = (0..count).map(|_| self.value(*element));
                Json::Array(elements.collect::<Option<_>>()?)
            }
            TypeKind::Struct(_) | TypeKind::Union(_) => {
                let mut object = BTreeMap::new();
                self.members(ty, &mut object)?;
                Json::Object(object)
            }
            TypeKind::Alternate(it) => {
                let taken = self.choices.of(&it.alternatives)?.ty;
                self.value(taken)?
            }
        })
    }

    /// None when there are many values already.
    fn few(&mut self) -> usize {
        match self.left > LIMIT / 2 {
            true => self.choices.below(3),
            false => 0,
        }
    }

    fn builtin(&mut self, builtin: Builtin) -> Json {
        match builtin.json_type() {
            JsonType::String => match self.choices.below(3) {
                0 => Json::Text("any text".to_owned()),
                _ => Json::Text(format!("v{}", self.choices.below(6))),
            },
            JsonType::Number => Json::Float,
            JsonType::Int => Json::Integer,
            JsonType::Boolean => Json::Bool,
            JsonType::Null => Json::Null,
            JsonType::Value => Json::Array(vec![Json::Float, Json::Bool]),
        }
    }

    fn members(&mut self, ty: TypeId, object: &mut BTreeMap<String, Json>) -> Option<()> {
        let schema = self.schema;
        for member in schema.all_members(ty) {
            let may_lack = member.optional || member.part.condition.is_some();
            if !may_lack || self.few() == 1 {
                let value = self.value(member.ty)?;
                object.insert(member.name.to_string(), value);
            }
        }
        if let TypeKind::Union(union) = &schema.ty(ty).kind {
            let Some(Json::Name(tag)) = object.get(union.tag.as_str()) else {
                return None;
            };
            let branch = union.branches.iter().find(|it| it.name == *tag);
            if let Some(branch) = branch {
                self.members(branch.ty, object)?;
            }
        }
        Some(())
    }
}

/// Says why a merged schema does not take a value, if so.
///
/// Integers of all types are the same to it: the newest type counts. Text is taken for a value of
/// any enumeration: what it does not know is kept.
pub(crate) fn check(schema: &Schema, ty: TypeId, json: &Json) -> Result<(), String> {
    let name = &schema.ty(ty).head.name;
    match (&schema.ty(ty).kind, json) {
        (TypeKind::Builtin(builtin), _) if fits(*builtin, json) => Ok(()),
        (TypeKind::Enum(_), Json::Text(_)) => Ok(()),
        (TypeKind::Enum(it), Json::Name(name)) if it.values.iter().any(|it| it.name == *name) => {
            Ok(())
        }
        (TypeKind::Array(element), Json::Array(values)) => {
            let results = values.iter().map(|it| check(schema, *element, it));
            results.collect()
        }
        (TypeKind::Struct(_) | TypeKind::Union(_), Json::Object(object)) => {
            check_object(schema, ty, object, false)
        }
        (TypeKind::Alternate(it), _) => {
            let alternatives = it.alternatives.iter();
            let fitting = alternatives.filter(|it| looks(schema, it.ty) == Some(look(json)));
            match fitting.collect::<Vec<_>>().as_slice() {
                [only] => check(schema, only.ty, json),
                _ => Err(format!("{name}: no alternative, or many, for {json:?}")),
            }
        }
        _ => Err(format!("{name}: {json:?}")),
    }
}

fn fits(builtin: Builtin, json: &Json) -> bool {
    match builtin.json_type() {
        JsonType::String => matches!(json, Json::Text(_) | Json::Name(_)),
        JsonType::Number => matches!(json, Json::Integer | Json::Float),
        JsonType::Int => matches!(json, Json::Integer),
        JsonType::Boolean => matches!(json, Json::Bool),
        JsonType::Null => matches!(json, Json::Null),
        JsonType::Value => true,
    }
}

/// See [`check`]. Of an `open` command, not all arguments are listed.
pub(crate) fn check_object(
    schema: &Schema,
    ty: TypeId,
    object: &BTreeMap<String, Json>,
    open: bool,
) -> Result<(), String> {
    let name = &schema.ty(ty).head.name;
    let mut members = Vec::new();
    let mut next = Some(ty);
    let mut seen = HashSet::new();
    while let Some(ty) = next.take() {
        if !seen.insert(ty) {
            return Err(format!("{name} is a branch of itself"));
        }
        members.extend(schema.all_members(ty));
        if let TypeKind::Union(union) = &schema.ty(ty).kind {
            next = match object.get(union.tag.as_str()) {
                Some(Json::Text(tag) | Json::Name(tag)) => {
                    let branch = union.branches.iter().find(|it| it.name == *tag);
                    branch.map(|it| it.ty)
                }
                // Where the tag is required, that is found below.
                _ => union.untagged,
            };
        }
    }
    let missing =
        |member: &&&Member| !member.optional && !object.contains_key(member.name.as_str());
    if let Some(missing) = members.iter().find(missing).filter(|_| !open) {
        return Err(format!("{name}: {object:?} has no '{}'", missing.name));
    }
    for (key, value) in object {
        let mut found = members.iter().filter(|it| it.name == *key);
        match (found.next(), found.next()) {
            (Some(member), None) => {
                check(schema, member.ty, value).map_err(|error| format!("{name}.{key}: {error}"))?
            }
            _ => return Err(format!("{name}: not one '{key}' for {object:?}")),
        }
    }
    Ok(())
}

/// How the values of a type look, as alternates tell them apart.
pub(crate) fn looks(schema: &Schema, ty: TypeId) -> Option<&'static str> {
    Some(match &schema.ty(ty).kind {
        TypeKind::Enum(_) => "string",
        TypeKind::Struct(_) | TypeKind::Union(_) => "object",
        TypeKind::Array(_) => "array",
        TypeKind::Builtin(builtin) => match builtin.json_type() {
            JsonType::String => "string",
            JsonType::Number | JsonType::Int => "number",
            JsonType::Boolean => "boolean",
            JsonType::Null => "null",
            JsonType::Value => return None,
        },
        TypeKind::Alternate(_) => return None,
    })
}

fn look(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool => "boolean",
        Json::Integer | Json::Float => "number",
        Json::Text(_) | Json::Name(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
