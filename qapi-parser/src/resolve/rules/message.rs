//! Commands and events.

use super::{Checker, wrong_type};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::names::{Declaration, Kind, TypeName};
use crate::resolve::times::Moment;

impl Checker<'_, '_> {
    /// Checks the type of a command's arguments or an event's data.
    pub(super) fn arguments(&mut self, name: Option<&TypeName>, boxed: bool, meta: &str) {
        let Some(name) = name else { return };
        let user = format!("{meta}'s 'data'");
        let Some((id, ty)) = self.lookup(name, &user) else {
            return;
        };
        if !ty.is_object() && !self.is_old_alternate(ty, boxed) {
            let message = format!("{user} cannot take {}", ty.describe());
            let error = wrong_type(name.span, message, ty);
            self.push(error.with_help("it takes a struct, or a union with 'boxed': true"));
        } else if matches!(ty.kind, Kind::Union { .. }) && !boxed {
            let message = format!("{user} can take {} only with 'boxed': true", ty.describe());
            self.wrong_type(name.span, message, ty);
        } else if !boxed
            && !self.context.rules.is_lenient()
            && let Some(member) = self.context.lineages.conditional(id)
        {
            self.moment = Moment::End;
            let message = format!("conditional {meta} arguments require 'boxed': true");
            let error = Diagnostic::new(Code::UnboxedCondition, name.span, message)
                .with_label(member.part.span, "this one is conditional");
            let help = "give the arguments a struct type of their own, and say 'boxed': true";
            self.push(error.with_help(help));
        }
    }

    /// Whether a type is one that only QEMU 4.1 took.
    fn is_old_alternate(&self, ty: &Declaration, boxed: bool) -> bool {
        let is_alternate = matches!(ty.kind, Kind::Alternate { .. });
        is_alternate && boxed && self.context.rules.is_lenient()
    }

    /// Checks the type of what a command returns: an object or an array of them, so that members
    /// can be added later.
    pub(super) fn returned(&mut self, name: Option<&TypeName>) {
        let Some(name) = name else { return };
        let Some((_, ty)) = self.lookup(name, &"command's 'returns'") else {
            return;
        };
        let exceptions = &self.context.rules.pragmas.command_returns_exceptions;
        if exceptions.contains(&self.declaration.head.name)
            || self.context.missing.pragmas
            || self.is_extensible(ty)
        {
            return;
        }
        let message = format!("command's 'returns' cannot take {}", ty.describe());
        let error = wrong_type(name.span, message, ty);
        let help = "return a struct, to which members can be added later; \
                    pragma 'command-returns-exceptions' lists commands that do not";
        self.push(error.with_help(help));
    }

    /// Whether values of a type are objects or arrays of them, as far as that is known.
    fn is_extensible(&self, ty: &Declaration) -> bool {
        match &ty.kind {
            Kind::Array(element, _) => {
                let element = self.context.names.of(element);
                element.is_none_or(|(_, element)| element.is_object())
            }
            _ => ty.is_object(),
        }
    }
}
