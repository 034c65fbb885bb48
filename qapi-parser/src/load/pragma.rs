//! Pragmas: which there are, and what values they take.

use super::Strictness;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::syntax::{Object, Value, ValueKind};

const LISTS: [&str; 4] = [
    "command-name-exceptions",
    "command-returns-exceptions",
    "documentation-exceptions",
    "member-name-exceptions",
];

/// What QEMU called some of them before 6.0.
const OLD_LISTS: [&str; 2] = ["returns-whitelist", "name-case-whitelist"];

/// Reports unknown pragmas and wrong values.
pub(super) fn check(
    pragmas: &Spanned<Object>,
    strictness: Strictness,
    errors: &mut Vec<Diagnostic>,
) {
    for (key, value) in &pragmas.value {
        let name = key.value.as_str();
        let is_old = OLD_LISTS.contains(&name);
        let error = if name == "doc-required" {
            (!matches!(value.kind, ValueKind::Bool(_)))
                .then(|| (value.span, format!("pragma '{name}' must be boolean")))
        } else if LISTS.contains(&name) || (is_old && strictness == Strictness::Lenient) {
            (!is_list_of_strings(value)).then(|| {
                (
                    value.span,
                    format!("pragma {name} must be a list of strings"),
                )
            })
        } else {
            Some((key.span, format!("unknown pragma '{name}'")))
        };
        if let Some((span, message)) = error {
            let mut error =
                Diagnostic::new(Code::InvalidPragma, span, message).with_anchor(pragmas.span);
            if is_old {
                error = error.with_help("only QEMU before 6.0 has it");
            }
            errors.push(error);
        }
    }
}

fn is_list_of_strings(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Array(values) => values
            .iter()
            .all(|value| matches!(value.kind, ValueKind::String(_))),
        _ => false,
    }
}
