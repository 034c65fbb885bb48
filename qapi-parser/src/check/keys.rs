//! The keys of an object: those it must have, and those it may have.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::{Object, Value};

/// The values of an object whose keys were checked.
#[derive(Default)]
pub(super) struct Keys {
    object: Object,
}

impl Keys {
    /// Takes a value out.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        let at = self
            .object
            .iter()
            .position(|(known, _)| known.value == key)?;
        Some(self.object.swap_remove(at).1)
    }
}

impl Checker<'_> {
    /// Checks that `object`, which `source` names and which stands at `span`, has the keys
    /// `required`, and no others but those and `optional`.
    pub(super) fn keys(
        &mut self,
        object: Object,
        span: Span,
        source: &str,
        required: &[&str],
        optional: &[&str],
    ) -> Option<Keys> {
        let has = |key: &str| object.iter().any(|(known, _)| known.value == key);
        let missing: Vec<&str> = required.iter().copied().filter(|key| !has(key)).collect();
        if !missing.is_empty() {
            let message = format!("{source} misses {}", list("key", &missing));
            self.report(Code::MissingKey, span, message);
        }
        let mut allowed: Vec<&str> = required.iter().chain(optional).copied().collect();
        allowed.sort_unstable();
        let mut unknown = object
            .iter()
            .map(|(key, _)| key)
            .filter(|key| !allowed.contains(&key.value.as_str()));
        if let Some(first) = unknown.next() {
            let mut names = vec![first.value.as_str()];
            names.extend(unknown.map(|key| key.value.as_str()));
            let message = format!("{source} has unknown {}", list("key", &names));
            let help = format!("valid {}", list("key", &allowed));
            self.push(Diagnostic::new(Code::UnknownKey, first.span, message).with_help(help));
            return None;
        }
        missing.is_empty().then_some(Keys { object })
    }
}

/// `key 'a'`, `keys 'a', 'b'`
fn list(noun: &str, names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{noun}{plural} {}", names.join(", "))
}
