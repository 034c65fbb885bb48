//! Alternates: the one alternative that a value can be.

use qapi_protocol::introspection::TypeKind;

use super::{Place, json, unsuitable, value, value_help};
use crate::language::integer;
use crate::language::json::is_number;
use crate::language::mistake::Result;
use crate::language::tree::{Form, Tree};
use crate::language::typed::list;
use crate::language::typed::scalar::boolean;
use crate::vocabulary::Type;

/// Appends a value of an alternate.
pub(super) fn write(tree: &Tree, ty: Type<'_>, place: &Place, out: &mut String) -> Result<()> {
    if let Form::Word {
        is_quoted: false, ..
    } = tree.form
        && ty.alternatives().any(has_parts)
        && let Some(json) = json(tree)?
    {
        return write(&json, ty, place, out);
    }
    match choose(tree, ty) {
        // Not only the values of the enumeration are possible.
        Some(alternative) => match (alternative.kind(), &tree.form) {
            (TypeKind::Enum, Form::Word { text, .. } | Form::String(text)) => {
                let result = value(tree, alternative, place, out);
                result.map_err(|mistake| mistake.with_help(value_help(text, ty)))
            }
            _ => value(tree, alternative, place, out),
        },
        None => Err(unsuitable(tree, ty, place)),
    }
}

fn has_parts(ty: Type<'_>) -> bool {
    matches!(ty.kind(), TypeKind::Object | TypeKind::Array)
}

fn choose<'v>(tree: &Tree, ty: Type<'v>) -> Option<Type<'v>> {
    let of_kind = |kind| ty.alternatives().find(|it| it.kind() == kind);
    let of_json = |json: &str| ty.alternatives().find(|it| it.json_type() == Some(json));
    let string = || of_kind(TypeKind::Enum).or_else(|| of_json("string"));
    match &tree.form {
        Form::Object(_) => of_kind(TypeKind::Object),
        Form::List(_) => of_kind(TypeKind::Array),
        Form::Dotted(entries) => {
            let is_list = entries.iter().all(|it| list::index(&it.name).is_some());
            let list = of_kind(TypeKind::Array).filter(|_| is_list);
            list.or_else(|| of_kind(TypeKind::Object))
        }
        Form::Null => of_json("null"),
        Form::Bool(_) | Form::Alone => of_json("boolean"),
        Form::Number(_) => of_json("int").or_else(|| of_json("number")),
        Form::String(_) => string(),
        Form::Word { text, is_quoted } => {
            let unquoted = || {
                let null = of_json("null").filter(|_| text == "null");
                let boolean = || of_json("boolean").filter(|_| boolean(text).is_some());
                let int = || of_json("int").filter(|_| integer::parse(text, true).is_ok());
                let number = || of_json("number").filter(|_| is_number(text));
                null.or_else(boolean).or_else(int).or_else(number)
            };
            let unquoted = if *is_quoted { None } else { unquoted() };
            unquoted.or_else(string)
        }
    }
}
