//! Objects: the members that they have in any case, and what the branches of unions add.

use std::cell::{LazyCell, OnceCell};
use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;

use super::compare::Comparison;
use super::effects::Effects;
use super::members::{Left, Objects};
use super::place::Place;
use super::{Part, What};
use crate::schema::{Branch, Member, Schema, TypeId, TypeKind, Union};

impl<'a> Comparison<'a> {
    /// Two objects whose values are used in the same place.
    pub(super) fn objects(&mut self, objects: Objects, place: &Place) {
        let unmatched = self.members(objects, place);
        let into = Spread::of(self.new, objects.1, &unmatched.lost);
        for left in &unmatched.lost {
            match into.branches_with(left.member) {
                None => self.lost(left),
                Some(branches) if into.is_everywhere(&branches) => {}
                Some(branches) => {
                    let effects = Effects::members_removed(!left.member.optional);
                    let what = What::MovedToBranches { branches };
                    self.report(&place.member(left.member), what, effects);
                }
            }
        }
        let from = Spread::of(self.old, objects.0, &unmatched.gained);
        for left in &unmatched.gained {
            match from.branches_with(left.member) {
                None => self.gained(left),
                Some(branches) if from.is_everywhere(&branches) => {}
                Some(branches) => {
                    let effects = Effects::members_added(!left.member.optional);
                    let what = What::MovedFromBranches { branches };
                    let part = Part::Member(left.member.name.clone());
                    self.report(&place.part(part), what, effects);
                }
            }
        }
        // Types with names see to their branches themselves.
        if self.named(objects).is_none() {
            self.branches(objects, place);
        }
    }

    /// The branches of two objects, of which both, one or none are unions.
    pub(super) fn branches(&mut self, (old, new): Objects, place: &Place) {
        let (old_union, new_union) = (union(self.old, old), union(self.new, new));
        if let (Some(from), Some(to)) = (old_union, new_union)
            && from.tag != to.tag
        {
            let (from, to) = (from.tag.clone(), to.tag.clone());
            self.report(place, What::Tag { from, to }, Effects::BREAKING);
        }
        let shared = (Shared::of(self.old, old), Shared::of(self.new, new));
        let place_of = |branch: &Branch| place.part(Part::Branch(branch.name.clone()));
        if let Some(old_union) = old_union {
            let branches = by_name(new_union);
            let values = LazyCell::new(|| tag_values(&shared.1, &old_union.tag));
            for branch in &old_union.branches {
                let name = branch.name.as_str();
                if let Some(to) = branches.get(name) {
                    self.branch((branch, to), &shared, &place_of(branch));
                } else {
                    let remains = values.as_ref().map(|values| values.contains(name));
                    self.lost_branch(branch, &shared.1, remains, &place_of(branch));
                }
            }
        }
        if let Some(new_union) = new_union {
            let branches = by_name(old_union);
            let values = LazyCell::new(|| tag_values(&shared.0, &new_union.tag));
            for branch in &new_union.branches {
                let name = branch.name.as_str();
                if !branches.contains_key(name) {
                    let was_known = values.as_ref().map(|values| values.contains(name));
                    self.gained_branch(branch, &shared.0, was_known, &place_of(branch));
                }
            }
        }
    }

    /// A branch for a value that has one in both.
    fn branch(
        &mut self,
        (from, to): (&Branch, &Branch),
        (old_shared, new_shared): &(Shared<'a>, Shared<'a>),
        place: &Place,
    ) {
        self.part(&from.part, &to.part, place);
        let objects = (Some(from.ty), Some(to.ty));
        if let Some(pair) = self.named(objects)
            && self.is_another(pair)
        {
            let what = What::Type {
                from: self.old.ty(pair.old).head.name.to_string(),
                to: self.new.ty(pair.new).head.name.to_string(),
            };
            self.report(place, what, Effects::COMPATIBLE);
        }
        let unmatched = self.members(objects, place);
        // What left the branch may have gone to the members that all branches share.
        for left in &unmatched.lost {
            match new_shared.get(left.member.name.as_str()) {
                Some(new) => self.member(left.member, new, &place.member(left.member)),
                None => self.lost(left),
            }
        }
        for left in &unmatched.gained {
            match old_shared.get(left.member.name.as_str()) {
                Some(old) => self.member(old, left.member, &place.member(old)),
                None => self.gained(left),
            }
        }
    }

    /// A branch that the new schema does not have. What it had is lost for a value that remains,
    /// or along with the value; where the new schema lists no values, it is taken to remain.
    fn lost_branch(
        &mut self,
        branch: &Branch,
        new_shared: &Shared<'a>,
        remains: Option<bool>,
        place: &Place,
    ) {
        let mut lost = Vec::new();
        for old in self.old.all_members(branch.ty) {
            match new_shared.get(old.name.as_str()) {
                Some(new) => self.member(old, new, &place.member(old)),
                None => lost.push(old),
            }
        }
        let is_nothing = lost.is_empty() && union(self.old, Some(branch.ty)).is_none();
        let effects = match remains {
            Some(false) => Effects::FEWER_VALUES,
            _ if is_nothing => return,
            _ => Effects::members_removed(lost.iter().any(|member| !member.optional)),
        };
        self.report(place, What::Removed { required: false }, effects);
    }

    /// A branch that the old schema does not have, for a value that it has or not; where it lists
    /// no values, clients are taken not to know it.
    fn gained_branch(
        &mut self,
        branch: &Branch,
        old_shared: &Shared<'a>,
        was_known: Option<bool>,
        place: &Place,
    ) {
        let mut gained = Vec::new();
        for new in self.new.all_members(branch.ty) {
            match old_shared.get(new.name.as_str()) {
                Some(old) => self.member(old, new, &place.member(old)),
                None => gained.push(new),
            }
        }
        let is_nothing = gained.is_empty() && union(self.new, Some(branch.ty)).is_none();
        let effects = match was_known {
            Some(false) => Effects::COMPATIBLE,
            _ if is_nothing => return,
            Some(true) => Effects::members_added(gained.iter().any(|member| !member.optional)),
            None => Effects::COMPATIBLE,
        };
        self.report(place, What::Added { required: false }, effects);
    }
}

/// The members that an object has in any case. They are seldom needed.
struct Shared<'a> {
    schema: &'a Schema,
    id: Option<TypeId>,
    by_name: OnceCell<HashMap<&'a str, &'a Member>>,
}

impl<'a> Shared<'a> {
    fn of(schema: &'a Schema, id: Option<TypeId>) -> Self {
        Shared {
            schema,
            id,
            by_name: OnceCell::new(),
        }
    }

    fn get(&self, name: &str) -> Option<&'a Member> {
        let by_name = self.by_name.get_or_init(|| {
            let members = self
                .id
                .into_iter()
                .flat_map(|id| self.schema.all_members(id));
            members.map(|it| (it.name.as_str(), it)).collect()
        });
        by_name.get(name).copied()
    }
}

/// The values that a schema lists for the tag of a union of the other schema; `None` where it
/// lists none: there is no such member, or it is no enumeration.
fn tag_values<'a>(shared: &Shared<'a>, tag: &str) -> Option<HashSet<&'a str>> {
    match &shared.schema.ty(shared.get(tag)?.ty).kind {
        TypeKind::Enum(it) => Some(it.values.iter().map(|it| it.name.as_str()).collect()),
        _ => None,
    }
}

fn union(schema: &Schema, id: Option<TypeId>) -> Option<&Union> {
    match &schema.ty(id?).kind {
        TypeKind::Union(union) => Some(union),
        _ => None,
    }
}

fn by_name(union: Option<&Union>) -> HashMap<&str, &Branch> {
    let branches = union.into_iter().flat_map(|union| &union.branches);
    branches.map(|it| (it.name.as_str(), it)).collect()
}

/// The branches that members come with.
#[derive(Default)]
struct Spread<'a> {
    branches: HashMap<&'a str, Vec<SmolStr>>,
    /// How many values the tag has.
    values: usize,
}

impl<'a> Spread<'a> {
    /// For members that an object does not have in any case. If there are none, or it is no union,
    /// no branch has any.
    fn of(schema: &'a Schema, id: Option<TypeId>, members: &[Left<'_>]) -> Self {
        let mut spread = Spread::default();
        let Some(union) = union(schema, id).filter(|_| !members.is_empty()) else {
            return spread;
        };
        for branch in &union.branches {
            for member in schema.all_members(branch.ty) {
                let branches = spread.branches.entry(&member.name).or_default();
                branches.push(branch.name.clone());
            }
        }
        spread.values = union.branches.len() + schema.values_without_branch(union).count();
        spread
    }

    fn branches_with(&self, member: &Member) -> Option<Vec<SmolStr>> {
        self.branches.get(member.name.as_str()).cloned()
    }

    fn is_everywhere(&self, branches: &[SmolStr]) -> bool {
        branches.len() == self.values
    }
}
