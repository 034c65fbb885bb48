//! What definitions may refer to, and how.

mod message;
mod object;
mod parts;

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::rc::Rc;

use super::errors::Errors;
use super::lineages::Lineages;
use super::names::{Declaration, Kind, Names, Search, TypeName};
use super::order::Order;
use super::times::Moment;
use crate::diagnostic::{Code, Diagnostic};
use crate::load::Rules;
use crate::missing::Missing;
use crate::schema::TypeId;
use crate::source::Span;

/// After how many errors unknown names are no longer compared with all known ones.
const MAX_SUGGESTIONS: usize = 100;

/// What the definitions are checked against.
pub(super) struct Context<'a> {
    pub(super) names: &'a Names,
    pub(super) order: &'a Order,
    pub(super) lineages: &'a Lineages<'a>,
    pub(super) rules: &'a Rules,
    pub(super) missing: &'a Missing,
}

/// The types of the discriminators of unions, by the places of their declarations.
pub(super) type TagTypes = HashMap<usize, TypeId>;

/// Checks all definitions; appends what is wrong with them to `errors`.
pub(super) fn check(context: &Context<'_>, errors: &mut Errors) -> TagTypes {
    let mut tag_types = TagTypes::new();
    let mut values = HashMap::new();
    for declaration in &context.names.all {
        let mut checker = Checker {
            context,
            declaration,
            moment: Moment::START,
            values: &mut values,
            errors,
        };
        let tag_type = checker.declaration();
        tag_types.extend(tag_type.map(|tag_type| (declaration.index, tag_type)));
    }
    tag_types
}

/// The values of an enumeration.
type Values<'a> = Rc<HashSet<&'a str>>;

/// Checks one definition.
struct Checker<'a, 'e> {
    context: &'a Context<'a>,
    declaration: &'a Declaration,
    /// How far the check is.
    moment: Moment,
    /// The values of the enumerations that were asked for.
    values: &'e mut HashMap<TypeId, Values<'a>>,
    errors: &'e mut Errors,
}

impl<'a> Checker<'a, '_> {
    /// Checks the definition; gives the type of its discriminator if it has one.
    fn declaration(&mut self) -> Option<TypeId> {
        self.features(&self.declaration.head.features);
        if self.declaration.type_id().is_some() {
            self.no_special_features();
        }
        match &self.declaration.kind {
            Kind::Missing | Kind::Builtin(_) | Kind::BuiltinArray(..) => {}
            Kind::Array(element, user) => self.element(element, user),
            Kind::Enum { values, .. } => self.enum_values(values),
            Kind::Struct {
                base,
                members,
                role,
            } => self.structure(base.as_ref(), members, role),
            Kind::Union {
                base,
                tag,
                branches,
            } => return self.union(base, tag, branches),
            Kind::Alternate { alternatives } => self.alternatives(alternatives),
            Kind::Command {
                arguments,
                returns,
                flags,
            } => {
                self.arguments(arguments.as_ref(), flags.boxed, "command");
                self.moment = Moment::End;
                self.returned(returns.as_ref());
            }
            Kind::Event { data, boxed } => self.arguments(data.as_ref(), *boxed, "event"),
        }
        None
    }

    fn element(&mut self, name: &TypeName, user: &str) {
        if let Some((_, element)) = self.lookup(name, &user)
            && matches!(element.kind, Kind::Array(..) | Kind::BuiltinArray(..))
        {
            let message = format!("{user} cannot be an array of {}", element.describe());
            self.report(Code::WrongType, name.span, message);
        }
    }

    /// The type of a name that `user` uses.
    fn lookup(&mut self, name: &TypeName, user: &dyn Display) -> Option<(TypeId, &'a Declaration)> {
        let found = self.context.names.of(name);
        // It may be one that was not understood.
        if found.is_none() && !self.context.missing.others {
            let search = if self.may_compare() {
                Search::Near
            } else {
                Search::Exact
            };
            self.push(self.context.names.unknown(name, user, search));
        }
        found
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
        self.errors.push(self.declaration, self.moment, error);
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
