//! How many features a schema may have.

use std::collections::HashSet;

use super::names::{Declaration, Kind, Names};
use crate::diagnostic::{Code, Diagnostic};
use crate::load::Rules;
use crate::schema::{Feature, Part, SPECIAL_FEATURES};

/// How many different features a schema may have, the special ones included: QEMU keeps them in
/// the bits of an integer.
const MAX_FEATURES: usize = 64;

/// Reports the first feature that is one too many. Before QEMU 10.0, none was.
pub(super) fn check(names: &Names, rules: &Rules) -> Option<Diagnostic> {
    if rules.is_lenient() {
        return None;
    }
    let mut seen: HashSet<&str> = SPECIAL_FEATURES.into_iter().collect();
    for declaration in &names.all {
        for feature in all(declaration) {
            if seen.insert(&feature.name) && seen.len() > MAX_FEATURES {
                let message = format!("a schema can have at most {MAX_FEATURES} features");
                let error = Diagnostic::new(Code::TooManyFeatures, feature.span, message);
                let help = "every name counts once; 'deprecated' and 'unstable' always count";
                return Some(declaration.blame(error.with_help(help)));
            }
        }
    }
    None
}

/// The features of a definition and of its parts.
fn all(declaration: &Declaration) -> impl Iterator<Item = &Feature> {
    let parts: Vec<&Part> = match &declaration.kind {
        Kind::Enum { values, .. } => values.iter().map(|value| &value.part).collect(),
        Kind::Struct { members, .. } => members.iter().map(|member| &member.part).collect(),
        _ => Vec::new(),
    };
    let parts = parts.into_iter().flat_map(|part| &part.features);
    declaration.head.features.iter().chain(parts)
}
