//! What the names in a schema's prose lead to.

use std::collections::HashMap;

use qapi_parser::SmolStr;

use super::docs::Reference;
use super::{Alternate, Arguments, Enum, Item, Module, RustType, Struct, Type, Union};
use crate::prose::{self, Mention};

/// What all names lead to. Paths start at the root of the generated code.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// The items of definitions, by the names in the schema.
    items: HashMap<SmolStr, Path>,
    /// The parts of items, by their names in the schema.
    parts: HashMap<Path, HashMap<SmolStr, Part>>,
    /// The address of the manual that the schema is a page of, with a slash at its end.
    manual: Option<String>,
    /// The types that have the parts of the messages that only wrap them.
    wrapped: HashMap<Path, Path>,
}

/// The path of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Path {
    /// The module that it is in, besides the root.
    module: &'static str,
    ident: String,
}

/// A member, a value or a branch.
#[derive(Debug)]
struct Part {
    /// What tells it from methods of its name.
    kind: &'static str,
    /// The item that has it.
    item: String,
    ident: String,
}

/// The links from one definition.
pub(super) struct From<'l> {
    links: &'l Links,
    /// Its name. No definition has that of the text of the schema itself, which has no links: where
    /// it is shown, nobody knows what they would start from.
    definition: &'l SmolStr,
}

impl Path {
    pub(super) fn of_type(ident: &str) -> Self {
        Path::inside("", ident)
    }

    pub(super) fn of_command(ident: &str) -> Self {
        Path::inside("commands", ident)
    }

    pub(super) fn of_event(ident: &str) -> Self {
        Path::inside("events", ident)
    }

    fn inside(module: &'static str, ident: &str) -> Self {
        let ident = plain(ident);
        Path { module, ident }
    }

    /// The way from the module of an item to the root.
    fn up(&self) -> &'static str {
        match self.module {
            "" => "super::",
            _ => "super::super::",
        }
    }

    /// The way from the root to the module of the item.
    fn down(&self) -> String {
        match self.module {
            "" => String::new(),
            module => format!("{module}::"),
        }
    }
}

impl Links {
    /// No names yet, in a manual that has this reference in one of its folders.
    pub(super) fn new(reference: Option<&Reference>) -> Self {
        let manual = reference.and_then(|reference| {
            let (folder, _) = reference.page.rsplit_once('/')?;
            let (manual, _) = folder.rsplit_once('/')?;
            Some(format!("{manual}/"))
        });
        Links {
            manual,
            ..Links::default()
        }
    }

    /// Adds the item of a definition, or of another name that it had.
    pub(super) fn add(&mut self, name: &SmolStr, path: Path) {
        self.items.entry(name.clone()).or_insert(path);
    }

    /// Adds the parts of all that a module has.
    pub(super) fn add_module(&mut self, module: &Module) {
        for ty in &module.types {
            let path = Path::of_type(&ty.item().ident);
            match ty {
                Type::Enum(Enum { item, values }) => {
                    self.add_parts(&path, "variant", &item.ident, values);
                }
                Type::Struct(object) => self.add_fields(&path, object),
                Type::Union(union) => self.add_union(&path, union),
                Type::Alternate(Alternate {
                    item, alternatives, ..
                }) => {
                    let items = alternatives.iter().map(|it| &it.item);
                    self.add_parts(&path, "variant", &item.ident, items);
                }
                Type::Alias(_) => {}
            }
        }
        for command in &module.commands {
            self.add_message(Path::of_command, &command.arguments);
        }
        for event in &module.events {
            self.add_message(Path::of_event, &event.data);
        }
    }

    fn add_union(&mut self, path: &Path, union: &Union) {
        if let Some(object) = &union.around {
            self.add_fields(path, object);
        }
        let branches = union.variants.iter().map(|it| &it.item);
        self.add_parts(path, "variant", &union.branches.ident, branches);
    }

    fn add_message(&mut self, path: fn(&str) -> Path, arguments: &Arguments) {
        let path = path(&arguments.item().ident);
        match arguments {
            Arguments::Struct(object) => self.add_fields(&path, object),
            Arguments::Newtype(_, RustType::Named(ty)) => {
                self.wrapped.insert(path, Path::of_type(ty));
            }
            Arguments::Newtype(..) => {}
        }
    }

    fn add_fields(&mut self, path: &Path, object: &Struct) {
        let tag = object.tag.iter().map(|tag| &tag.item);
        let items = tag.chain(object.fields.iter().map(|it| &it.item));
        self.add_parts(path, "field", &object.item.ident, items);
    }

    fn add_parts<'m>(
        &mut self,
        path: &Path,
        kind: &'static str,
        of: &str,
        items: impl IntoIterator<Item = &'m Item>,
    ) {
        let parts = self.parts.entry(path.clone()).or_default();
        for Item { ident, wire, .. } in items {
            parts.entry(wire.into()).or_insert_with(|| Part {
                kind,
                item: plain(of),
                ident: plain(ident),
            });
        }
    }

    /// The links from the text of a definition and of its parts.
    pub(super) fn from<'l>(&'l self, definition: &'l SmolStr) -> From<'l> {
        From {
            links: self,
            definition,
        }
    }
}

impl From<'_> {
    /// The path of what `name` defines, unless the text is that of the definition itself.
    fn definition(&self, name: &str) -> Option<String> {
        let here = self.links.items.get(self.definition)?;
        let there = self.links.items.get(name)?;
        let differs = here != there;
        differs.then(|| format!("type@{}{}{}", here.up(), there.down(), there.ident))
    }

    /// The path of a part of the definition.
    fn part(&self, name: &str) -> Option<String> {
        let Links {
            items,
            parts,
            wrapped,
            ..
        } = self.links;
        let here = items.get(self.definition)?;
        let there = wrapped.get(here).unwrap_or(here);
        let Part { kind, item, ident } = parts.get(there)?.get(name)?;
        let way = match there == here {
            true => String::new(),
            false => format!("{}{}", here.up(), there.down()),
        };
        Some(format!("{kind}@{way}{item}::{ident}"))
    }
}

impl prose::Links for From<'_> {
    fn target(&self, name: &str, mention: Mention) -> Option<String> {
        match mention {
            Mention::At => self.part(name).or_else(|| self.definition(name)),
            Mention::Reference => self.definition(name).or_else(|| self.part(name)),
            Mention::Word if is_distinct(name) => self.definition(name),
            Mention::Word => None,
        }
    }

    fn page(&self, path: &str) -> Option<String> {
        let manual = self.links.manual.as_ref()?;
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_/.".contains(char);
        let is_path = path.chars().all(is_plain);
        is_path.then(|| format!("{manual}{path}.html"))
    }
}

/// An identifier as rustdoc wants it in links.
fn plain(ident: &str) -> String {
    ident.strip_prefix("r#").unwrap_or(ident).to_owned()
}

/// Whether a word is nothing but a name: `block-commit`, `BLOCK_JOB_READY`, `BlockInfo`. `stop`,
/// `RESET` and `Object` are words of English, too.
fn is_distinct(word: &str) -> bool {
    let is_joint = |pair: &[u8]| {
        let [before, char] = pair else {
            return false;
        };
        matches!(char, b'-' | b'_') || before.is_ascii_lowercase() && char.is_ascii_uppercase()
    };
    word.as_bytes().windows(2).any(is_joint)
}
