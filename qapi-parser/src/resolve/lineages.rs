//! Which members structures have, their bases' included, without a list of them for each.
//!
//! Along a chain of bases such lists would grow with the square of its length. Instead, the
//! structures are numbered so that a structure and all that inherit from it have successive
//! numbers, and each name knows the structures that bring it in: of those, the last one not
//! behind a structure is its ancestor, or none is.

use std::collections::HashMap;
use std::ops::Range;

use crate::check::c_name;
use crate::schema::{Member, Type, TypeId, TypeKind};

/// A member, and the structure that has it.
pub(super) type Owned<'a> = (&'a Member, TypeId);

/// The members of all structures, by their names in C.
pub(super) struct Lineages<'a> {
    /// For each structure its number, and behind it those of the structures that inherit from it.
    numbers: Vec<Range<usize>>,
    /// How many members each structure has, those of its bases included.
    sizes: Vec<usize>,
    /// The structures that bring a name in, by number. None inherits from another one.
    owners: HashMap<String, Vec<Owned<'a>>>,
}

/// A member whose name is taken, by an earlier member of its structure or of one of its bases.
pub(super) struct Clash<'a> {
    pub(super) id: TypeId,
    pub(super) member: &'a Member,
    pub(super) first: Owned<'a>,
}

impl<'a> Lineages<'a> {
    /// The structures of `order`, which has a base in front of what inherits from it.
    pub(super) fn new(types: &'a [Type], order: &[TypeId]) -> (Self, Vec<Clash<'a>>) {
        let structures = || {
            order
                .iter()
                .filter_map(|id| match &types[id.0 as usize].kind {
                    TypeKind::Struct(structure) => Some((id.0 as usize, structure)),
                    _ => None,
                })
        };
        let all: Vec<_> = structures().collect();
        // How many there are of a structure and of what inherits from it.
        let mut counts = vec![1; types.len()];
        for (id, structure) in all.iter().rev() {
            if let Some(base) = structure.base {
                counts[base.0 as usize] += counts[*id];
            }
        }
        let mut next_root = 0;
        // The number of the next structure that inherits from each.
        let mut next = vec![0; types.len()];
        let mut numbers = vec![0..0; types.len()];
        let mut sizes = vec![0; types.len()];
        for (id, structure) in &all {
            sizes[*id] = structure.members.len();
            let place = match structure.base {
                Some(base) => {
                    sizes[*id] += sizes[base.0 as usize];
                    &mut next[base.0 as usize]
                }
                None => &mut next_root,
            };
            numbers[*id] = *place..*place + counts[*id];
            *place += counts[*id];
            next[*id] = numbers[*id].start + 1;
        }
        let mut lineages = Lineages {
            numbers,
            sizes,
            owners: HashMap::new(),
        };
        let mut all = all;
        all.sort_by_key(|(id, _)| lineages.numbers[*id].start);
        let mut clashes = Vec::new();
        for (id, structure) in all {
            let id = TypeId(id as u32);
            for member in &structure.members {
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
}
