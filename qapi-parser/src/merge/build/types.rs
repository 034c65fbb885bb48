//! The types.

use std::collections::{BTreeSet, HashSet};

use smol_str::{SmolStr, format_smolstr};

use super::{Builder, definitions};
use crate::merge::conflict;
use crate::merge::found::Found;
use crate::merge::groups::{Family, GroupId, Groups, Source, family};
use crate::merge::places;
use crate::merge::ranges::range;
use crate::schema::{
    Alternate, Branch, Enum, EnumValue, Head, Member, Part, Struct, Type, TypeKind, VersionRange,
};

impl<'a> Builder<'_, 'a> {
    /// Builds the type of a group; of a union, its base, too.
    pub(super) fn group(&mut self, id: GroupId) {
        self.check_kinds(id);
        let Some(head) = self.group_head(id) else {
            return;
        };
        let kind = match self.groups.get(id).family {
            Family::Enum => TypeKind::Enum(self.enumeration(id)),
            Family::Alternate => TypeKind::Alternate(self.alternate(id)),
            Family::Object if self.groups.is_union(id) => self.union(id, &head),
            Family::Object => TypeKind::Struct(Struct {
                base: None,
                members: self.members(id),
            }),
        };
        self.add(Type { head, kind });
    }

    /// Reports a group whose own types are of kinds that no rule merges.
    fn check_kinds(&mut self, id: GroupId) {
        let groups = self.groups;
        let family_of = |source: &Source| family(&groups.ty(*source)?.kind);
        let own = groups.sources(id).own;
        let new = own.first();
        let old = own
            .iter()
            .find(|it| family_of(it).is_some_and(|it| it != groups.get(id).family));
        if let (Some(old), Some(new)) = (old, new) {
            let conflict = conflict::of_definitions(groups, groups.get(id).name, *old, *new);
            self.conflicts.extend(conflict);
        }
    }

    fn group_head(&self, id: GroupId) -> Option<Head> {
        let own = self.groups.sources(id).own.into_iter();
        let heads = own.filter_map(|source| {
            let ty = self.groups.ty(source)?;
            Some((source.release, &ty.head))
        });
        self.head(&heads.collect())
    }

    fn enumeration(&self, id: GroupId) -> Enum {
        let values = self.groups.values(id).into_iter().filter_map(|found| {
            Some(EnumValue {
                name: found.name.into(),
                part: self.part_of(id, &found, |it| &it.part)?,
            })
        });
        Enum {
            values: values.collect(),
            prefix: None,
        }
    }

    /// The members of a group's objects; of unions, of their bases.
    pub(super) fn members(&mut self, id: GroupId) -> Vec<Member> {
        let begin = self.begin(id);
        let members = self.groups.members(id).into_iter();
        members
            .filter_map(|found| self.member(id, &found, begin))
            .collect()
    }

    fn member(
        &mut self,
        id: GroupId,
        found: &Found<'a, Member>,
        begin: Option<Series>,
    ) -> Option<Member> {
        let ty = self.at(&places::of_member(self.groups, id, found))?;
        let part = self.part_of(id, found, |it| &it.part)?;
        let optional = self.groups.is_optional(id, found) || came_later(found, &part, begin);
        let required = optional.then(|| self.required(id, found, &part));
        Some(Member {
            name: found.name.into(),
            ty,
            optional,
            required: required.flatten(),
            part,
        })
    }

    /// The first release that counts for a group's members: the oldest of all, or the first that
    /// has the definition, if that is later.
    fn begin(&self, id: GroupId) -> Option<Series> {
        let definition = match self.groups.inline_in(id) {
            Some(message) => self.head(&definitions::heads(self.groups, message)),
            None => self.group_head(id),
        };
        let since = definition.and_then(|head| head.versions.first);
        let oldest = self.groups.releases.iter().find(|it| !it.partial)?;
        Some(oldest.version.series()).max(since.map(|it| it.series()))
    }

    /// The releases in which a group's own types require a member, which is `part` of them.
    fn required(
        &self,
        id: GroupId,
        found: &Found<'a, Member>,
        part: &Part,
    ) -> Option<VersionRange> {
        let required = found.own.iter().filter(|(_, it)| is_required(it));
        let required: BTreeSet<usize> = required.map(|(source, _)| source.release).collect();
        let first = required.first()?;
        let has = found.own.iter().map(|(source, _)| source.release).min();
        // Required from the first on: since when it is there.
        let stated = part.versions.first.filter(|_| has == Some(*first));
        let own = self.groups.sources(id).own;
        let all = own.iter().map(|source| source.release).collect();
        Some(range(self.groups.releases, &required, &all, stated))
    }

    fn alternate(&mut self, id: GroupId) -> Alternate {
        let mut alternatives: Vec<Branch> = Vec::new();
        for found in self.groups.alternatives(id) {
            let Some(ty) = self.at(&places::of_alternative(self.groups, id, &found)) else {
                continue;
            };
            let newest = found.all().next().map(|(_, it)| it.name.clone());
            let part = self.part_of(id, &found, |it| &it.part);
            if let (Some(name), Some(part)) = (newest, part) {
                let name = new_name(&alternatives, name, found.name);
                alternatives.push(Branch { name, ty, part });
            }
        }
        Alternate { alternatives }
    }
}

/// The major and minor number of a release.
type Series = [u32; 2];

/// Whether a member is newer than the first release that counts, as QEMU states it: then releases
/// between the two lack it, also where none of them is among these.
fn came_later(found: &Found<'_, Member>, part: &Part, begin: Option<Series>) -> bool {
    let first = part.versions.first;
    let mut stated = found.own.iter().map(|(_, it)| it.part.versions.first);
    let is_stated = stated.any(|it| it == first);
    let is_later = |begin: Series| first.is_some_and(|first| begin < first.series());
    is_stated && begin.is_some_and(is_later)
}

/// The name of an alternative, which does not show on the wire: another release may have it for
/// what looks different in JSON.
fn new_name(alternatives: &[Branch], mut name: SmolStr, json: &str) -> SmolStr {
    while alternatives.iter().any(|it| it.name == name) {
        name = format_smolstr!("{name}-{json}");
    }
    name
}

impl Groups<'_> {
    /// Whether a group's objects are unions, or have become some.
    pub(super) fn is_union(&self, id: GroupId) -> bool {
        self.get(id).family == Family::Object && !self.tags(id).is_empty()
    }

    /// Whether any type of a group lacks a member, makes it optional, or has it under a condition.
    pub(super) fn is_optional(&self, id: GroupId, member: &Found<'_, Member>) -> bool {
        let has: HashSet<Source> = member.sources();
        // Arguments that are not listed may be required.
        let lacks = |it: Source| !has.contains(&it) && !self.is_open(it);
        member.all().any(|(_, it)| !is_required(it)) || self.sources(id).all().any(lacks)
    }
}

/// Whether a release requires a member.
pub(super) fn is_required(member: &Member) -> bool {
    !member.optional && member.part.condition.is_none()
}
