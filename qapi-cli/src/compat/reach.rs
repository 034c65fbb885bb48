//! Which commands and events need a type.

use std::collections::{BTreeMap, HashSet};

use qapi_protocol::introspection::{Schema, Type};
use qapi_protocol::{Version, VersionRange};

/// What a schema's types are needed for.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// The commands and events, in the order of the schema, by the types that they need.
    roots: BTreeMap<String, Vec<String>>,
    /// The newest release that the schema speaks of.
    pub(super) newest: Option<Version>,
}

impl Reach {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut reach = Reach::default();
        for command in schema.commands() {
            reach.saw(command.versions());
            let types = [command.arguments(), command.returns()];
            reach.add(command.name(), types.into());
        }
        for event in schema.events() {
            reach.saw(event.versions());
            reach.add(event.name(), vec![event.data()]);
        }
        reach
    }

    /// The commands and events that need a type.
    pub(super) fn roots(&self, ty: &str) -> &[String] {
        self.roots.get(ty).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, root: &str, mut todo: Vec<Type<'_>>) {
        let mut seen: HashSet<&str> = todo.iter().map(|ty| ty.name()).collect();
        while let Some(ty) = todo.pop() {
            let roots = self.roots.entry(ty.name().to_owned()).or_default();
            roots.push(root.to_owned());
            // What is said of a type need be seen once only.
            if roots.len() == 1 {
                self.saw(ty.versions());
                ty.members().for_each(|it| self.saw(it.versions()));
                ty.values().for_each(|it| self.saw(it.versions()));
            }
            let members = ty.members().map(|it| it.ty());
            let branches = ty.branches().map(|(_, it)| it);
            let inside = ty.element().into_iter().chain(ty.alternatives());
            let uses = members.chain(branches).chain(inside);
            todo.extend(uses.filter(|it| seen.insert(it.name())));
        }
    }

    fn saw(&mut self, versions: Option<VersionRange>) {
        if let Some(VersionRange { first, last }) = versions {
            self.newest = self.newest.max(first).max(last);
        }
    }
}
