//! Unions, and structs that became unions.

use std::collections::{BTreeSet, HashMap, HashSet};

use smol_str::format_smolstr;

use super::Builder;
use super::types::is_required;
use crate::merge::conflict::{self, Side};
use crate::merge::found::Found;
use crate::merge::groups::{Family, GroupId, Groups, Source};
use crate::merge::places;
use crate::merge::unify::Shape;
use crate::schema::{Branch, Builtin, Head, Member, Struct, Type, TypeId, TypeKind, Union};
use crate::source::Span;

impl<'a> Builder<'_, 'a> {
    /// Builds a union, and its base in front of it.
    pub(super) fn union(&mut self, id: GroupId, head: &Head) -> TypeKind {
        let branches = self.branches(id);
        let mut members = self.members(id);
        let tag = self.tag(id);
        let tag_type = members.iter().find(|it| it.name == tag).map(|it| it.ty);
        let untagged = self.untagged(id, tag, &mut members);
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
            branches,
            untagged,
        })
    }

    fn branches(&mut self, id: GroupId) -> Vec<Branch> {
        let branches = self.groups.branches(id);
        let places = places::of_branches(self.groups, id, &branches);
        let both = branches.iter().zip(&places);
        both.filter_map(|(found, place)| {
            Some(Branch {
                name: found.name.into(),
                ty: self.at(place)?,
                part: self.part_of(id, found, |it| &it.part)?,
            })
        })
        .collect()
    }

    /// The name of the tag, on which all releases have to agree.
    fn tag(&mut self, id: GroupId) -> &'a str {
        let groups = self.groups;
        let tags = groups.tags(id);
        let side = |tag: &Found<'a, Union>| {
            let (source, _) = tag.all().next()?;
            Some(Side {
                release: source.release,
                what: format!("'{}'", tag.name),
                span: groups.ty(source)?.head.span,
            })
        };
        if let [new, old, ..] = tags.as_slice()
            && let (Some(new), Some(old)) = (side(new), side(old))
        {
            let name = format!("{} tag", groups.get(id).name);
            let conflict = conflict::unsettled(groups, &name, &old, &new);
            self.conflicts.extend(conflict);
        }
        let tag = tags.first().map(|it| it.name).unwrap_or_default();
        let member = groups.members(id).into_iter().find(|it| it.name == tag);
        let place = member.map(|it| places::of_member(groups, id, &it));
        // What cannot be one type is reported as a member.
        if let Some(place) = place
            && let Ok(shape) = groups.unify(&place)
            && !groups.is_enum(&shape)
        {
            let conflict = conflict::of_types(groups, &place, groups.clash(&place));
            let help = "the tag of a union has to be an enumeration";
            self.conflicts.extend(conflict.map(|it| it.with_help(help)));
        }
        tag
    }

    /// What an object without the tag adds to the base: members of structs that are members of
    /// branches now. They are taken out of `members`, those of the base.
    fn untagged(&mut self, id: GroupId, tag: &str, members: &mut Vec<Member>) -> Option<TypeId> {
        let groups = self.groups;
        let in_branches = groups.in_branches(id);
        let base = groups.members(id);
        let moved = base.iter().filter(|it| in_branches.contains_key(it.name));
        let (tags, moved): (Vec<_>, Vec<_>) = moved.partition(|it| it.name == tag);
        let first = tags.first().or(moved.first())?;
        members.retain(|it| moved.iter().all(|moved| moved.name != it.name));

        let with_tag = base.iter().find(|it| it.name == tag);
        let with_tag = with_tag.map(Found::sources).unwrap_or_default();
        let without: Vec<Source> = groups
            .sources(id)
            .all()
            .filter(|it| !with_tag.contains(it))
            .collect();
        // Only an object without the tag can have them: otherwise they would be in the way of
        // the branch that the tag chooses.
        let mut owners = moved.iter().flat_map(|it| it.all());
        let apart = tags.is_empty() && owners.all(|(source, _)| !with_tag.contains(&source));
        let fitting = groups.groups_of_branches(id).into_iter();
        let fitting = fitting.filter(|it| apart && groups.holds(*it, id, &moved, &without));
        let fitting: BTreeSet<TypeId> = fitting
            .filter_map(|it| self.ids.get(&it).copied())
            .collect();
        if let (1, Some(only)) = (fitting.len(), fitting.first()) {
            return Some(*only);
        }
        let inside = in_branches.get(first.name)?;
        let (source, outside) = first.all().next()?;
        let outside = Side {
            release: source.release,
            what: format!("a member of {}", conflict::describe(groups, source)),
            span: Some(outside.part.span),
        };
        let inside = Side {
            release: inside.0,
            what: "a member of a branch".to_owned(),
            span: Some(inside.1),
        };
        let name = format!("{}.{}", groups.get(id).name, first.name);
        let conflict = conflict::unsettled(groups, &name, &inside, &outside);
        self.conflicts.extend(conflict);
        None
    }
}

impl<'a> Groups<'a> {
    fn is_enum(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Builtin(builtin) => *builtin == Builtin::QType,
            Shape::Group(id) => self.get(*id).family == Family::Enum,
            Shape::Array(_) => false,
        }
    }

    /// The types of a union's branches.
    fn groups_of_branches(&self, id: GroupId) -> Vec<GroupId> {
        let places = places::of_branches(self, id, &self.branches(id));
        let groups = places.iter().filter_map(|place| match self.unify(place) {
            Ok(Shape::Group(group)) => Some(group),
            _ => None,
        });
        groups.collect()
    }

    /// The members that the branches of a union add, those of the unions among them, too, each
    /// with a release that has it and where.
    fn in_branches(&self, id: GroupId) -> HashMap<&'a str, (usize, Span)> {
        let mut members = HashMap::new();
        let mut seen = HashSet::new();
        let mut pending = self.groups_of_branches(id);
        while let Some(group) = pending.pop() {
            if !seen.insert(group) {
                continue;
            }
            for member in self.members(group) {
                let newest = member.all().next();
                let newest = newest.map(|(source, it)| (source.release, it.part.span));
                members.extend(newest.map(|newest| (member.name, newest)));
            }
            pending.extend(self.groups_of_branches(group));
        }
        members
    }

    /// Whether the members of a branch do for those that objects of the types in `without` have
    /// besides the union's base.
    fn holds(
        &self,
        branch: GroupId,
        union: GroupId,
        moved: &[&Found<'a, Member>],
        without: &[Source],
    ) -> bool {
        let members = self.members(branch);
        let shape = |id, member: &Found<'a, Member>| {
            let place = places::of_member(self, id, member);
            self.unify(&place).ok()
        };
        let same = |ours: &Found<'a, Member>, it: &Found<'a, Member>| {
            ours.name == it.name && shape(union, ours) == shape(branch, it)
        };
        let has_all = moved
            .iter()
            .all(|ours| members.iter().any(|it| same(ours, it)));
        let mut required = members.iter().filter(|it| !self.is_optional(branch, it));
        let all_have = required.all(|it| {
            let ours = moved.iter().filter(|ours| ours.name == it.name);
            let required = ours
                .flat_map(|it| it.all())
                .filter(|(_, it)| is_required(it));
            let required: HashSet<Source> = required.map(|(source, _)| source).collect();
            without.iter().all(|it| required.contains(it))
        });
        // A tag among them would ask for more.
        has_all && all_have && !self.is_union(branch)
    }
}
