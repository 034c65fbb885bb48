//! What the user of the generator decides about parts of the schema.

use std::collections::BTreeMap;

use super::docs::Reference;

/// The decisions that are not the generator's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) reference: Option<Reference>,
    /// The members whose strings are base64, as `DEFINITION.MEMBER`.
    pub(crate) base64: Vec<String>,
    /// Definitions that are not generated: their names, and what stands for them.
    pub(crate) externs: Vec<(String, Extern)>,
    /// The definitions that are generated, with what they reach; all of them when there is none.
    pub(crate) roots: Vec<String>,
    /// What stands in front of the names of generated types.
    pub(crate) prefix: String,
    /// Attributes of the items of definitions, by the definitions' names.
    pub(crate) type_attributes: Vec<(String, String)>,
    /// Attributes of fields and variants, by `DEFINITION.MEMBER` or `DEFINITION`.
    pub(crate) member_attributes: Vec<(String, String)>,
}

/// What stands for a definition that is not generated.
#[derive(Clone, Debug)]
pub(crate) enum Extern {
    /// What another generated module, of that path, has under the same name.
    Module(String),
    /// A type of that path.
    Path(String),
}

impl Extern {
    /// The option that says so.
    pub(super) fn option(&self) -> &'static str {
        match self {
            Extern::Module(_) => "extern_module",
            Extern::Path(_) => "extern_path",
        }
    }
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

    /// What the option says of `name`.
    pub(super) fn get(&self, name: &str) -> Option<T> {
        self.by_name.get(name).map(|entry| entry.said)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// All names, each with what the option says of it.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'o str, T)> {
        let all = self.by_name.iter();
        all.map(|(name, entry)| (*name, entry.said))
    }

    /// The names that nothing has used.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&'o str, T)> {
        let unused = self.by_name.iter().filter(|(_, entry)| !entry.used);
        unused.map(|(name, entry)| (*name, entry.said))
    }
}

/// The names in `path`, where that leads from `crate` or the name of a crate on.
pub(super) fn absolute(path: &str) -> Option<syn::Path> {
    let path = syn::parse::Parser::parse_str(syn::Path::parse_mod_style, path).ok()?;
    let mut idents = path.segments.iter().map(|it| &it.ident);
    let first = idents.next()?;
    let is_keyword = |ident: &syn::Ident| {
        let keywords = ["Self", "crate", "self", "super"];
        keywords.iter().any(|keyword| ident == keyword)
    };
    let starts_at_crate = first == "crate" && path.leading_colon.is_none();
    let is_absolute = (starts_at_crate || !is_keyword(first)) && !idents.any(is_keyword);
    is_absolute.then_some(path)
}

/// Whether names of types may start with `prefix`.
pub(super) fn is_prefix(prefix: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
    prefix.chars().all(is_allowed) && !prefix.starts_with(|c: char| c.is_ascii_digit())
}
