//! What is wrong with definitions, in the order in which QEMU's frontend would come across it.

use super::names::Declaration;
use super::order::Order;
use crate::diagnostic::Diagnostic;

/// Errors, each with the definition that it is in.
#[derive(Default)]
pub(super) struct Errors {
    found: Vec<(usize, Diagnostic)>,
    about_docs: Vec<(usize, Diagnostic)>,
}

impl Errors {
    /// Adds what is wrong with a definition.
    pub(super) fn push(&mut self, declaration: &Declaration, error: Diagnostic) {
        let error = declaration.blame(error);
        self.found.push((declaration.index, error));
    }

    /// Adds what a definition's documentation lacks. QEMU's frontend looks for that when it has
    /// checked the definition and all in front of it.
    pub(super) fn push_about_docs(&mut self, declaration: &Declaration, error: Diagnostic) {
        let error = declaration.blame(error);
        self.about_docs.push((declaration.index, error));
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// The errors by definition; those in one definition of the source by place, those about its
    /// documentation last.
    pub(super) fn sorted(self, order: &Order) -> Vec<Diagnostic> {
        let checks = self.found.into_iter();
        let checks = checks.map(|(index, error)| ((order.rank(index), false), error));
        let docs = self.about_docs.into_iter();
        let docs = docs.map(|(index, error)| ((order.reach(index), true), error));
        let mut sorted: Vec<((usize, bool), Diagnostic)> = checks.chain(docs).collect();
        sorted.sort_by_key(|(key, _)| *key);
        // What is written inline is a definition of its own in front of that.
        for definition in sorted.chunk_by_mut(|(_, one), (_, other)| one.anchor == other.anchor) {
            definition.sort_by_key(|((_, is_about_docs), error)| (*is_about_docs, error.span()));
        }
        sorted.into_iter().map(|(_, error)| error).collect()
    }
}
