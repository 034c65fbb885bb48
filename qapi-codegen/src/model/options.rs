//! What the user of the generator decides about parts of the schema.

use std::collections::BTreeMap;

use super::docs::Reference;

/// The decisions that are not the generator's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) reference: Option<Reference>,
    /// The members whose strings are base64, as `DEFINITION.MEMBER`.
    pub(crate) base64: Vec<String>,
    /// Definitions that a module has already: their names, and the module's path.
    pub(crate) externs: Vec<(String, String)>,
}

/// What an option names, each with what the option says of it.
#[derive(Debug)]
pub(super) struct Named<'o, T> {
    by_name: BTreeMap<&'o str, Entry<T>>,
}

#[derive(Debug)]
struct Entry<T> {
    said: T,
    used: bool,
}

impl<'o, T: Copy> Named<'o, T> {
    pub(super) fn new(entries: impl IntoIterator<Item = (&'o str, T)>) -> Self {
        let entries = entries.into_iter();
        let unused = entries.map(|(name, said)| (name, Entry { said, used: false }));
        Named {
            by_name: unused.collect(),
        }
    }

    /// What the option says of `name`, which is used then.
    pub(super) fn take(&mut self, name: &str) -> Option<T> {
        let entry = self.by_name.get_mut(name)?;
        entry.used = true;
        Some(entry.said)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The names that nothing has used.
    pub(super) fn unused(&self) -> impl Iterator<Item = &'o str> {
        let unused = self.by_name.iter().filter(|(_, entry)| !entry.used);
        unused.map(|(name, _)| *name)
    }
}

/// Whether `path` is that of a module, from `crate` or the name of a crate on.
pub(super) fn is_absolute(path: &str) -> bool {
    let parsed = syn::parse::Parser::parse_str(syn::Path::parse_mod_style, path);
    parsed.is_ok_and(|path| {
        let first = path.segments.first();
        first.is_some_and(|first| first.ident != "self" && first.ident != "super")
    })
}
