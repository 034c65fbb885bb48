//! What definitions, members and values have: features, and names that differ in C.

use std::collections::HashMap;

use super::Checker;
use crate::check::c_name;
use crate::diagnostic::{Code, Diagnostic, same_in_c};
use crate::resolve::names::{Branch, Role};
use crate::schema::{EnumValue, Feature, SPECIAL_FEATURES};
use crate::source::Span;

impl Checker<'_, '_> {
    /// Refuses features of one name.
    pub(super) fn features(&mut self, features: &[Feature]) {
        let names = features.iter();
        self.distinct(
            "feature",
            names.map(|feature| (feature.name.as_str(), feature.span)),
        );
    }

    /// Refuses the features that have a meaning to QEMU: types do not support them.
    pub(super) fn no_special_features(&mut self) {
        for feature in &self.declaration.head.features {
            let name = feature.name.as_str();
            if SPECIAL_FEATURES.contains(&name) && !self.context.rules.is_lenient() {
                let message = format!("feature '{name}' is not supported for types");
                let error = Diagnostic::new(Code::UnsupportedFeature, feature.span, message);
                self.push(error.with_help("mark the commands, events and members that use it"));
            }
        }
    }

    pub(super) fn enum_values(&mut self, values: &[EnumValue]) {
        let names = values.iter();
        // The enumeration of a union's branches is written inline.
        let origin = self.declaration.origin.as_ref();
        let is_of_union = origin.is_some_and(|origin| origin.meta == "union");
        self.distinct(
            if is_of_union { "branch" } else { "value" },
            names.map(|value| (value.name.as_str(), value.part.span)),
        );
    }

    pub(super) fn distinct_branches(&mut self, alternatives: &[Branch]) {
        let names = alternatives.iter();
        self.distinct(
            "branch",
            names.map(|branch| (branch.name.as_str(), branch.part.span)),
        );
    }

    /// Reports names that are the same in C.
    fn distinct<'n>(&mut self, role: &str, names: impl Iterator<Item = (&'n str, Span)>) {
        let mut seen = HashMap::new();
        for (name, span) in names {
            if let Some((first, place)) = seen.insert(c_name(name), (name, span)) {
                let message = format!("{} collides with {}", Role(role, name), Role(role, first));
                let error = Diagnostic::new(Code::Collision, span, message)
                    .with_label(place, "first used here");
                self.push(same_in_c(error, name, first));
            }
        }
    }
}
