//! Decisions about commands and events.

use qapi_parser::schema::{self, Head, TypeId, TypeKind, Version, VersionRange};

use super::{Builder, is_inline};
use crate::model::docs::{self, Kind, Notes};
use crate::model::names::Names;
use crate::model::object::{Role, object};
use crate::model::rustdoc::Rustdoc;
use crate::model::{Arguments, Command, Event, Item, RustType, Versions};

impl<'s> Builder<'s> {
    pub(super) fn command(&mut self, command: &'s schema::Command, module: &str) -> Command {
        let head = &command.head;
        let response = match command.returns {
            Some(id) => self.rust_type(id),
            None => RustType::Empty,
        };
        let mut notes = Rustdoc::default();
        if command.allow_oob {
            notes.push("May be executed out of band.".to_owned());
        }
        if !command.success_response {
            notes.push("Success is not answered.".to_owned());
        }
        if command.allow_preconfig {
            notes.push("May be executed before the machine is made (`--preconfig`).".to_owned());
        }
        let notes = Notes {
            returned: docs::returns(&response),
            others: notes,
        };
        let extra = !command.generate && command.arguments.is_some();
        let ident = self.message_ident(&head.name);
        let item = self.item(Kind::Command, ident, head, module, notes);
        Command {
            arguments: self.arguments(item, head, command.arguments, extra, true),
            response,
            allow_oob: command.allow_oob,
            success_response: command.success_response,
            versions: versions(head.versions),
        }
    }

    pub(super) fn event(&mut self, event: &'s schema::Event, module: &str) -> Event {
        let head = &event.head;
        let ident = self.message_ident(&head.name);
        let item = self.item(Kind::Event, ident, head, module, Notes::default());
        Event {
            data: self.arguments(item, head, event.data, false, false),
            versions: versions(head.versions),
        }
    }

    /// The type of a command or an event; with `extra`, one that keeps unlisted members.
    fn arguments(
        &mut self,
        item: Item,
        head: &Head,
        id: Option<TypeId>,
        extra: bool,
        sent: bool,
    ) -> Arguments {
        let names = if extra {
            Names::of_parts_with_extra()
        } else {
            Names::of_parts()
        };
        let fields = match id {
            None => Vec::new(),
            Some(id) => {
                let ty = self.schema.ty(id);
                // A struct can take unlisted members besides its own.
                let inline =
                    is_inline(&ty.head) || (extra && matches!(ty.kind, TypeKind::Struct(_)));
                if !inline {
                    return Arguments::Newtype(item, self.rust_type(id));
                }
                self.fields(id, head, sent, names)
            }
        };
        let object = object(item, fields, Role::Message { extra }, sent);
        Arguments::Struct(Box::new(object))
    }
}

fn versions(range: VersionRange) -> Versions {
    let numbers = |version: Version| {
        let number = |index| version.parts().get(index).copied().unwrap_or(0);
        (number(0), number(1), number(2))
    };
    Versions {
        first: range.first.map(numbers),
        last: range.last.map(numbers),
    }
}
