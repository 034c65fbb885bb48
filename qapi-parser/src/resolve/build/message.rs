//! Commands and events.

use smol_str::SmolStr;

use super::{Builder, wrong_type};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::names::{Declaration, Kind};
use crate::schema::{Command, Event, TypeId};
use crate::source::Spanned;

impl<'a> Builder<'a, '_> {
    pub(super) fn command(&mut self) -> Option<Command> {
        let Kind::Command {
            arguments,
            returns,
            flags,
        } = &self.declaration.kind
        else {
            return None;
        };
        let arguments = self.arguments(arguments.as_ref(), flags.boxed, "command");
        let returns = match returns {
            None => Some(None),
            Some(returns) => self.returned(returns).map(Some),
        };
        Some(Command {
            head: self.declaration.head.clone(),
            arguments: arguments?,
            returns: returns?,
            boxed: flags.boxed,
            generate: flags.generate,
            success_response: flags.success_response,
            allow_oob: flags.allow_oob,
            allow_preconfig: flags.allow_preconfig,
            coroutine: flags.coroutine,
        })
    }

    pub(super) fn event(&mut self) -> Option<Event> {
        let Kind::Event { data, boxed } = &self.declaration.kind else {
            return None;
        };
        let data = self.arguments(data.as_ref(), *boxed, "event")?;
        Some(Event {
            head: self.declaration.head.clone(),
            data,
            boxed: *boxed,
        })
    }

    /// The type of a command's arguments or an event's data.
    fn arguments(
        &mut self,
        name: Option<&Spanned<SmolStr>>,
        boxed: bool,
        meta: &str,
    ) -> Option<Option<TypeId>> {
        let Some(name) = name else {
            return Some(None);
        };
        let user = format!("{meta}'s 'data'");
        let (id, ty) = self.lookup(name, &user)?;
        if !ty.is_object() && !self.is_old_alternate(ty, boxed) {
            let message = format!("{user} cannot take {}", ty.describe());
            let error = wrong_type(name.span, message, ty);
            self.push(error.with_help("it takes a struct, or a union with 'boxed': true"));
            return None;
        }
        if matches!(ty.kind, Kind::Union { .. }) && !boxed {
            let message = format!("{user} can take {} only with 'boxed': true", ty.describe());
            self.wrong_type(name.span, message, ty);
            return None;
        }
        if !boxed
            && !self.context.rules.is_lenient()
            && let Some(member) = self.context.lineages.conditional(id)
        {
            let message = format!("conditional {meta} arguments require 'boxed': true");
            let error = Diagnostic::new(Code::UnboxedCondition, name.span, message)
                .with_label(member.part.span, "this one is conditional");
            let help = "give the arguments a struct type of their own, and say 'boxed': true";
            self.push(error.with_help(help));
            return None;
        }
        Some(Some(id))
    }

    /// Whether a type is one that only QEMU 4.1 took.
    fn is_old_alternate(&self, ty: &Declaration, boxed: bool) -> bool {
        let is_alternate = matches!(ty.kind, Kind::Alternate { .. });
        is_alternate && boxed && self.context.rules.is_lenient()
    }

    /// The type of what a command returns: an object or an array of them, so that members can
    /// be added later.
    fn returned(&mut self, name: &Spanned<SmolStr>) -> Option<TypeId> {
        let (id, ty) = self.lookup(name, &"command's 'returns'")?;
        let exceptions = &self.context.rules.pragmas.command_returns_exceptions;
        if exceptions.contains(&self.declaration.head.name) || self.is_extensible(ty)? {
            return Some(id);
        }
        let message = format!("command's 'returns' cannot take {}", ty.describe());
        let error = wrong_type(name.span, message, ty);
        let help = "return a struct, to which members can be added later; \
                    pragma 'command-returns-exceptions' lists commands that do not";
        self.push(error.with_help(help));
        None
    }

    /// Whether values of a type are objects or arrays of them; `None` where that is not known.
    fn is_extensible(&self, ty: &'a Declaration) -> Option<bool> {
        match &ty.kind {
            Kind::Array(element, _) => {
                let (_, element) = self.context.names.find(&element.value)?;
                Some(element.is_object())
            }
            _ => Some(ty.is_object()),
        }
    }
}
