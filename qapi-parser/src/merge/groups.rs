//! Which types of the releases are one.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::places::{self, Place};
use super::unify::{Clash, Shape, Unified};
use super::{Release, Settlements, renames};
use crate::schema::{Builtin, Schema, Type, TypeId, TypeKind};

/// A type of one release that a merged type is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Source {
    /// The index of the release.
    pub(super) release: usize,
    /// The type; `None` for the object without members, of what has none in that release.
    pub(super) ty: Option<TypeId>,
}

/// Names a [`Group`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct GroupId(usize);

/// Types that become one.
pub(super) struct Group<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// The types: those of this name, those that were renamed to it, and those in whose places
    /// it is now.
    pub(super) sources: BTreeSet<Source>,
}

/// All groups.
pub(super) struct Groups<'a> {
    pub(super) releases: &'a [Release],
    settled: &'a Settlements,
    groups: Vec<Group<'a>>,
    by_name: HashMap<&'a str, GroupId>,
    /// What a group was renamed to.
    renamed: HashMap<GroupId, GroupId>,
    /// Arguments of commands that also take some that the schema does not list.
    open: HashSet<Source>,
}

impl<'a> Groups<'a> {
    /// Groups the types of `releases`, which are sorted.
    pub(super) fn find(releases: &'a [Release], settled: &'a Settlements) -> Self {
        let mut groups = Groups {
            releases,
            settled,
            groups: Vec::new(),
            by_name: HashMap::new(),
            renamed: HashMap::new(),
            open: HashSet::new(),
        };
        for (release, it) in releases.iter().enumerate() {
            for (ty, definition) in it.schema.types() {
                groups.add(release, ty, definition);
            }
            let open = it.schema.commands().filter(|(_, it)| !it.generate);
            let open = open.filter_map(|(_, it)| it.arguments);
            let open = open.map(|ty| Source {
                release,
                ty: Some(ty),
            });
            groups.open.extend(open);
        }
        // Types that come into a group bring their members along, in whose places there may be
        // other types again.
        loop {
            while groups.absorb() {}
            let renamed = renames::find(&groups);
            if renamed.is_empty() {
                return groups;
            }
            for (old, new) in renamed {
                groups.renamed.insert(old, new);
                let sources = groups.groups[old.0].sources.clone();
                groups.groups[new.0].sources.extend(sources);
            }
        }
    }

    fn add(&mut self, release: usize, ty: TypeId, definition: &'a Type) {
        if matches!(definition.kind, TypeKind::Builtin(_) | TypeKind::Array(_)) {
            return;
        }
        let name = definition.head.name.as_str();
        let id = *self.by_name.entry(name).or_insert_with(|| {
            let sources = BTreeSet::new();
            self.groups.push(Group { name, sources });
            GroupId(self.groups.len() - 1)
        });
        let source = Source {
            release,
            ty: Some(ty),
        };
        self.groups[id.0].sources.insert(source);
    }

    /// Puts what stands in the places of each group's types into the groups of what took those
    /// places. Whether there was anything new.
    fn absorb(&mut self) -> bool {
        let mut changed = false;
        for place in self.places() {
            let Ok(Unified { absorbed, .. }) = self.unify(&place) else {
                continue;
            };
            for (group, source) in absorbed {
                changed |= self.groups[group.0].sources.insert(source);
            }
        }
        changed
    }

    /// All places of all releases.
    pub(super) fn places(&self) -> Vec<Place> {
        let of_groups = self.iter().flat_map(|id| places::of_group(self, id));
        of_groups.chain(places::of_messages(self)).collect()
    }

    /// The type that does for all releases at a place.
    pub(super) fn unify(&self, place: &Place) -> Result<Unified, Clash> {
        self.by_rules(place).or_else(|clash| {
            let shape = self.settled_shape(place).ok_or(clash)?;
            let absorbed = Vec::new();
            Ok(Unified { shape, absorbed })
        })
    }

    fn by_rules(&self, place: &Place) -> Result<Unified, Clash> {
        let sources: Vec<Source> = place.occupants.iter().map(|it| it.source).collect();
        self.one_for_all(&sources)
    }

    /// The places at which a settlement counts.
    pub(super) fn settled_places(&self) -> BTreeSet<String> {
        let places = self.places().into_iter();
        let settled = places
            .filter(|place| self.by_rules(place).is_err() && self.settled_shape(place).is_some());
        settled.map(|place| place.name).collect()
    }

    fn settled_shape(&self, place: &Place) -> Option<Shape> {
        let name = self.settled.get(&place.name)?;
        let mut builtins = Builtin::ALL.into_iter();
        let builtin = builtins.find(|it| it.name() == name);
        builtin.map(Shape::Builtin).or_else(|| {
            Some(Shape::Group(
                self.current(*self.by_name.get(name.as_str())?),
            ))
        })
    }

    /// The groups that become types.
    pub(super) fn iter(&self) -> impl Iterator<Item = GroupId> {
        let all = (0..self.groups.len()).map(GroupId);
        all.filter(|id| !self.renamed.contains_key(id))
    }

    pub(super) fn get(&self, id: GroupId) -> &Group<'a> {
        &self.groups[id.0]
    }

    /// The groups that were renamed, each with what it is now.
    pub(super) fn renamed(&self) -> impl Iterator<Item = (GroupId, GroupId)> {
        self.renamed.keys().map(|&old| (old, self.current(old)))
    }

    /// What a group was renamed to, or itself.
    fn current(&self, mut id: GroupId) -> GroupId {
        // Each new name is first in a later release than the old one's last, so that this ends.
        while let Some(&new) = self.renamed.get(&id) {
            id = new;
        }
        id
    }

    /// The group of a type by its own name, whatever that was renamed to. Built-in types and
    /// arrays are in none.
    pub(super) fn named(&self, source: Source) -> Option<GroupId> {
        let name = self.ty(source)?.head.name.as_str();
        self.by_name.get(name).copied()
    }

    /// The group that a type belongs to by its name.
    pub(super) fn home(&self, source: Source) -> Option<GroupId> {
        self.named(source).map(|id| self.current(id))
    }

    /// The types of a group: its own, then those in whose places it is; newest first. A release
    /// without arguments says something of the arguments that there are in others.
    pub(super) fn sources(&self, id: GroupId) -> (Vec<Source>, Vec<Source>) {
        let newest_first = self.get(id).sources.iter().rev().copied();
        let inline = self.inline_in(id).is_some();
        newest_first.partition(|&source| match source.ty {
            Some(_) => self.home(source) == Some(id),
            None => inline,
        })
    }

    /// The command or event whose members stand inline in it and are this group.
    pub(super) fn inline_in(&self, id: GroupId) -> Option<&'a str> {
        let name = self.get(id).name.strip_prefix("q_obj_")?;
        name.strip_suffix("-arg")
    }

    /// Whether the type is of a command that takes more arguments than it lists.
    pub(super) fn is_open(&self, source: Source) -> bool {
        self.open.contains(&source)
    }

    pub(super) fn schema(&self, release: usize) -> &'a Schema {
        &self.releases[release].schema
    }

    /// The type, unless that is the object without members.
    pub(super) fn ty(&self, source: Source) -> Option<&'a Type> {
        Some(self.schema(source.release).ty(source.ty?))
    }
}
