//! The types.

use super::Builder;
use super::parts::Said;
use crate::merge::groups::{GroupId, Source};
use crate::merge::places::{self, Occupant, Place};
use crate::merge::ranges::{Indices, range};
use crate::merge::{conflict, groups::Groups};
use crate::schema::{
    Alternate, Branch, Enum, EnumValue, Head, Member, Part, Struct, Type, TypeKind, VersionRange,
};

/// What kind of type a group is.
enum Kind {
    Enum,
    Struct,
    Union,
    Alternate,
}

impl<'a> Builder<'_, 'a> {
    /// Builds the type of a group; of a union, its base, too.
    pub(super) fn group(&mut self, id: GroupId) {
        self.check_kinds(id);
        let Some(head) = self.group_head(id) else {
            return;
        };
        let kind = match kind(self.groups, id) {
            Kind::Enum => TypeKind::Enum(self.enumeration(id)),
            Kind::Struct => TypeKind::Struct(Struct {
                base: None,
                members: self.members(id),
            }),
            Kind::Union => self.union(id, &head),
            Kind::Alternate => TypeKind::Alternate(self.alternate(id)),
        };
        self.add(Type { head, kind });
    }

    /// Reports a group whose own types are of kinds that no rule merges.
    fn check_kinds(&mut self, id: GroupId) {
        let (own, _) = self.groups.sources(id);
        let occupants = own.iter().rev().map(|&source| Occupant {
            source,
            span: self.groups.ty(source).and_then(|ty| ty.head.span),
        });
        let place = Place {
            name: self.groups.get(id).name.to_owned(),
            occupants: occupants.collect(),
        };
        if let Err(clash) = self.groups.unify(&place) {
            let conflict = conflict::of_types(self.groups, &place, clash);
            self.conflicts.extend(conflict);
        }
    }

    fn group_head(&self, id: GroupId) -> Option<Head> {
        let (own, _) = self.groups.sources(id);
        let heads = own.iter().filter_map(|&source| {
            let ty = self.groups.ty(source)?;
            Some((source.release, &ty.head))
        });
        self.head(&heads.collect())
    }

    fn enumeration(&self, id: GroupId) -> Enum {
        fn values<'a>(groups: &Groups<'a>, source: Source) -> &'a [EnumValue] {
            match groups.ty(source).map(|ty| &ty.kind) {
                Some(TypeKind::Enum(it)) => &it.values,
                _ => &[],
            }
        }
        let names = places::distinct(self.groups, id, |source| {
            let values = values(self.groups, source).iter();
            values.map(|value| value.name.as_str()).collect()
        });
        let values = names.into_iter().filter_map(|name| {
            let part = self.part_of(id, |source| {
                let mut values = values(self.groups, source).iter();
                values.find(|it| it.name == name).map(|it| &it.part)
            });
            Some(EnumValue {
                name: name.into(),
                part: part?,
            })
        });
        Enum {
            values: values.collect(),
            prefix: None,
        }
    }

    /// The members of a group's objects; of unions, of their bases.
    pub(super) fn members(&mut self, id: GroupId) -> Vec<Member> {
        let names = places::members(self.groups, id).into_iter();
        names.filter_map(|name| self.member(id, name)).collect()
    }

    fn member(&mut self, id: GroupId, name: &str) -> Option<Member> {
        let ty = self.at(&places::of_member(self.groups, id, name))?;
        let groups = self.groups;
        let optional = groups.is_optional(id, name);
        let part = self.part_of(id, |source| Some(&groups.member(source, name)?.part))?;
        let required = optional.then(|| self.required(id, name, &part));
        Some(Member {
            name: name.into(),
            ty,
            optional,
            required: required.flatten(),
            part,
        })
    }

    /// The releases in which a group's own types require a member, which is `part` of them.
    fn required(&self, id: GroupId, name: &str, part: &Part) -> Option<VersionRange> {
        let (own, _) = self.groups.sources(id);
        let indices = |requires: &dyn Fn(&Source) -> bool| -> Indices {
            let found = own.iter().filter(|it| requires(it));
            found.map(|source| source.release).collect()
        };
        let required = indices(&|it| self.groups.requires(*it, name));
        let first = required.first()?;
        let has = indices(&|it| self.groups.member(*it, name).is_some());
        // Required from the first on: since when it is there.
        let stated = part.versions.first.filter(|_| has.first() == Some(first));
        let all = indices(&|_| true);
        Some(range(self.groups.releases, &required, &all, stated))
    }

    /// A part of a group's types: as its own have it, if any of them does.
    pub(super) fn part_of(
        &self,
        id: GroupId,
        find: impl Fn(Source) -> Option<&'a Part>,
    ) -> Option<Part> {
        let (own, absorbed) = self.groups.sources(id);
        let said = |sources: &[Source]| -> Said<'a, Part> {
            let found = sources
                .iter()
                .filter_map(|&it| Some((it.release, find(it)?)));
            found.collect()
        };
        let among = |sources: &[Source]| sources.iter().map(|it| it.release).collect();
        match said(&own) {
            found if !found.is_empty() => self.part(&found, &among(&own)),
            _ => {
                let found = said(&absorbed);
                let all: Indices = among(&[own, absorbed].concat());
                let mut part = self.part(&found, &all)?;
                // Since when the other type had it says nothing of this one.
                part.versions.first = None;
                Some(part)
            }
        }
    }

    fn alternate(&mut self, id: GroupId) -> Alternate {
        let mut alternatives = Vec::new();
        for json in places::alternatives(self.groups, id) {
            let Some(ty) = self.at(&places::of_alternative(self.groups, id, json)) else {
                continue;
            };
            let groups = self.groups;
            let branch = |source: Source| {
                let Some(TypeKind::Alternate(it)) = groups.ty(source).map(|ty| &ty.kind) else {
                    return None;
                };
                let types = groups.alternatives(source).into_iter();
                let mut both = types.zip(&it.alternatives);
                let found = both.find(|((found, _), _)| *found == json);
                found.map(|(_, branch)| branch)
            };
            let (own, absorbed) = groups.sources(id);
            let name = own.iter().chain(&absorbed).find_map(|&it| branch(it));
            let part = self.part_of(id, |source| branch(source).map(|it| &it.part));
            if let (Some(named), Some(part)) = (name, part) {
                alternatives.push(Branch {
                    name: named.name.clone(),
                    ty,
                    part,
                });
            }
        }
        Alternate { alternatives }
    }
}

impl Groups<'_> {
    /// Whether any type of a group lacks a member, makes it optional, or has it under a condition.
    pub(super) fn is_optional(&self, id: GroupId, name: &str) -> bool {
        self.get(id).sources.iter().any(|&source| {
            let unlisted = self.is_open(source) && self.member(source, name).is_none();
            !self.requires(source, name) && !unlisted
        })
    }

    fn requires(&self, source: Source, name: &str) -> bool {
        let member = self.member(source, name);
        member.is_some_and(|it| !it.optional && it.part.condition.is_none())
    }
}

fn kind(groups: &Groups<'_>, id: GroupId) -> Kind {
    if !places::alternatives(groups, id).is_empty() {
        return Kind::Alternate;
    }
    if !places::tags(groups, id).is_empty() {
        return Kind::Union;
    }
    let mut types = groups
        .get(id)
        .sources
        .iter()
        .filter_map(|&it| groups.ty(it));
    if types.any(|ty| matches!(ty.kind, TypeKind::Enum(_))) {
        Kind::Enum
    } else {
        Kind::Struct
    }
}
