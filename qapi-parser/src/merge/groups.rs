//! Which types of the releases are one.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

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
    /// What the newest type of that name is.
    pub(super) family: Family,
    /// The types: those of this name, those that were renamed to it, and those in whose places
    /// it is now.
    sources: BTreeSet<Source>,
}

/// The kinds of types that never become one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Enum,
    /// Structs and unions.
    Object,
    Alternate,
}

/// The types of a group, newest first.
pub(super) struct Sources {
    /// Those of its name, and those that were renamed to it.
    pub(super) own: Vec<Source>,
    /// Those in whose places it is now.
    pub(super) absorbed: Vec<Source>,
}

impl Sources {
    /// All of them: the group's own first.
    pub(super) fn all(&self) -> impl Iterator<Item = Source> {
        self.own.iter().chain(&self.absorbed).copied()
    }
}

/// All groups.
pub(super) struct Groups<'a> {
    pub(super) releases: &'a [Release],
    settled: &'a Settlements,
    groups: Vec<Group<'a>>,
    by_name: HashMap<&'a str, GroupId>,
    /// The groups of each release's types by their own names. Built-in types and arrays are in
    /// none.
    named: Vec<Vec<Option<GroupId>>>,
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
            named: Vec::new(),
            renamed: HashMap::new(),
            open: HashSet::new(),
        };
        for (release, it) in releases.iter().enumerate() {
            groups.add(release, &it.schema);
        }
        loop {
            groups.absorb();
            let renamed = renames::find(&groups);
            if renamed.is_empty() {
                return groups;
            }
            for (old, new) in renamed {
                groups.renamed.insert(old, new);
                // It may have another name again.
                let new = groups.current(new);
                let sources = groups.groups[old.0].sources.clone();
                groups.groups[new.0].sources.extend(sources);
            }
        }
    }

    fn add(&mut self, release: usize, schema: &'a Schema) {
        let source = |ty| Source {
            release,
            ty: Some(ty),
        };
        let mut named = Vec::new();
        for (ty, definition) in schema.types() {
            let family = family(&definition.kind);
            let group = family.map(|it| self.group(&definition.head.name, it));
            if let Some(id) = group {
                self.groups[id.0].sources.insert(source(ty));
            }
            named.push(group);
        }
        self.named.push(named);
        // A type with a name may have other users, to whom it lists all.
        let open = schema.commands().filter(|(_, it)| !it.generate);
        let open = open.filter_map(|(_, it)| it.arguments);
        let open = open.filter(|&ty| schema.ty(ty).is_implicit());
        self.open.extend(open.map(source));
    }

    /// The group of a name, whose newest type is of that family.
    fn group(&mut self, name: &'a str, family: Family) -> GroupId {
        let id = *self.by_name.entry(name).or_insert_with(|| {
            self.groups.push(Group {
                name,
                family,
                sources: BTreeSet::new(),
            });
            GroupId(self.groups.len() - 1)
        });
        self.groups[id.0].family = family;
        id
    }

    /// Puts what stands at each place into the group of what does for all there. That brings its
    /// members along, at whose places there may be other types again.
    fn absorb(&mut self) {
        for place in places::of_messages(self) {
            self.absorb_at(&place);
        }
        let mut queue: VecDeque<GroupId> = self.iter().collect();
        let mut waiting: HashSet<GroupId> = queue.iter().copied().collect();
        while let Some(id) = queue.pop_front() {
            waiting.remove(&id);
            for place in places::of_group(self, id) {
                let changed = self.absorb_at(&place);
                queue.extend(changed.filter(|group| waiting.insert(*group)));
            }
        }
    }

    /// The group that something new came into.
    fn absorb_at(&mut self, place: &Place<'_>) -> Option<GroupId> {
        let (group, absorbed) = self.by_rules(place).ok()?.absorbed?;
        let sources = &mut self.groups[group.0].sources;
        let before = sources.len();
        sources.extend(absorbed);
        (sources.len() > before).then_some(group)
    }

    /// All places of all releases.
    pub(super) fn places(&self) -> impl Iterator<Item = Place<'a>> {
        let of_groups = self.iter().flat_map(|id| places::of_group(self, id));
        of_groups.chain(places::of_messages(self))
    }

    /// The type that does for all releases at a place.
    pub(super) fn unify(&self, place: &Place<'_>) -> Result<Shape, Clash> {
        match self.by_rules(place) {
            Ok(unified) => Ok(unified.shape),
            Err(clash) => self.settled_shape(place).ok_or(clash),
        }
    }

    fn by_rules(&self, place: &Place<'_>) -> Result<Unified, Clash> {
        let sources: Vec<Source> = place.occupants.iter().map(|it| it.source).collect();
        self.one_for_all(&sources)
    }

    /// The places at which a settlement counts.
    pub(super) fn settled_places(&self) -> BTreeSet<String> {
        let settled = self
            .places()
            .filter(|place| self.by_rules(place).is_err() && self.settled_shape(place).is_some());
        settled.map(|place| place.name()).collect()
    }

    /// The type that was settled on for a place: one that stands there in some release, or `any`.
    fn settled_shape(&self, place: &Place<'_>) -> Option<Shape> {
        let name = self.settled_on(place)?;
        if name == Builtin::Any.name() {
            return Some(Shape::Builtin(Builtin::Any));
        }
        let mut sources = place.occupants.iter().map(|it| it.source);
        let source = sources.find(|it| self.ty(*it).is_some_and(|ty| ty.head.name == name))?;
        self.one_for_all(&[source]).map(|it| it.shape).ok()
    }

    /// What was settled on for a place.
    pub(super) fn settled_on(&self, place: &Place<'_>) -> Option<&'a str> {
        self.settled.get(&place.name()).map(String::as_str)
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

    /// The group of a type by its own name, whatever that was renamed to.
    pub(super) fn named(&self, source: Source) -> Option<GroupId> {
        let types = self.named.get(source.release)?;
        *types.get(source.ty?.0 as usize)?
    }

    /// The group that a type belongs to by its name.
    pub(super) fn home(&self, source: Source) -> Option<GroupId> {
        self.named(source).map(|id| self.current(id))
    }

    /// The types of a group. A release without arguments says something of the arguments that
    /// there are in others.
    pub(super) fn sources(&self, id: GroupId) -> Sources {
        let newest_first = self.get(id).sources.iter().rev().copied();
        let inline = self.inline_in(id).is_some();
        let (own, absorbed) = newest_first.partition(|&source| match source.ty {
            Some(_) => self.home(source) == Some(id),
            None => inline,
        });
        Sources { own, absorbed }
    }

    /// Whether nobody can name a group's types, which QEMU's frontend makes.
    pub(super) fn is_implicit(&self, id: GroupId) -> bool {
        self.get(id).name.starts_with("q_")
    }

    /// The command or event whose members stand inline in it and are this group.
    pub(super) fn inline_in(&self, id: GroupId) -> Option<&'a str> {
        let name = self.get(id).name.strip_prefix("q_obj_")?;
        name.strip_suffix("-arg")
    }

    /// The group of the object without members.
    pub(super) fn empty(&self) -> Option<GroupId> {
        self.by_name.get("q_empty").copied()
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

/// The family of a type; built-in types and arrays are of none.
pub(super) fn family(kind: &TypeKind) -> Option<Family> {
    match kind {
        TypeKind::Builtin(_) | TypeKind::Array(_) => None,
        TypeKind::Enum(_) => Some(Family::Enum),
        TypeKind::Struct(_) | TypeKind::Union(_) => Some(Family::Object),
        TypeKind::Alternate(_) => Some(Family::Alternate),
    }
}
