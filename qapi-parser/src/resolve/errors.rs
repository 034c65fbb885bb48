//! What is wrong with definitions, in the order in which QEMU's frontend would come across it.

use super::names::{Declaration, Names};
use super::times::{Moment, Times};
use crate::diagnostic::Diagnostic;

/// Errors, each with the place of a definition and the moment of its check.
#[derive(Default)]
pub(super) struct Errors {
    found: Vec<((usize, Moment), Diagnostic)>,
}

impl Errors {
    /// Adds what is wrong with a definition.
    pub(super) fn push(&mut self, declaration: &Declaration, moment: Moment, error: Diagnostic) {
        self.push_at((declaration.index, moment), declaration, error);
    }

    /// Adds what is wrong with a definition, and shows in the check of another one.
    pub(super) fn push_at(
        &mut self,
        time: (usize, Moment),
        declaration: &Declaration,
        error: Diagnostic,
    ) {
        self.found.push((time, declaration.blame(error)));
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// The errors in order; those of one definition of the source that come at the same time by
    /// place.
    pub(super) fn sorted(self, names: &Names) -> Vec<Diagnostic> {
        if self.found.is_empty() {
            return Vec::new();
        }
        let times = Times::new(names);
        let found = self.found.into_iter();
        let found = found.map(|((index, moment), error)| (times.of(index, moment), error));
        let mut sorted: Vec<_> = found.collect();
        sorted.sort_by_key(|(time, _)| *time);
        // What is written inline is a definition of its own in front of that.
        for definition in sorted.chunk_by_mut(|((_, one_kind), one), ((_, other_kind), other)| {
            one.anchor == other.anchor && one_kind == other_kind
        }) {
            definition.sort_by_key(|(_, error)| error.span());
        }
        sorted.into_iter().map(|(_, error)| error).collect()
    }
}
