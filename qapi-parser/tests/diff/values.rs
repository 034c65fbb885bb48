//! Values on the wire: those that a schema allows, and what servers and clients make of them.

use std::collections::BTreeMap;

use qapi_parser::Schema;
use qapi_parser::schema::{Builtin, Member, TypeId, TypeKind, Union};

use crate::random::Choices;

/// A value in JSON.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Fraction,
    String(String),
    Array(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

/// How deep values are made.
const DEPTH: usize = 6;

/// A value of a type, or of no members where there is none; `None` where it would be too deep.
pub(crate) fn any(schema: &Schema, ty: Option<TypeId>, choices: &mut Choices<'_>) -> Option<Value> {
    match ty {
        Some(ty) => of(schema, ty, choices, DEPTH),
        None => Some(Value::Object(BTreeMap::new())),
    }
}

fn of(schema: &Schema, ty: TypeId, choices: &mut Choices<'_>, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    Some(match &schema.ty(ty).kind {
        TypeKind::Builtin(builtin) => of_builtin(*builtin, choices),
        TypeKind::Enum(it) => Value::String(choices.of(&it.values).name.to_string()),
        TypeKind::Array(element) => {
            let count = if depth == 0 { 0 } else { choices.below(3) };
            let elements = (0..count).map(|_| of(schema, *element, choices, depth));
            Value::Array(elements.collect::<Option<_>>()?)
        }
        TypeKind::Alternate(it) => {
            return of(schema, choices.of(&it.alternatives).ty, choices, depth);
        }
        TypeKind::Struct(_) | TypeKind::Union(_) => {
            let mut object = BTreeMap::new();
            fill(schema, ty, &mut object, choices, depth)?;
            Value::Object(object)
        }
    })
}

fn of_builtin(builtin: Builtin, choices: &mut Choices<'_>) -> Value {
    match builtin {
        Builtin::Str => Value::String((*choices.of(&["v0", "text"])).to_owned()),
        Builtin::Bool => Value::Bool(choices.below(2) == 0),
        Builtin::Null => Value::Null,
        Builtin::Number => choices.of(&[Value::Fraction, Value::Int(1 << 100)]).clone(),
        Builtin::Any => {
            let object = BTreeMap::from([("unlisted".to_owned(), Value::Null)]);
            let array = vec![Value::Fraction, Value::Null];
            choices
                .of(&[Value::Object(object), Value::Array(array), Value::Null])
                .clone()
        }
        Builtin::Uint8 => Value::Int(*choices.of(&[0, 255])),
        _ => Value::Int(*choices.of(&[i128::from(i64::MIN), 7, i128::from(i64::MAX)])),
    }
}

/// Adds the members of an object.
fn fill(
    schema: &Schema,
    ty: TypeId,
    object: &mut BTreeMap<String, Value>,
    choices: &mut Choices<'_>,
    depth: usize,
) -> Option<()> {
    for member in schema.all_members(ty) {
        if !member.optional || choices.below(2) == 0 {
            match of(schema, member.ty, choices, depth) {
                Some(value) => drop(object.insert(member.name.to_string(), value)),
                None if member.optional => {}
                None => return None,
            }
        }
    }
    if let Some((_, branch)) = branch(schema, ty, object) {
        fill(schema, branch, object, choices, depth)?;
    }
    Some(())
}

/// The branch that an object has, and its union.
fn branch<'a>(
    schema: &'a Schema,
    ty: TypeId,
    object: &BTreeMap<String, Value>,
) -> Option<(&'a Union, TypeId)> {
    let TypeKind::Union(union) = &schema.ty(ty).kind else {
        return None;
    };
    let Some(Value::String(tag)) = object.get(union.tag.as_str()) else {
        return None;
    };
    let branch = union.branches.iter().find(|it| it.name == tag)?;
    Some((union, branch.ty))
}

/// The members that an object may have, of its branch too.
fn members<'a>(
    schema: &'a Schema,
    ty: Option<TypeId>,
    object: &BTreeMap<String, Value>,
) -> Vec<&'a Member> {
    let mut members = Vec::new();
    let mut next = ty;
    while let Some(ty) = next {
        members.extend(schema.all_members(ty));
        next = branch(schema, ty, object).map(|(_, branch)| branch);
    }
    members
}

/// Who looks at a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reader {
    /// A server that was built from the schema: it takes what is listed, and nothing else.
    Server,
    /// A client that was written for the schema: it copes with members and values of enumerations
    /// that it does not know, and with integers of any size.
    Client,
}

impl Reader {
    /// Whether a value is one of a type, or of no members where there is none.
    pub(crate) fn takes(self, schema: &Schema, ty: Option<TypeId>, value: &Value) -> bool {
        let kind = ty.map(|ty| &schema.ty(ty).kind);
        match (kind, value) {
            (Some(TypeKind::Builtin(Builtin::Any)), _)
            | (Some(TypeKind::Builtin(Builtin::Null)), Value::Null)
            | (Some(TypeKind::Builtin(Builtin::Bool)), Value::Bool(_))
            | (Some(TypeKind::Builtin(Builtin::Str)), Value::String(_))
            | (Some(TypeKind::Builtin(Builtin::Number)), Value::Int(_) | Value::Fraction) => true,
            (Some(TypeKind::Builtin(builtin)), Value::Int(value)) => match builtin {
                Builtin::Int => self == Reader::Client || i64::try_from(*value).is_ok(),
                Builtin::Uint8 => self == Reader::Client || u8::try_from(*value).is_ok(),
                _ => false,
            },
            (Some(TypeKind::Enum(it)), Value::String(value)) => {
                self == Reader::Client || it.values.iter().any(|it| it.name == value)
            }
            (Some(TypeKind::Array(element)), Value::Array(values)) => {
                let mut values = values.iter();
                values.all(|value| self.takes(schema, Some(*element), value))
            }
            (Some(TypeKind::Alternate(it)), value) => {
                let mut alternatives = it.alternatives.iter();
                alternatives.any(|it| self.takes(schema, Some(it.ty), value))
            }
            (None | Some(TypeKind::Struct(_) | TypeKind::Union(_)), Value::Object(object)) => {
                self.takes_object(&members(schema, ty, object), schema, object)
            }
            _ => false,
        }
    }

    fn takes_object(
        self,
        members: &[&Member],
        schema: &Schema,
        object: &BTreeMap<String, Value>,
    ) -> bool {
        let knows = |name: &String| members.iter().any(|member| member.name == name);
        let is_right = |member: &&Member| match object.get(member.name.as_str()) {
            Some(value) => self.takes(schema, Some(member.ty), value),
            None => member.optional,
        };
        members.iter().all(is_right) && (self == Reader::Client || object.keys().all(knows))
    }
}
