//! Structures, unions, and the branches of unions and alternates.

use smol_str::SmolStr;

use super::{Checker, Values, wrong_type};
use crate::check::c_name;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::names::{Branch, Declaration, Kind, Member, Role, TypeName};
use crate::resolve::times::Moment;
use crate::schema::{Builtin, TypeId};
use crate::source::Spanned;
use crate::suggest::nearest;

impl<'a> Checker<'a, '_> {
    pub(super) fn structure(&mut self, base: Option<&TypeName>, members: &[Member], role: &str) {
        if let Some(base) = base {
            self.base(base);
        }
        self.moment = Moment::End;
        for member in members {
            self.lookup(&member.ty, &Role(role, &member.name));
            self.features(&member.part.features);
        }
    }

    /// Checks a union; gives the type of its discriminator.
    pub(super) fn union(
        &mut self,
        base: &TypeName,
        tag: &Spanned<SmolStr>,
        branches: &[Branch],
    ) -> Option<TypeId> {
        let base = self.base(base);
        self.moment = Moment::Behind(1);
        let tag_type = match base {
            Some((id, base)) => self.tag(id, base, tag),
            None => None,
        };
        if let Some(tag_type) = &tag_type
            && tag_type.values.is_empty()
            && branches.is_empty()
        {
            self.report(Code::NoBranches, tag.span, "union has no branches");
        }
        for (index, branch) in branches.iter().enumerate() {
            self.moment = Moment::Behind(index + 1);
            if let Some((_, ty)) = self.lookup(&branch.ty, &Role("branch", &branch.name)) {
                self.union_branch(branch, ty, tag_type.as_ref());
            }
        }
        tag_type.map(|tag_type| tag_type.id)
    }

    pub(super) fn alternatives(&mut self, alternatives: &[Branch]) {
        self.distinct_branches(alternatives);
        for branch in alternatives {
            self.lookup(&branch.ty, &Role("branch", &branch.name));
        }
    }

    /// The structure that a structure or a union has as its base.
    fn base(&mut self, name: &TypeName) -> Option<(TypeId, &'a Declaration)> {
        let (id, base) = self.lookup(name, &"'base'")?;
        if matches!(base.kind, Kind::Missing) {
            return None;
        }
        if !matches!(base.kind, Kind::Struct { .. }) {
            let message = format!("'base' requires a struct type, {} isn't", base.describe());
            self.wrong_type(name.span, message, base);
            return None;
        }
        Some((id, base))
    }

    /// The type of the member `tag` of a base, and its values.
    fn tag(&mut self, id: TypeId, base: &Declaration, tag: &Spanned<SmolStr>) -> Option<Tag<'a>> {
        // What it has for members is not known then: that it contains itself, or has a base that
        // cannot be one, was reported.
        if self.context.order.is_recursive(base) || self.context.lineages.is_partial(id) {
            return None;
        }
        let found = self.context.lineages.find(id, &c_name(&tag.value));
        let found = found.filter(|(member, _)| member.name == tag.value);
        let Some((member, owner)) = found else {
            let message = format!("discriminator '{}' is not a member of 'base'", tag.value);
            let mut error = Diagnostic::new(Code::InvalidDiscriminator, tag.span, message);
            if let Kind::Struct { members, .. } = &base.kind
                && self.may_compare()
                && let Some(near) = nearest(&tag.value, members.iter().map(|it| &*it.name))
                    .or_else(|| self.only_enum(members))
            {
                error = error.with_help(format!("there is a member '{near}'"));
            }
            self.push(error);
            return None;
        };
        let owner = &self.context.names.ty(owner).head.name;
        let place = if owner.starts_with("q_") {
            "'base'".to_owned()
        } else {
            format!("base type '{owner}'")
        };
        // That it is unknown is said where the member is.
        let (id, declaration) = self.context.names.of(&member.ty)?;
        if matches!(declaration.kind, Kind::Missing) {
            return None;
        }
        let problem = match self.values(id, declaration) {
            None => "must be of enum type",
            Some(_) if member.optional => "must not be optional",
            Some(_) if member.part.condition.is_some() => "must not be conditional",
            Some(values) => {
                return Some(Tag {
                    id,
                    declaration,
                    values,
                });
            }
        };
        let message = format!("discriminator member '{}' of {place} {problem}", tag.value);
        let error = Diagnostic::new(Code::InvalidDiscriminator, tag.span, message)
            .with_label(member.part.span, "this is the member");
        self.push(error);
        None
    }

    /// The member of enum type, where there is one of that kind only.
    fn only_enum<'m>(&self, members: &'m [Member]) -> Option<&'m str> {
        let is_enum = |member: &&Member| {
            let ty = self.context.names.of(&member.ty);
            ty.is_some_and(|(_, ty)| matches!(ty.kind, Kind::Enum { .. }))
        };
        let mut enums = members.iter().filter(is_enum);
        let first = enums.next()?;
        enums.next().is_none().then_some(&first.name)
    }

    /// The values of a type, if it is an enumeration.
    fn values(&mut self, id: TypeId, declaration: &'a Declaration) -> Option<Values<'a>> {
        if let Some(values) = self.values.get(&id) {
            return Some(values.clone());
        }
        let values = match &declaration.kind {
            Kind::Enum { values, .. } => values.iter().map(|value| value.name.as_str()).collect(),
            Kind::Builtin(Builtin::QType) => Builtin::QTYPE_VALUES.into_iter().collect(),
            _ => return None,
        };
        let values = Values::new(values);
        self.values.insert(id, values.clone());
        Some(values)
    }

    /// Checks a branch of a union against the values of the tag, unless that was wrong.
    fn union_branch(&mut self, branch: &Branch, ty: &Declaration, tag: Option<&Tag<'_>>) {
        if let Some(tag) = tag
            && !tag.values.contains(branch.name.as_str())
        {
            self.unknown_branch(branch, tag.declaration);
        }
        if !ty.is_object() {
            let message = format!(
                "{} cannot use {}",
                Role("branch", &branch.name),
                ty.describe()
            );
            let error = wrong_type(branch.ty.span, message, ty);
            self.push(error.with_help("a branch is of a struct or a union type"));
        }
    }

    fn unknown_branch(&mut self, branch: &Branch, enumeration: &Declaration) {
        let message = format!(
            "branch '{}' is not a value of {}",
            branch.name,
            enumeration.describe()
        );
        let mut error = Diagnostic::new(Code::UnknownBranch, branch.part.span, message);
        if let Some(span) = enumeration.head.span {
            error = error.with_label(span, "the discriminator is of this type");
        }
        if let Kind::Enum { values, .. } = &enumeration.kind
            && self.may_compare()
            && let Some(near) = nearest(&branch.name, values.iter().map(|it| &*it.name))
        {
            error = error.with_help(format!("there is a value '{near}'"));
        }
        self.push(error);
    }
}

/// The type of a discriminator, and its values.
struct Tag<'a> {
    id: TypeId,
    declaration: &'a Declaration,
    values: Values<'a>,
}
