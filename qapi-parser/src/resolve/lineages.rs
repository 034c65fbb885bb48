//! Which members structures have, their bases' included, without a list of them for each.
//!
//! Along a chain of bases such lists would grow with the square of its length. Instead, the
//! structures are numbered so that a structure and all that inherit from it have successive
//! numbers, and each name knows the structures that bring it in: of those, the last one not
//! behind a structure is its ancestor, or none is.

use std::collections::HashMap;
use std::ops::Range;

use smol_str::SmolStr;

use super::names::{Kind, Member, Names};
use crate::check::c_name;
use crate::schema::TypeId;

/// A member, and the structure that has it.
pub(super) type Owned<'a> = (&'a Member, TypeId);

/// The members of all structures, by their names in C.
pub(super) struct Lineages<'a> {
    /// For each structure its number, and behind it those of the structures that inherit from it.
    numbers: Vec<Range<usize>>,
    /// How many members each structure has, those of its bases included.
    sizes: Vec<usize>,
    /// Whether a base of each structure is none.
    partial: Vec<bool>,
    /// The first member of each structure that is there under a condition only.
    conditional: Vec<Option<&'a Member>>,
    /// The structures that bring a name in, by number. None inherits from another one.
    owners: HashMap<SmolStr, Vec<Owned<'a>>>,
}

/// A member whose name is taken, by an earlier member of its structure or of one of its bases.
pub(super) struct Clash<'a> {
    pub(super) id: TypeId,
    pub(super) member: &'a Member,
    pub(super) first: Owned<'a>,
}

/// A structure: its base, if it has one that is a structure, and its own members.
type Structure<'a> = (Option<TypeId>, &'a [Member]);

impl<'a> Lineages<'a> {
    /// The structures of `order`, which has a base in front of what inherits from it.
    pub(super) fn new(names: &'a Names, order: &[TypeId]) -> (Self, Vec<Clash<'a>>) {
        let structures = order
            .iter()
            .filter_map(|&id| Some((id, structure(names, id)?)));
        let mut all: Vec<(TypeId, Structure<'a>)> = structures.collect();
        let count = names.types().len();
        // How many there are of a structure and of what inherits from it.
        let mut counts = vec![1; count];
        for (id, (base, _)) in all.iter().rev() {
            if let Some(base) = base {
                counts[base.0 as usize] += counts[id.0 as usize];
            }
        }
        let mut lineages = Lineages {
            numbers: vec![0..0; count],
            sizes: vec![0; count],
            partial: vec![false; count],
            conditional: vec![None; count],
            owners: HashMap::new(),
        };
        let mut next_root = 0;
        // The number of the next structure that inherits from each.
        let mut next = vec![0; count];
        for (id, (base, members)) in &all {
            let id = id.0 as usize;
            let base = base.map(|base| base.0 as usize);
            let inherited = base.map_or(0, |base| lineages.sizes[base]);
            lineages.sizes[id] = inherited + members.len();
            lineages.partial[id] = match base {
                Some(base) => lineages.partial[base],
                None => has_base(names, TypeId(id as u32)),
            };
            let is_conditional = |member: &&Member| member.part.condition.is_some();
            lineages.conditional[id] = base
                .and_then(|base| lineages.conditional[base])
                .or_else(|| members.iter().find(is_conditional));
            let place = match base {
                Some(base) => &mut next[base],
                None => &mut next_root,
            };
            lineages.numbers[id] = *place..*place + counts[id];
            *place += counts[id];
            next[id] = lineages.numbers[id].start + 1;
        }
        all.sort_by_key(|(id, _)| lineages.numbers[id.0 as usize].start);
        let mut clashes = Vec::new();
        for (id, (_, members)) in all {
            for member in members {
                clashes.extend(lineages.add(member, id));
            }
        }
        (lineages, clashes)
    }

    fn add(&mut self, member: &'a Member, id: TypeId) -> Option<Clash<'a>> {
        let number = self.numbers[id.0 as usize].start;
        let owners = self.owners.entry(c_name(&member.name)).or_default();
        match owners.last() {
            Some(&first) if number < self.numbers[first.1.0 as usize].end => {
                Some(Clash { id, member, first })
            }
            _ => {
                owners.push((member, id));
                None
            }
        }
    }

    /// The member of a structure or of its bases that has that name in C; of several, the first.
    pub(super) fn find(&self, id: TypeId, name: &str) -> Option<Owned<'a>> {
        let number = self.numbers[id.0 as usize].start;
        let owners = self.owners.get(name)?;
        let behind = owners.partition_point(|(_, owner)| {
            let owner = &self.numbers[owner.0 as usize];
            owner.start <= number
        });
        let (member, owner) = *owners.get(behind.checked_sub(1)?)?;
        (number < self.numbers[owner.0 as usize].end).then_some((member, owner))
    }

    /// How many members a structure has, those of its bases included.
    pub(super) fn size(&self, id: TypeId) -> usize {
        self.sizes[id.0 as usize]
    }

    /// Whether a structure may have other members than those that are known.
    pub(super) fn is_partial(&self, id: TypeId) -> bool {
        self.partial[id.0 as usize]
    }

    /// The first member of a structure or of its bases that is there under a condition only.
    pub(super) fn conditional(&self, id: TypeId) -> Option<&'a Member> {
        self.conditional[id.0 as usize]
    }

    /// The names in C of all members of a structure, each once.
    pub(super) fn members(&self, names: &'a Names, id: TypeId) -> impl Iterator<Item = SmolStr> {
        let mut chain = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next
            && let Some((base, members)) = structure(names, id)
        {
            chain.push((id, members));
            next = base;
        }
        chain.into_iter().rev().flat_map(move |(owner, members)| {
            members.iter().filter_map(move |member| {
                let name = c_name(&member.name);
                let (first, first_owner) = self.find(id, &name)?;
                let is_first = first_owner == owner && std::ptr::eq(first, member);
                is_first.then_some(name)
            })
        })
    }
}

/// Whether a structure names a base.
fn has_base(names: &Names, id: TypeId) -> bool {
    matches!(names.ty(id).kind, Kind::Struct { base: Some(_), .. })
}

fn structure(names: &Names, id: TypeId) -> Option<Structure<'_>> {
    let Kind::Struct { base, members, .. } = &names.ty(id).kind else {
        return None;
    };
    let base = base.as_ref().and_then(|base| names.of(base));
    let base = base.filter(|(_, base)| matches!(base.kind, Kind::Struct { .. }));
    Some((base.map(|(id, _)| id), members))
}
