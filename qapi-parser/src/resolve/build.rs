//! Turns the names of types into ids of types of the right kind.

mod message;
mod object;
mod parts;

use std::fmt::Display;

use smol_str::SmolStr;

use super::errors::Errors;
use super::lineages::Lineages;
use super::names::{Declaration, Kind, Names, Search};
use super::order::Order;
use crate::diagnostic::{Code, Diagnostic};
use crate::load::Rules;
use crate::schema::{Alternate, Command, DefinitionId, Enum, Event, Head, Type, TypeId, TypeKind};
use crate::source::{Span, Spanned};

/// After how many errors unknown names are no longer compared with all known ones.
const MAX_SUGGESTIONS: usize = 100;

/// The definitions by kind, at the places that their ids say. What is wrong is missing.
#[derive(Default)]
pub(super) struct Built {
    pub(super) types: Vec<Type>,
    pub(super) commands: Vec<Command>,
    pub(super) events: Vec<Event>,
}

/// What the definitions are checked against.
pub(super) struct Context<'a> {
    pub(super) names: &'a Names,
    pub(super) order: &'a Order,
    pub(super) lineages: &'a Lineages<'a>,
    pub(super) rules: &'a Rules,
}

/// Builds all definitions; appends what is wrong with them to `errors`.
pub(super) fn build(context: &Context<'_>, errors: &mut Errors) -> Built {
    let mut built = Built::default();
    for declaration in &context.names.all {
        let mut builder = Builder {
            context,
            declaration,
            errors,
        };
        builder.features(&declaration.head.features);
        match declaration.id {
            DefinitionId::Type(_) => {
                builder.no_special_features();
                built.types.extend(builder.ty());
            }
            DefinitionId::Command(_) => built.commands.extend(builder.command()),
            DefinitionId::Event(_) => built.events.extend(builder.event()),
        }
    }
    built
}

/// Builds one definition. What is wrong is reported; the methods give `None` for it.
struct Builder<'a, 'e> {
    context: &'a Context<'a>,
    declaration: &'a Declaration,
    errors: &'e mut Errors,
}

impl<'a> Builder<'a, '_> {
    fn ty(&mut self) -> Option<Type> {
        let mut head = self.declaration.head.clone();
        let kind = match &self.declaration.kind {
            Kind::Builtin(builtin) => TypeKind::Builtin(*builtin),
            Kind::Array(element, user) => {
                let (id, element) = self.element(element, user)?;
                // An array is where its element type is, and there when that is.
                head.module = element.module;
                head.condition = element.condition.clone();
                TypeKind::Array(id)
            }
            Kind::BuiltinArray(builtin) => {
                let (element, _) = self.context.names.find(builtin.name())?;
                TypeKind::Array(element)
            }
            Kind::Enum { values, prefix } => {
                self.values(values);
                TypeKind::Enum(Enum {
                    values: values.clone(),
                    prefix: prefix.clone(),
                })
            }
            Kind::Struct {
                base,
                members,
                role,
            } => TypeKind::Struct(self.structure(base.as_ref(), members, role)?),
            Kind::Union {
                base,
                tag,
                branches,
            } => TypeKind::Union(self.union(base, tag, branches)?),
            Kind::Alternate { alternatives } => {
                self.alternatives(alternatives);
                TypeKind::Alternate(Alternate {
                    alternatives: self.branches(alternatives, |_, _, _| true)?,
                })
            }
            Kind::Command { .. } | Kind::Event { .. } => return None,
        };
        Some(Type { head, kind })
    }

    fn element(&mut self, name: &Spanned<SmolStr>, user: &str) -> Option<(TypeId, &'a Head)> {
        let (id, element) = self.lookup(name, &user)?;
        if matches!(element.kind, Kind::Array(..) | Kind::BuiltinArray(_)) {
            let message = format!("{user} cannot be an array of {}", element.describe());
            self.report(Code::WrongType, name.span, message);
            return None;
        }
        Some((id, &element.head))
    }

    /// The type of a name that `user` uses.
    fn lookup(
        &mut self,
        name: &Spanned<SmolStr>,
        user: &dyn Display,
    ) -> Option<(TypeId, &'a Declaration)> {
        let search = if self.may_compare() {
            Search::Near
        } else {
            Search::Exact
        };
        let found = self.context.names.lookup(name, user, search);
        found.map_err(|error| self.push(*error)).ok()
    }

    /// Whether unknown names are still compared with known ones.
    fn may_compare(&self) -> bool {
        self.errors.len() < MAX_SUGGESTIONS
    }

    fn wrong_type(&mut self, span: Span, message: String, ty: &Declaration) {
        self.push(wrong_type(span, message, ty));
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.push(Diagnostic::new(code, span, message));
    }

    fn push(&mut self, error: Diagnostic) {
        self.errors.push(self.declaration, error);
    }
}

/// What is wrong with the use of a type of the wrong kind.
fn wrong_type(span: Span, message: String, ty: &Declaration) -> Diagnostic {
    let error = Diagnostic::new(Code::WrongType, span, message);
    match (ty.head.span, &ty.kind) {
        // What defines an array is its use.
        (None, _) | (_, Kind::Array(..)) => error,
        (Some(place), _) => error.with_label(place, "defined here"),
    }
}
