//! Structures, unions, and the branches of unions and alternates.

use std::collections::HashSet;

use smol_str::SmolStr;

use super::Builder;
use crate::check::c_name;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::names::{self, Declaration, Kind, Role};
use crate::schema::{Branch, Builtin, Member, Struct, TypeId, Union};
use crate::source::Spanned;
use crate::suggest::nearest;

impl<'a> Builder<'a, '_> {
    pub(super) fn structure(
        &mut self,
        base: Option<&Spanned<SmolStr>>,
        members: &[names::Member],
        role: &str,
    ) -> Option<Struct> {
        let base = match base {
            None => Some(None),
            Some(base) => self.base(base).map(|(base, _)| Some(base)),
        };
        let mut all = Some(Vec::with_capacity(members.len()));
        for member in members {
            let found = self.lookup(&member.ty, &Role(role, &member.name));
            self.features(&member.part.features);
            match (found, &mut all) {
                (Some((ty, _)), Some(all)) => all.push(Member {
                    name: member.name.clone(),
                    ty,
                    optional: member.optional,
                    part: member.part.clone(),
                }),
                _ => all = None,
            }
        }
        Some(Struct {
            base: base?,
            members: all?,
        })
    }

    pub(super) fn union(
        &mut self,
        base: &Spanned<SmolStr>,
        tag: &Spanned<SmolStr>,
        branches: &[names::Branch],
    ) -> Option<Union> {
        let base = self.base(base);
        let tag_type = match base {
            Some((id, base)) => self.tag(id, base, tag),
            None => None,
        };
        let values = tag_type.as_ref().map(|tag| &tag.values);
        let branches = self.branches(branches, |builder, branch, ty| {
            builder.union_branch(branch, ty, tag_type.as_ref())
        });
        if values.is_some_and(HashSet::is_empty) && branches.as_ref().is_some_and(Vec::is_empty) {
            self.report(Code::NoBranches, tag.span, "union has no branches");
            return None;
        }
        Some(Union {
            base: base?.0,
            tag: tag.value.clone(),
            tag_type: tag_type?.id,
            branches: branches?,
        })
    }

    /// The structure that a structure or a union has as its base.
    fn base(&mut self, name: &Spanned<SmolStr>) -> Option<(TypeId, &'a Declaration)> {
        let (id, base) = self.lookup(name, &"'base'")?;
        if !matches!(base.kind, Kind::Struct { .. }) {
            let message = format!("'base' requires a struct type, {} isn't", base.describe());
            self.wrong_type(name.span, message, base);
            return None;
        }
        Some((id, base))
    }

    /// The type of the member `tag` of a base, and its values.
    fn tag(&mut self, id: TypeId, base: &Declaration, tag: &Spanned<SmolStr>) -> Option<Tag<'a>> {
        // What it has for members is not known then; that it contains itself was reported.
        if self.context.order.is_recursive(base) {
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
        let (id, declaration) = self.context.names.find(&member.ty.value)?;
        let problem = match values(&declaration.kind) {
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

    /// The branches whose types are there and fit.
    pub(super) fn branches(
        &mut self,
        branches: &[names::Branch],
        mut fits: impl FnMut(&mut Self, &names::Branch, &Declaration) -> bool,
    ) -> Option<Vec<Branch>> {
        let mut all = Some(Vec::with_capacity(branches.len()));
        for branch in branches {
            let ty = self.lookup(&branch.ty, &Role("branch", &branch.name));
            let ty = ty.filter(|(_, declaration)| fits(self, branch, declaration));
            match (ty, &mut all) {
                (Some((ty, _)), Some(all)) => all.push(Branch {
                    name: branch.name.clone(),
                    ty,
                    part: branch.part.clone(),
                }),
                _ => all = None,
            }
        }
        all
    }

    /// Checks a branch of a union against the values of the tag, unless that was wrong.
    fn union_branch(
        &mut self,
        branch: &names::Branch,
        ty: &Declaration,
        tag: Option<&Tag<'_>>,
    ) -> bool {
        let is_value = tag.is_none_or(|tag| tag.values.contains(branch.name.as_str()));
        if let Some(tag) = tag
            && !is_value
        {
            let enumeration = tag.declaration;
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
        if !ty.is_object() {
            let name = &branch.name;
            let message = format!("branch '{name}' cannot use {}", ty.describe());
            self.wrong_type(branch.ty.span, message, ty);
        }
        is_value && ty.is_object()
    }
}

/// The type of a discriminator, and its values.
struct Tag<'a> {
    id: TypeId,
    declaration: &'a Declaration,
    values: HashSet<&'a str>,
}

/// The values of an enumeration.
fn values(kind: &Kind) -> Option<HashSet<&str>> {
    match kind {
        Kind::Enum { values, .. } => Some(values.iter().map(|value| value.name.as_str()).collect()),
        Kind::Builtin(Builtin::QType) => Some(Builtin::QTYPE_VALUES.into_iter().collect()),
        _ => None,
    }
}
