//! The members that objects have in any case: their own, and those of their bases.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::compare::Comparison;
use super::effects::Effects;
use super::place::Place;
use super::users::{Pair, Role, UserId};
use super::{Part, What};
use crate::schema::{Member, Schema, TypeId, TypeKind};

/// Two objects in the same place. None is one without members.
pub(super) type Objects = (Option<TypeId>, Option<TypeId>);

/// The members that one of two objects has.
#[derive(Default)]
pub(super) struct Unmatched<'a> {
    pub(super) lost: Vec<Left<'a>>,
    pub(super) gained: Vec<Left<'a>>,
}

/// A member that one of two objects has.
#[derive(Clone)]
pub(super) struct Left<'a> {
    pub(super) member: &'a Member,
    /// Where to report that: as a member of the outermost base that lost or gained it.
    pub(super) place: Place,
}

/// Two objects, and what they add to a base that they have in common.
struct Link<'a> {
    /// Their types, where both have a name.
    pair: Option<Pair>,
    place: Place,
    at: Option<UserId>,
    base: Option<Pair>,
    old: Vec<&'a Member>,
    new: Vec<&'a Member>,
}

impl<'a> Comparison<'a> {
    /// Compares the members that two objects have in any case. What they inherit from a base that
    /// is the same is compared once only, there.
    ///
    /// What becomes of members that one of them has is for the caller to say: a base may have
    /// lost what all that inherit it have.
    pub(super) fn members(&mut self, objects: Objects, place: &Place) -> Rc<Unmatched<'a>> {
        let at = self.at;
        let mut unmatched = Rc::default();
        let mut links = Vec::new();
        let mut next = Some((objects, place.clone()));
        while let Some((objects, place)) = next.take() {
            let mut link = self.link(objects, place);
            if let Some(pair) = link.pair {
                self.at = Some(self.reach(pair, Role::Layer, &link.place));
                link.place = self.type_place(pair);
                if let Some(known) = self.layers.get(&pair) {
                    unmatched = known.clone();
                    break;
                }
            }
            link.at = self.at;
            next = link
                .base
                .map(|it| ((Some(it.old), Some(it.new)), link.place.clone()));
            links.push(link);
        }
        while let Some(link) = links.pop() {
            self.at = link.at;
            unmatched = Rc::new(self.linked_members(&link, &unmatched));
            if let Some(pair) = link.pair {
                self.layers.insert(pair, unmatched.clone());
            }
        }
        self.at = at;
        unmatched
    }

    /// Both objects, where the schemas define them by name.
    pub(super) fn named(&self, objects: Objects) -> Option<Pair> {
        let (Some(old), Some(new)) = objects else {
            return None;
        };
        let are_implicit = self.old.ty(old).is_implicit() || self.new.ty(new).is_implicit();
        (!are_implicit).then_some(Pair { old, new })
    }

    /// Finds the nearest base that both have.
    fn link(&self, (old, new): Objects, place: Place) -> Link<'a> {
        let (old_own, old_base) = own(self.old, old);
        let (new_own, new_base) = own(self.new, new);
        let mut link = Link {
            pair: self.named((old, new)),
            place,
            at: None,
            base: None,
            old: old_own,
            new: new_own,
        };
        // Nearly always, nothing changed.
        if let Some(pair) = self.named((old_base, new_base))
            && (self.is_same_name(pair) || self.is_renamed(pair))
        {
            link.base = Some(pair);
            return link;
        }
        let (old_bases, new_bases) = (bases(self.old, old_base), bases(self.new, new_base));
        let places = old_bases.iter().enumerate();
        let places: HashMap<_, _> = places
            .map(|(index, id)| (&self.old.ty(*id).head.name, index))
            .collect();
        let mut indexed = new_bases.iter().enumerate();
        let common = indexed.find_map(|(index, id)| {
            let name = &self.new.ty(*id).head.name;
            Some((*places.get(name).filter(|_| self.has_names())?, index))
        });
        let (old_end, new_end) = common.unwrap_or((old_bases.len(), new_bases.len()));
        for base in old_bases.iter().take(old_end) {
            link.old.extend(own(self.old, Some(*base)).0);
        }
        for base in new_bases.iter().take(new_end) {
            link.new.extend(own(self.new, Some(*base)).0);
        }
        if let (Some(&old), Some(&new)) = (old_bases.get(old_end), new_bases.get(new_end)) {
            link.base = Some(Pair { old, new });
        }
        link
    }

    /// Compares what two objects have besides what is the same in their base.
    fn linked_members(&mut self, link: &Link<'a>, base: &Unmatched<'a>) -> Unmatched<'a> {
        let inherited = base.gained.iter().map(|left| left.member);
        let new = link.new.iter().copied().chain(inherited);
        let new: HashMap<&str, &'a Member> = new.map(|it| (it.name.as_str(), it)).collect();
        let inherited = base.lost.iter().map(|left| (left.member, Some(left)));
        let old = link.old.iter().map(|member| (*member, None));
        let mut unmatched = Unmatched::default();
        let mut matched = HashSet::new();
        for (member, left) in old.chain(inherited) {
            let place = || link.place.member(member);
            if let Some(new) = new.get(member.name.as_str()) {
                matched.insert(member.name.as_str());
                self.member(member, new, &place());
            } else {
                let place = left.map_or_else(place, |it| it.place.clone());
                unmatched.lost.push(Left { member, place });
            }
        }
        let inherited = base.gained.iter().map(|left| (left.member, Some(left)));
        let new = link.new.iter().map(|member| (*member, None));
        for (member, left) in new.chain(inherited) {
            if !matched.contains(member.name.as_str()) {
                let place = || link.place.part(Part::Member(member.name.clone()));
                let place = left.map_or_else(place, |it| it.place.clone());
                unmatched.gained.push(Left { member, place });
            }
        }
        unmatched
    }

    /// Compares a member of both.
    pub(super) fn member(&mut self, old: &Member, new: &Member, place: &Place) {
        match (old.optional, new.optional) {
            (false, true) => self.report(place, What::Optional, Effects::MORE_VALUES),
            (true, false) => self.report(place, What::Required, Effects::FEWER_VALUES),
            (false, false) | (true, true) => {}
        }
        let pair = Pair {
            old: old.ty,
            new: new.ty,
        };
        self.reference(pair, place);
        self.part(&old.part, &new.part, place);
    }

    pub(super) fn lost(&mut self, left: &Left<'_>) {
        let required = !left.member.optional;
        let what = What::Removed { required };
        self.report(&left.place, what, Effects::members_removed(required));
    }

    pub(super) fn gained(&mut self, left: &Left<'_>) {
        let required = !left.member.optional;
        let what = What::Added { required };
        self.report(&left.place, what, Effects::members_added(required));
    }
}

/// What an object adds to its base, and the base. The inline base of a union is a part of it.
fn own(schema: &Schema, id: Option<TypeId>) -> (Vec<&Member>, Option<TypeId>) {
    match id.map(|id| &schema.ty(id).kind) {
        Some(TypeKind::Struct(it)) => (it.members.iter().collect(), it.base),
        Some(TypeKind::Union(union)) if schema.ty(union.base).is_implicit() => {
            own(schema, Some(union.base))
        }
        Some(TypeKind::Union(union)) => (Vec::new(), Some(union.base)),
        _ => (Vec::new(), None),
    }
}

/// A base, the base of that one, and so on.
fn bases(schema: &Schema, mut base: Option<TypeId>) -> Vec<TypeId> {
    let mut bases = Vec::new();
    while let Some(id) = base {
        bases.push(id);
        base = own(schema, Some(id)).1;
    }
    bases
}
