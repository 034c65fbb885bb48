//! Unions, and structs that became unions.

use std::collections::HashSet;

use smol_str::format_smolstr;

use super::Builder;
use crate::merge::conflict;
use crate::merge::groups::{GroupId, Source};
use crate::merge::places;
use crate::merge::unify::Shape;
use crate::schema::{Branch, Builtin, Head, Member, Struct, Type, TypeId, TypeKind, Union};

impl<'a> Builder<'_, 'a> {
    /// Builds a union, and its base in front of it.
    pub(super) fn union(&mut self, id: GroupId, head: &Head) -> TypeKind {
        let branches = self.branches(id);
        let mut members = self.members(id);
        let tag = self.tag(id, head);
        let tag_type = members.iter().find(|it| it.name == tag).map(|it| it.ty);
        let untagged = self.untagged(id, head, tag, &branches, &mut members);
        let base = Type {
            head: Head {
                name: format_smolstr!("q_obj_{}-base", head.name),
                doc: None,
                features: Vec::new(),
                versions: Default::default(),
                ..head.clone()
            },
            kind: TypeKind::Struct(Struct {
                base: None,
                members,
            }),
        };
        let base = self.add(base);
        TypeKind::Union(Union {
            base,
            tag: tag.into(),
            // Without a tag there is a conflict, and no schema.
            tag_type: tag_type.unwrap_or(base),
            branches: branches.into_iter().map(|(branch, _)| branch).collect(),
            untagged,
        })
    }

    /// The name of the tag, on which all releases have to agree.
    fn tag(&mut self, id: GroupId, head: &Head) -> &'a str {
        let tags = places::tags(self.groups, id);
        if let ([new, old, ..], Some(span)) = (tags.as_slice(), head.span) {
            let message = format!("the tag of union '{}' is '{old}', then '{new}'", head.name);
            self.conflicts.push(conflict::of_parts(span, message, None));
        }
        let shapes = tags
            .iter()
            .map(|tag| places::of_member(self.groups, id, tag));
        let is_enum = |shape: Shape| match shape {
            Shape::Builtin(builtin) => builtin == Builtin::QType,
            Shape::Group(id) => self.is_enum(id),
            Shape::Array(_) => false,
        };
        // What cannot be one type is reported as a member.
        let wrong = shapes.into_iter().find(|place| {
            self.groups
                .unify(place)
                .is_ok_and(|unified| !is_enum(unified.shape))
        });
        if let (Some(place), Some(span)) = (wrong, head.span) {
            let message = format!(
                "{}: the tag of a union has to be an enumeration",
                place.name
            );
            self.conflicts.push(conflict::of_parts(span, message, None));
        }
        tags.first().copied().unwrap_or_default()
    }

    fn is_enum(&self, id: GroupId) -> bool {
        let mut types = self.groups.get(id).sources.iter();
        types.all(|&it| {
            let kind = self.groups.ty(it).map(|ty| &ty.kind);
            matches!(kind, Some(TypeKind::Enum(_)))
        })
    }

    /// The branches, each with the group of its type.
    fn branches(&mut self, id: GroupId) -> Vec<(Branch, Option<GroupId>)> {
        let mut branches = Vec::new();
        for name in places::branches(self.groups, id) {
            let place = places::of_branch(self.groups, id, name);
            let group = match self.groups.unify(&place).map(|it| it.shape) {
                Ok(Shape::Group(group)) => Some(group),
                _ => None,
            };
            let ty = self.at(&place);
            let groups = self.groups;
            let part = self.part_of(id, |source| {
                let mut branches = groups.union(source)?.branches.iter();
                branches.find(|it| it.name == name).map(|it| &it.part)
            });
            if let (Some(ty), Some(part)) = (ty, part) {
                let branch = Branch {
                    name: name.into(),
                    ty,
                    part,
                };
                branches.push((branch, group));
            }
        }
        branches
    }

    /// What an object without the tag adds to the base: members of structs that are members of
    /// branches now. They are taken out of `members`, those of the base.
    fn untagged(
        &mut self,
        id: GroupId,
        head: &Head,
        tag: &str,
        branches: &[(Branch, Option<GroupId>)],
        members: &mut Vec<Member>,
    ) -> Option<TypeId> {
        let in_branches = branches.iter().filter_map(|(_, group)| *group);
        let in_branches: HashSet<&str> = in_branches
            .flat_map(|group| places::members(self.groups, group))
            .collect();
        let of_branch = |it: &Member| it.name != tag && in_branches.contains(it.name.as_str());
        let (moved, kept) = members.drain(..).partition(of_branch);
        *members = kept;
        let moved: Vec<Member> = moved;
        let first = moved.first()?;

        let groups = self.groups;
        // Only an object without the tag can have them: otherwise they would be in the way of
        // the branch that the tag chooses.
        let has_both = |source: &&Source| {
            let has = |name: &str| groups.member(**source, name).is_some();
            has(tag) && moved.iter().any(|member| has(&member.name))
        };
        let both = groups
            .get(id)
            .sources
            .iter()
            .any(|source| has_both(&source));
        let holds = |branch: &Branch, group: GroupId| {
            let shape = |id: GroupId, name: &str| {
                let place = places::of_member(groups, id, name);
                groups.unify(&place).map(|it| it.shape).ok()
            };
            let names = places::members(groups, group);
            let same = |it: &Member| shape(id, &it.name) == shape(group, &it.name);
            let all = moved
                .iter()
                .all(|it| names.contains(&it.name.as_str()) && same(it));
            let is_moved = |name: &str| moved.iter().any(|it| it.name == name);
            let mut names = names.into_iter();
            let enough = names.all(|it| is_moved(it) || groups.is_optional(group, it));
            (all && enough && !both).then_some(branch.ty)
        };
        let mut fitting = branches
            .iter()
            .filter_map(|(it, group)| holds(it, (*group)?));
        let only = fitting.next();
        if only.is_some() && fitting.next().is_none() {
            return only;
        }
        let message = format!(
            "union '{}': '{}' is a member of its base in some releases, and of branches in others",
            head.name, first.name
        );
        let label = head
            .span
            .map(|span| (span, format!("in union '{}'", head.name)));
        let conflict = conflict::of_parts(first.part.span, message, label);
        self.conflicts.push(conflict);
        None
    }
}
