//! What the types of a group have: their members, values, branches, alternatives.

use std::collections::{HashMap, HashSet};

use super::groups::{GroupId, Groups, Source};
use crate::schema::{Branch, EnumValue, Member, TypeKind, Union};

/// What the types of a group have under one name.
pub(super) struct Found<'a, T> {
    pub(super) name: &'a str,
    /// As the group's own types have it, newest first.
    pub(super) own: Vec<(Source, &'a T)>,
    /// As the types have it in whose places the group is.
    pub(super) absorbed: Vec<(Source, &'a T)>,
}

impl<'a, T> Found<'a, T> {
    /// As all of them have it.
    pub(super) fn all(&self) -> impl Iterator<Item = (Source, &'a T)> {
        self.own.iter().chain(&self.absorbed).copied()
    }

    /// The types that have it.
    pub(super) fn sources(&self) -> HashSet<Source> {
        self.all().map(|(source, _)| source).collect()
    }
}

impl<'a> Groups<'a> {
    /// The members of a group's objects; of unions, those of their bases.
    pub(super) fn members(&self, id: GroupId) -> Vec<Found<'a, Member>> {
        self.gather(id, |source| {
            let members = self.members_of(source);
            members.map(|it| (it.name.as_str(), it))
        })
    }

    /// The values of a group's enumerations.
    pub(super) fn values(&self, id: GroupId) -> Vec<Found<'a, EnumValue>> {
        self.gather(id, |source| {
            let values = match self.ty(source).map(|ty| &ty.kind) {
                Some(TypeKind::Enum(it)) => it.values.as_slice(),
                _ => &[],
            };
            values.iter().map(|it| (it.name.as_str(), it))
        })
    }

    /// The branches of a group's unions.
    pub(super) fn branches(&self, id: GroupId) -> Vec<Found<'a, Branch>> {
        self.gather(id, |source| {
            let branches = self.union(source).map(|it| it.branches.as_slice());
            let branches = branches.unwrap_or_default().iter();
            branches.map(|it| (it.name.as_str(), it))
        })
    }

    /// The unions of a group by their tags, on which they have to agree.
    pub(super) fn tags(&self, id: GroupId) -> Vec<Found<'a, Union>> {
        self.gather(id, |source| {
            let union = self.union(source);
            union.map(|it| (it.tag.as_str(), it))
        })
    }

    /// What a group's alternates take, by how it looks in JSON.
    pub(super) fn alternatives(&self, id: GroupId) -> Vec<Found<'a, Branch>> {
        self.gather(id, |source| self.alternatives_of(source))
    }

    /// What an alternate takes, by how it looks in JSON.
    pub(super) fn alternatives_of(
        &self,
        source: Source,
    ) -> impl Iterator<Item = (&'a str, &'a Branch)> {
        let alternatives = match self.ty(source).map(|ty| &ty.kind) {
            Some(TypeKind::Alternate(it)) => it.alternatives.as_slice(),
            _ => &[],
        };
        alternatives.iter().filter_map(move |it| {
            let ty = Some(it.ty);
            Some((self.json_type(Source { ty, ..source })?, it))
        })
    }

    /// The members of an object, those of its base first; of a union, those of its base.
    pub(super) fn members_of(&self, source: Source) -> impl Iterator<Item = &'a Member> + use<'a> {
        let schema = self.schema(source.release);
        let members = source.ty.map(|ty| schema.all_members(ty));
        members.into_iter().flatten()
    }

    fn union(&self, source: Source) -> Option<&'a Union> {
        match &self.ty(source)?.kind {
            TypeKind::Union(union) => Some(union),
            _ => None,
        }
    }

    /// What `parts` gives for the types of a group, in the order of the newest.
    fn gather<T, I>(&self, id: GroupId, parts: impl Fn(Source) -> I) -> Vec<Found<'a, T>>
    where
        I: IntoIterator<Item = (&'a str, &'a T)>,
    {
        let mut all: Vec<Found<'a, T>> = Vec::new();
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        let sources = self.sources(id);
        let own = sources.own.iter().map(|it| (*it, true));
        let absorbed = sources.absorbed.iter().map(|it| (*it, false));
        for (source, is_own) in own.chain(absorbed) {
            for (name, part) in parts(source) {
                let index = *by_name.entry(name).or_insert(all.len());
                if index == all.len() {
                    all.push(Found {
                        name,
                        own: Vec::new(),
                        absorbed: Vec::new(),
                    });
                }
                let found = &mut all[index];
                let list = match is_own {
                    true => &mut found.own,
                    false => &mut found.absorbed,
                };
                list.push((source, part));
            }
        }
        all
    }
}
