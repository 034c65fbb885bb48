//! Definitions that are taken from elsewhere.

use std::collections::BTreeSet;

use qapi_parser::schema::DefinitionId;

use super::Builder;
use crate::error::Misfit;
use crate::model::options::{Extern, absolute};
use crate::model::{Model, Replaced};
use crate::name;

impl<'s> Builder<'s> {
    /// Notes that a definition, which would become items of those names, is taken from elsewhere.
    pub(super) fn take_from(
        &mut self,
        place: &Extern,
        idents: Vec<String>,
        definition: DefinitionId,
        model: &mut Model,
    ) {
        match place {
            Extern::Module(path) => {
                let exports = model.externs.entry(path.clone()).or_default();
                let list = match definition {
                    DefinitionId::Type(_) => &mut exports.types,
                    DefinitionId::Command(_) => &mut exports.commands,
                    DefinitionId::Event(_) => &mut exports.events,
                };
                list.extend(idents);
            }
            Extern::Path(path) => {
                // The one with the definition's own name: a path is that of one type.
                let ident = idents.into_iter().next();
                let last =
                    absolute(path).and_then(|it| Some(it.segments.last()?.ident.to_string()));
                let path = path.clone();
                model.replaced.push(Replaced {
                    renamed: ident.filter(|ident| last.as_ref() != Some(ident)),
                    path,
                });
            }
        }
    }

    /// The prefix of what a definition becomes: what is not generated here has none.
    fn prefix(&self, name: &str) -> &'s str {
        match self.externs.get(name) {
            Some(_) => "",
            None => self.prefix,
        }
    }

    /// The identifier of a type.
    pub(super) fn type_ident(&self, name: &str) -> String {
        name::ty(self.prefix(name), name)
    }

    /// The identifier of a command or an event.
    pub(super) fn message_ident(&self, name: &str) -> String {
        name::message(self.prefix(name), name)
    }

    /// Says which things cannot be taken from where the options say.
    pub(super) fn check_externs(&mut self) {
        let mut wrong = BTreeSet::new();
        for (name, place) in self.externs.all() {
            let (path, what) = match place {
                Extern::Module(path) => (path, ""),
                Extern::Path(path) => (path, " of a type"),
            };
            if absolute(path).is_none() {
                let message =
                    format!("'{path}' is no path{what} from `crate` or a crate's name on");
                wrong.insert(Misfit::new(place.option(), message));
            }
            let is_message = || {
                let found = self.schema.find(name);
                found.is_some_and(|found| !matches!(found, DefinitionId::Type(_)))
            };
            if matches!(place, Extern::Path(_)) && is_message() {
                let message = format!(
                    "'{name}' is no type: commands and events can be taken from generated modules \
                     only"
                );
                wrong.insert(Misfit::new(place.option(), message));
            }
        }
        self.misfits.extend(wrong);
    }
}
