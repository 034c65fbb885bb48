//! What is wrong with definitions, in the order in which QEMU's frontend would come across it.

use super::names::Declaration;
use super::order::Order;
use crate::diagnostic::Diagnostic;

/// Errors, each with the definition that it is in.
#[derive(Default)]
pub(super) struct Errors {
    found: Vec<(usize, Diagnostic)>,
}

impl Errors {
    /// Adds what is wrong with a definition.
    pub(super) fn push(&mut self, declaration: &Declaration, error: Diagnostic) {
        let error = declaration.blame(error);
        self.found.push((declaration.index, error));
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// The errors by definition; those in one definition of the source by place.
    pub(super) fn sorted(mut self, order: &Order) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(index, _)| order.rank(*index));
        let mut sorted: Vec<Diagnostic> = self.found.into_iter().map(|(_, error)| error).collect();
        // What is written inline is a definition of its own in front of that.
        for definition in sorted.chunk_by_mut(|one, other| one.anchor == other.anchor) {
            definition.sort_by_key(Diagnostic::span);
        }
        sorted
    }
}
