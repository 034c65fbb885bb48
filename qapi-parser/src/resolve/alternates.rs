//! No two alternatives of an alternate can look the same.
//!
//! An alternate has no tag: the JSON type of the value says which alternative it is. Strings
//! are special, because in QEMU's key-value syntax every scalar is one: `on` and `off` may be a
//! boolean, and what begins like a number may be one. See section "Alternate types" of QEMU's
//! `docs/devel/qapi-code-gen.rst`.

use super::errors::Errors;
use super::names::{Branch, Kind, Names};
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::Builtin;

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

impl Look {
    fn describe(self) -> &'static str {
        match self {
            Look::Null => "null",
            Look::Bool => "a boolean",
            Look::Number => "a number",
            Look::String => "a string",
            Look::Array => "an array",
            Look::Object => "an object",
        }
    }
}

/// Refuses alternatives that cannot be told apart, and types that look like everything.
pub(super) fn check(names: &Names, errors: &mut Errors) {
    for declaration in names.types() {
        if let Kind::Alternate { alternatives } = &declaration.kind {
            for error in check_one(names, alternatives) {
                errors.push(declaration, error);
            }
        }
    }
}

fn check_one(names: &Names, alternatives: &[Branch]) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    let mut seen: Vec<(Look, &Branch)> = Vec::new();
    for branch in alternatives {
        // That a type is unknown was reported.
        let Some((_, ty)) = names.of(&branch.ty) else {
            continue;
        };
        let Branch { name, part, .. } = branch;
        let Some(looks) = looks(&ty.kind) else {
            let message = format!("branch '{name}' cannot use {}", ty.describe());
            let error = Diagnostic::new(Code::WrongType, part.span, message);
            errors.push(error.with_help("an alternative has to be of one JSON type"));
            continue;
        };
        match seen.iter().find(|(look, _)| looks.contains(look)) {
            Some((look, other)) => {
                let message = format!(
                    "branch '{name}' can't be distinguished from '{}'",
                    other.name
                );
                let label = format!("both can be {}", look.describe());
                let mut error = Diagnostic::new(Code::AmbiguousAlternate, part.span, message)
                    .with_label(other.part.span, label);
                if matches!(look, Look::Bool | Look::Number) && is_text(names, [branch, other]) {
                    let help = "QEMU's key=value syntax has text only: 'on' may be a boolean, \
                                and '1' a number";
                    error = error.with_help(help);
                }
                errors.push(error);
            }
            None => seen.extend(looks.into_iter().map(|look| (look, branch))),
        }
    }
    errors
}

/// Whether one of two alternatives is for strings.
fn is_text(names: &Names, alternatives: [&Branch; 2]) -> bool {
    alternatives.iter().any(|it| {
        let looks = names.of(&it.ty).and_then(|(_, ty)| looks(&ty.kind));
        looks.is_some_and(|looks| looks.contains(&Look::String))
    })
}

/// How the values of a type can look; `None` where that says nothing.
fn looks(kind: &Kind) -> Option<Vec<Look>> {
    Some(match kind {
        Kind::Array(..) | Kind::BuiltinArray(..) => vec![Look::Array],
        Kind::Struct { .. } | Kind::Union { .. } => vec![Look::Object],
        Kind::Alternate { .. } | Kind::Command { .. } | Kind::Event { .. } => return None,
        Kind::Enum { values, .. } => {
            let names = || values.iter().map(|value| value.name.as_str());
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
        Kind::Builtin(builtin) => match builtin {
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
