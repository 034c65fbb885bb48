//! No two alternatives of an alternate can look the same.
//!
//! An alternate has no tag: the JSON type of the value says which alternative it is. Strings
//! are special, because in QEMU's key-value syntax every scalar is one: `on` and `off` may be a
//! boolean, and what begins like a number may be one. See section "Alternate types" of QEMU's
//! `docs/devel/qapi-code-gen.rst`.

use super::names::Names;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{Alternate, Branch, Builtin, Type, TypeKind};

/// How a value can look.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// Refuses alternatives that cannot be told apart, and types that look like everything.
pub(super) fn check(types: &[Type], names: &Names, errors: &mut Vec<Diagnostic>) {
    for (ty, declaration) in types.iter().zip(names.types()) {
        if let TypeKind::Alternate(alternate) = &ty.kind {
            let found = check_one(types, alternate).into_iter();
            errors.extend(found.map(|error| declaration.blame(error)));
        }
    }
}

fn check_one(types: &[Type], alternate: &Alternate) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut seen: Vec<(Look, &Branch)> = Vec::new();
    for branch in &alternate.alternatives {
        let ty = &types[branch.ty.0 as usize];
        let Branch { name, part, .. } = branch;
        let Some(looks) = looks(ty) else {
            let kind = match ty.kind {
                TypeKind::Alternate(_) => "alternate",
                _ => "built-in",
            };
            let message = format!("branch '{name}' cannot use {kind} type '{}'", ty.head.name);
            let error = Diagnostic::new(Code::WrongType, part.span, message);
            errors.push(error.with_help("an alternative has to be of one JSON type"));
            continue;
        };
        match seen.iter().find(|(look, _)| looks.contains(look)) {
            Some((_, other)) => {
                let message = format!(
                    "branch '{name}' can't be distinguished from '{}'",
                    other.name
                );
                let error = Diagnostic::new(Code::AmbiguousAlternate, part.span, message);
                errors.push(error.with_label(other.part.span, "it may look like this one"));
            }
            None => seen.extend(looks.into_iter().map(|look| (look, branch))),
        }
    }
    errors
}

/// How the values of a type can look; `None` where that says nothing.
fn looks(ty: &Type) -> Option<Vec<Look>> {
    Some(match &ty.kind {
        TypeKind::Array(_) => vec![Look::Array],
        TypeKind::Struct(_) | TypeKind::Union(_) => vec![Look::Object],
        TypeKind::Alternate(_) => return None,
        TypeKind::Enum(definition) => {
            let names = || definition.values.iter().map(|value| value.name.as_str());
            let mut looks = vec![Look::String];
            if names().any(|name| matches!(name, "on" | "off")) {
                looks.push(Look::Bool);
            }
            let number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.');
            if names().any(|name| name.starts_with(number)) {
                looks.push(Look::Number);
            }
            looks
        }
        TypeKind::Builtin(builtin) => match builtin {
            Builtin::Str => vec![Look::String, Look::Number, Look::Bool],
            Builtin::QType => vec![Look::String],
            Builtin::Bool => vec![Look::Bool],
            Builtin::Null => vec![Look::Null],
            Builtin::Any => return None,
            Builtin::Number
            | Builtin::Int
            | Builtin::Int8
            | Builtin::Int16
            | Builtin::Int32
            | Builtin::Int64
            | Builtin::Uint8
            | Builtin::Uint16
            | Builtin::Uint32
            | Builtin::Uint64
            | Builtin::Size => vec![Look::Number],
        },
    })
}
