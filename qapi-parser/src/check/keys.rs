//! The keys of an object: those it must have, and those it may have.

use std::fmt::Display;

use smol_str::SmolStr;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, list};
use crate::source::{Span, Spanned};
use crate::suggest::nearest;
use crate::syntax::{Object, Value, ValueKind};

/// How many keys a diagnostic names: all that a definition can have, and not all that somebody
/// may write.
const MAX_NAMED: usize = 12;

/// What keys are called elsewhere, or were called.
const SYNONYMS: [(&str, &str); 12] = [
    ("and", "all"),
    ("or", "any"),
    ("type", "struct"),
    ("object", "struct"),
    ("members", "data"),
    ("fields", "data"),
    ("values", "data"),
    ("branches", "data"),
    ("arguments", "data"),
    ("result", "returns"),
    ("tag", "discriminator"),
    ("condition", "if"),
];

/// What keys are for that have to be there.
const PURPOSES: [(&str, &str); 4] = [
    (
        "base",
        "'base' has the members of all branches, the discriminator among them",
    ),
    (
        "discriminator",
        "'discriminator' names the member of 'base' that tells the branch",
    ),
    (
        "name",
        "an object that stands for a name has the key 'name'",
    ),
    (
        "type",
        "an object that stands for a type has the key 'type'",
    ),
];

/// The key among `candidates` that a wrong one may have been meant to be.
pub(super) fn meant<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let synonym = SYNONYMS.iter().find(|(synonym, _)| *synonym == name);
    synonym
        .and_then(|(_, key)| candidates.clone().find(|candidate| candidate == key))
        .or_else(|| nearest(name, candidates))
}

/// The values of an object whose keys were checked.
#[derive(Default)]
pub(super) struct Keys {
    object: Object,
}

impl Keys {
    /// Where a key stands.
    pub(super) fn span(&self, key: &str) -> Option<Span> {
        let mut keys = self.object.iter().map(|(known, _)| known);
        Some(keys.find(|known| known.value == key)?.span)
    }

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
        source: &dyn Display,
        required: &[&str],
        optional: &[&str],
    ) -> Option<Keys> {
        let reported = self.errors.len();
        let keys = self.known_keys(object, span, source, required, optional);
        keys.filter(|_| self.errors.len() == reported)
    }

    /// The same; gives the keys that it knows even if there are others, and all have a meaning.
    pub(super) fn known_keys(
        &mut self,
        mut object: Object,
        span: Span,
        source: &dyn Display,
        required: &[&str],
        optional: &[&str],
    ) -> Option<Keys> {
        object.retain(|(_, value)| value.kind != ValueKind::Null);
        let has = |key: &str| object.iter().any(|(known, _)| known.value == key);
        let is_known = |key: &str| required.contains(&key) || optional.contains(&key);
        let missing: Vec<&str> = required.iter().copied().filter(|key| !has(key)).collect();
        let keys = object.iter().map(|(key, _)| key);
        let unknown: Vec<_> = keys.filter(|key| !is_known(&key.value)).collect();
        let names: Vec<&str> = unknown.iter().map(|key| key.value.as_str()).collect();

        let list = |names: &[&str]| list("key", names, MAX_NAMED);
        let error = if !missing.is_empty() {
            let message = format!("{source} misses {}", list(&missing));
            let error = Diagnostic::new(Code::MissingKey, span, message);
            // They may be what was meant.
            let label = |error: Diagnostic, key: &&Spanned<SmolStr>| {
                error.with_label(key.span, "this key is unknown")
            };
            unknown.iter().take(MAX_NAMED).fold(error, label)
        } else if let Some((first, others)) = unknown.split_first() {
            let message = format!("{source} has unknown {}", list(&names));
            let error = Diagnostic::new(Code::UnknownKey, first.span, message);
            let label = |error: Diagnostic, key: &&Spanned<SmolStr>| {
                error.with_label(key.span, "this one, too")
            };
            others.iter().take(MAX_NAMED).fold(error, label)
        } else {
            return Some(Keys { object });
        };
        let mut allowed: Vec<&str> = required.iter().chain(optional).copied().collect();
        allowed.sort_unstable();
        let absent = || allowed.iter().copied().filter(|key| !has(key));
        let mut misspelt = names.iter().take(MAX_NAMED);
        let meant = misspelt.find_map(|name| meant(name, absent()));
        let purpose = PURPOSES.iter().find(|(key, _)| missing.contains(key));
        self.push(error.with_help(match (meant, purpose) {
            (Some(meant), _) => format!("there is a key '{meant}'"),
            (None, Some((_, purpose))) => (*purpose).to_owned(),
            (None, None) => format!("it can have {}", list(&allowed)),
        }));
        // One that is misspelt is missing as well.
        let is_whole = missing.is_empty() && meant.is_none();
        is_whole.then_some(Keys { object })
    }
}
