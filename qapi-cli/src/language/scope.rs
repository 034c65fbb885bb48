//! What a dotted name may go on with, half-typed lines included.

use qapi_protocol::introspection::TypeKind;

use super::path::Segment;
use super::tree::{Entry, Form};
use super::typed::list;
use super::typed::object::chosen;
use crate::vocabulary::{Member, Type};

/// A value that is being put together: what it is to become, and what was said of its parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'v, 'e> {
    pub(super) ty: Type<'v>,
    pub(super) entries: &'e [Entry],
}

/// What may come next in a dotted name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'v> {
    Member(Member<'v>),
    Element(usize, Type<'v>),
}

impl<'v, 'e> Scope<'v, 'e> {
    /// Where a dotted name leads.
    pub(super) fn at(self, path: &[Segment<'_>]) -> Option<Self> {
        path.iter().try_fold(self, |scope, it| scope.step(it.name))
    }

    /// The part `name`.
    pub(super) fn step(self, name: &str) -> Option<Self> {
        let entries = match self.entry(name).map(|entry| &entry.value.form) {
            Some(Form::Dotted(entries)) => entries,
            _ => &[][..],
        };
        let ty = self.part(name)?;
        Some(Scope { ty, entries })
    }

    fn part(self, name: &str) -> Option<Type<'v>> {
        match self.ty.kind() {
            TypeKind::Object => self.member(name).map(Member::ty),
            TypeKind::Array => self.ty.element().filter(|_| list::index(name).is_some()),
            TypeKind::Alternate => {
                let mut scopes = self.ty.alternatives().map(|ty| Scope { ty, ..self });
                scopes.find_map(|scope| scope.part(name))
            }
            _ => None,
        }
    }

    fn member(self, name: &str) -> Option<Member<'v>> {
        let parts = chosen(self.ty, self.entries).into_iter();
        parts.flat_map(Type::members).find(|it| it.name() == name)
    }

    /// What was said of a part.
    pub(super) fn entry(self, name: &str) -> Option<&'e Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The parts that can still be given, or be given more of: required members first, deprecated
    /// ones last.
    pub(super) fn open_parts(self) -> Vec<Part<'v>> {
        let mut parts = Vec::new();
        match self.ty.kind() {
            TypeKind::Object => {
                let members = chosen(self.ty, self.entries).into_iter();
                let members = members.flat_map(Type::members);
                let open = members.filter(|it| self.is_open(it.name()));
                parts.extend(open.map(Part::Member));
                parts.sort_by_key(|part| match part {
                    Part::Member(it) if it.features().has("deprecated") => 2,
                    Part::Member(it) => u8::from(it.is_optional()),
                    Part::Element(..) => 0,
                });
            }
            TypeKind::Array => {
                let given = self.entries.iter().filter_map(|it| list::index(&it.name));
                let next = given.max().map_or(0, |last| last.saturating_add(1));
                let element = self.ty.element();
                let mut indices: Vec<_> = self
                    .entries
                    .iter()
                    .filter(|it| self.is_open(&it.name))
                    .filter_map(|it| list::index(&it.name))
                    .collect();
                indices.sort_unstable();
                indices.push(next);
                let elements = indices.into_iter();
                parts.extend(elements.filter_map(|at| Some(Part::Element(at, element?))));
            }
            TypeKind::Alternate => {
                let scopes = self.ty.alternatives().map(|ty| Scope { ty, ..self });
                parts.extend(scopes.flat_map(Scope::open_parts));
            }
            _ => {}
        }
        parts
    }

    fn is_open(self, name: &str) -> bool {
        let entry = self.entry(name);
        entry.is_none_or(|it| matches!(it.value.form, Form::Dotted(_)))
    }

    /// The required members that are missing, with those in the objects that were begun, by their
    /// dotted names.
    pub(super) fn missing(self) -> Vec<(String, Type<'v>)> {
        let mut missing = Vec::new();
        self.add_missing("", &mut missing);
        missing
    }

    fn add_missing(self, prefix: &str, missing: &mut Vec<(String, Type<'v>)>) {
        let ty = self.ty;
        for member in chosen(ty, self.entries).into_iter().flat_map(Type::members) {
            let name = format!("{prefix}{}", member.name());
            match self.entry(member.name()) {
                None if member.is_optional() => {}
                None => missing.push((name, member.ty())),
                Some(_) => {}
            }
        }
        for entry in self.entries {
            if matches!(entry.value.form, Form::Dotted(_))
                && let Some(scope) = self.step(&entry.name)
            {
                scope.objects_in(&entry.name, prefix, missing);
            }
        }
    }

    /// What is missing in a part, which may be an alternate's object or a list's elements.
    fn objects_in(self, name: &str, prefix: &str, missing: &mut Vec<(String, Type<'v>)>) {
        let prefix = format!("{prefix}{name}.");
        let object = match self.ty.kind() {
            TypeKind::Alternate => {
                let mut alternatives = self.ty.alternatives();
                alternatives.find(|it| it.kind() == TypeKind::Object)
            }
            _ => Some(self.ty),
        };
        if let Some(ty) = object {
            Scope { ty, ..self }.add_missing(&prefix, missing);
        }
    }
}

impl<'v> Part<'v> {
    /// What it is called.
    pub(super) fn name(self) -> String {
        match self {
            Part::Member(member) => member.name().to_owned(),
            Part::Element(index, _) => index.to_string(),
        }
    }

    pub(super) fn ty(self) -> Type<'v> {
        match self {
            Part::Member(member) => member.ty(),
            Part::Element(_, ty) => ty,
        }
    }
}
