//! No two alternatives of an alternate can look the same.
//!
//! An alternate has no tag: the JSON type of the value says which alternative it is. Strings
//! are special, because in QEMU's key-value syntax every scalar is one: `on` and `off` may be a
//! boolean, and what begins like a number may be one. See section "Alternate types" of QEMU's
//! `docs/devel/qapi-code-gen.rst`.

use std::collections::HashMap;

use super::errors::Errors;
use super::names::{Branch, Kind, Names};
use super::times::Moment;
use crate::diagnostic::{Code, Diagnostic, short};
use crate::schema::{Builtin, JsonType, TypeId};

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
    let mut cache = HashMap::new();
    for declaration in names.types() {
        if let Kind::Alternate { alternatives } = &declaration.kind {
            for error in check_one(names, alternatives, &mut cache) {
                errors.push(declaration, Moment::End, error);
            }
        }
    }
}

/// How the values of types look: an enumeration is looked through once.
type Cache = HashMap<TypeId, Option<Vec<Look>>>;

fn check_one(names: &Names, alternatives: &[Branch], cache: &mut Cache) -> Vec<Diagnostic> {
    let mut errors = Vec::new();
    // The first alternative of each look, and whether that is for strings.
    let mut seen: Vec<(Look, &Branch, bool)> = Vec::new();
    for branch in alternatives {
        // That a type is unknown was reported.
        let Some((id, ty)) = names.of(&branch.ty) else {
            continue;
        };
        let Branch { name, part, .. } = branch;
        let Some(looks) = cache.entry(id).or_insert_with(|| looks(&ty.kind)) else {
            let message = format!("branch '{}' cannot use {}", short(name), ty.describe());
            let error = Diagnostic::new(Code::WrongType, part.span, message);
            errors.push(error.with_help("an alternative has to be of one JSON type"));
            continue;
        };
        let is_text = looks.contains(&Look::String);
        match seen.iter().find(|(look, ..)| looks.contains(look)) {
            Some((look, other, is_other_text)) => {
                let message = format!(
                    "branch '{}' can't be distinguished from '{}'",
                    short(name),
                    short(&other.name)
                );
                let label = format!("both can be {}", look.describe());
                let mut error = Diagnostic::new(Code::AmbiguousAlternate, part.span, message)
                    .with_label(other.part.span, label);
                if matches!(look, Look::Bool | Look::Number) && (is_text || *is_other_text) {
                    let help = "QEMU's key=value syntax has text only: 'on' may be a boolean, \
                                and '1' a number";
                    error = error.with_help(help);
                }
                errors.push(error);
            }
            None => seen.extend(looks.iter().map(|look| (*look, branch, is_text))),
        }
    }
    errors
}

/// How the values of a type can look; `None` where that says nothing.
fn looks(kind: &Kind) -> Option<Vec<Look>> {
    Some(match kind {
        // That it was not understood was reported.
        Kind::Missing => Vec::new(),
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
        Kind::Builtin(Builtin::Str) => vec![Look::String, Look::Number, Look::Bool],
        Kind::Builtin(builtin) => match builtin.json_type() {
            JsonType::String => vec![Look::String],
            JsonType::Boolean => vec![Look::Bool],
            JsonType::Null => vec![Look::Null],
            JsonType::Value => return None,
            JsonType::Number | JsonType::Int => vec![Look::Number],
        },
    })
}
