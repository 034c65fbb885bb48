//! Pragmas: which there are, what values they take, and what a schema sets them to.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::Strictness;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Spanned;
use crate::suggest::nearest;
use crate::syntax::{Object, Value, ValueKind};

/// The names of all pragmas.
const NAMES: [&str; 5] = [
    "doc-required",
    "command-name-exceptions",
    "command-returns-exceptions",
    "documentation-exceptions",
    "member-name-exceptions",
];

/// What the pragmas of a schema say. Wherever one stands, it is about all files; of several
/// values for the same one, the last counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pragmas {
    /// Whether every definition has to be documented.
    pub(crate) doc_required: bool,
    /// Commands whose names may be of any case.
    pub(crate) command_name_exceptions: HashSet<SmolStr>,
    /// Commands that may return something else than an object.
    pub(crate) command_returns_exceptions: HashSet<SmolStr>,
    /// Definitions that may leave members undocumented.
    pub(crate) documentation_exceptions: HashSet<SmolStr>,
    /// Definitions whose members' names may be of any case.
    pub(crate) member_name_exceptions: HashSet<SmolStr>,
}

impl Pragmas {
    /// Applies one directive; reports unknown pragmas and wrong values.
    pub(super) fn apply(
        &mut self,
        pragmas: Spanned<Object>,
        strictness: Strictness,
        errors: &mut Vec<Diagnostic>,
    ) {
        for (key, value) in pragmas.value {
            if let Err(error) = self.set(key, value, strictness) {
                errors.push(error.with_anchor(pragmas.span));
            }
        }
    }

    fn set(
        &mut self,
        key: Spanned<SmolStr>,
        value: Value,
        strictness: Strictness,
    ) -> Result<(), Box<Diagnostic>> {
        let name = key.value.as_str();
        if name == "doc-required" {
            let ValueKind::Bool(required) = value.kind else {
                let message = format!("pragma '{name}' must be boolean");
                return Err(Diagnostic::new(Code::InvalidPragma, value.span, message).into());
            };
            self.doc_required = required;
            return Ok(());
        }
        // What QEMU called some of them before 6.0.
        let renamed = match name {
            "returns-whitelist" => Some("command-returns-exceptions"),
            "name-case-whitelist" => Some("member-name-exceptions"),
            _ => None,
        };
        let name_now = match strictness {
            Strictness::Lenient => renamed.unwrap_or(name),
            Strictness::Strict => name,
        };
        let names = match name_now {
            "command-name-exceptions" => Some(&mut self.command_name_exceptions),
            "command-returns-exceptions" => Some(&mut self.command_returns_exceptions),
            "documentation-exceptions" => Some(&mut self.documentation_exceptions),
            "member-name-exceptions" => Some(&mut self.member_name_exceptions),
            _ => None,
        };
        let Some(names) = names else {
            let message = format!("unknown pragma '{name}'");
            let error = Diagnostic::new(Code::InvalidPragma, key.span, message);
            return Err(match (renamed, nearest(name, NAMES.into_iter())) {
                (Some(now), _) => error.with_help(format!("QEMU 6.0 and newer call it '{now}'")),
                (None, Some(near)) => error.with_help(format!("there is a pragma '{near}'")),
                (None, None) => error,
            }
            .into());
        };
        let place = value.span;
        *names = strings(value).ok_or_else(|| {
            let message = format!("pragma {name} must be a list of strings");
            Diagnostic::new(Code::InvalidPragma, place, message)
        })?;
        Ok(())
    }
}

fn strings(value: Value) -> Option<HashSet<SmolStr>> {
    let ValueKind::Array(values) = value.kind else {
        return None;
    };
    let strings = values.into_iter().map(|value| match value.kind {
        ValueKind::String(string) => Some(string),
        _ => None,
    });
    strings.collect()
}
