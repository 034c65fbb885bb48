//! No two members of an object have the same name, wherever they come from.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::errors::Errors;
use super::lineages::{Clash, Lineages, Owned};
use super::names::{Branch, Kind, Names};
use super::times::Moment;
use crate::diagnostic::{Code, Diagnostic, same_in_c, short};
use crate::schema::TypeId;
use crate::source::Span;

/// Appends all collisions to `errors`. `order` has what a type contains in front of the type.
pub(super) fn check<'a>(
    names: &'a Names,
    order: &[TypeId],
    lineages: &'a Lineages<'a>,
    clashes: &[Clash<'a>],
    errors: &mut Errors,
) {
    let unions: Vec<Union<'_>> = order.iter().filter_map(|&id| union(names, id)).collect();
    let mut checker = Checker {
        names,
        lineages,
        uses: HashMap::new(),
        branches: HashMap::new(),
        errors,
    };
    for union in &unions {
        for (_, ty) in &union.branches {
            if matches!(names.ty(*ty).kind, Kind::Union { .. }) {
                *checker.uses.entry(*ty).or_default() += 1;
            }
        }
    }
    for clash in clashes {
        checker.structure(clash);
    }
    for union in unions {
        checker.union(&union);
    }
}

/// A union whose base and branches are of types that they can be of: others were reported.
struct Union<'a> {
    id: TypeId,
    base: TypeId,
    branches: Vec<(&'a Branch, TypeId)>,
}

fn union(names: &Names, id: TypeId) -> Option<Union<'_>> {
    let Kind::Union { base, branches, .. } = &names.ty(id).kind else {
        return None;
    };
    let (base, declaration) = names.of(base)?;
    if !matches!(declaration.kind, Kind::Struct { .. }) {
        return None;
    }
    let branches = branches.iter().filter_map(|branch| {
        let (ty, declaration) = names.of(&branch.ty)?;
        declaration.is_object().then_some((branch, ty))
    });
    Some(Union {
        id,
        base,
        branches: branches.collect(),
    })
}

/// Members by their name in C.
type Members<'a> = HashMap<SmolStr, Owned<'a>>;

struct Checker<'a, 'e> {
    names: &'a Names,
    lineages: &'a Lineages<'a>,
    /// How often each union is a branch of another one that is not checked yet.
    uses: HashMap<TypeId, usize>,
    /// The members that those of them that are checked may have.
    branches: HashMap<TypeId, Members<'a>>,
    errors: &'e mut Errors,
}

impl<'a> Checker<'a, '_> {
    fn structure(&mut self, clash: &Clash<'a>) {
        let role = match self.names.ty(clash.id).kind {
            Kind::Struct { role, .. } => role,
            _ => "member",
        };
        let member = clash.member;
        let (first, owner) = clash.first;
        let mut message = format!(
            "{role} '{}' collides with {role} '{}'",
            short(&member.name),
            short(&first.name)
        );
        if owner != clash.id {
            let owner = &self.names.ty(owner).head.name;
            message.push_str(&format!(" of type '{}'", short(owner)));
        }
        let error = collision(member.part.span, message, first.part.span);
        let error = same_in_c(error, &member.name, &first.name);
        self.errors
            .push(self.names.ty(clash.id), Moment::End, error);
    }

    fn union(&mut self, union: &Union<'a>) {
        let is_branch = self.uses.contains_key(&union.id);
        let mut all = if is_branch {
            self.flattened(union.base)
        } else {
            Members::new()
        };
        for (branch, ty) in &union.branches {
            let members = self.take_branch(*ty);
            let mut clashes = match &members {
                Some(members) => self.clashes_of(members, union.base),
                None => self.clashes(*ty, union.base),
            };
            clashes.sort_by_key(|((member, _), _)| member.part.span);
            for ((member, _), (first, _)) in clashes {
                let message = format!(
                    "member '{}' of branch '{}' collides with base member '{}'",
                    short(&member.name),
                    short(&branch.name),
                    short(&first.name)
                );
                let error = collision(branch.part.span, message, first.part.span)
                    .with_label(member.part.span, "the branch's member");
                let error = same_in_c(error, &member.name, &first.name);
                self.errors
                    .push(self.names.ty(union.id), Moment::End, error);
            }
            if is_branch {
                let members = members.unwrap_or_else(|| self.flattened(*ty));
                merge(&mut all, members);
            }
        }
        if is_branch {
            self.branches.insert(union.id, all);
        }
    }

    /// The members that a union may have which is a branch; `None` for a structure.
    fn take_branch(&mut self, id: TypeId) -> Option<Members<'a>> {
        let uses = self.uses.get_mut(&id)?;
        *uses -= 1;
        // A chain of unions hands its members on: copies for each would grow with its square.
        if *uses == 0 {
            self.branches.remove(&id)
        } else {
            self.branches.get(&id).cloned()
        }
    }

    /// The members of a structure, each with the one of `base` that has the same name.
    fn clashes(&self, structure: TypeId, base: TypeId) -> Vec<(Owned<'a>, Owned<'a>)> {
        // Looking the members of the smaller one up in the larger one, not the other way round.
        let is_smaller = self.lineages.size(structure) <= self.lineages.size(base);
        let smaller = if is_smaller { structure } else { base };
        self.lineages
            .members(self.names, smaller)
            .filter_map(|name| {
                let member = self.lineages.find(structure, &name)?;
                Some((member, self.lineages.find(base, &name)?))
            })
            .collect()
    }

    /// The same for the members that a union may have.
    fn clashes_of(&self, members: &Members<'a>, base: TypeId) -> Vec<(Owned<'a>, Owned<'a>)> {
        if members.len() <= self.lineages.size(base) {
            let clash = |(name, member): (&SmolStr, &Owned<'a>)| {
                Some((*member, self.lineages.find(base, name)?))
            };
            return members.iter().filter_map(clash).collect();
        }
        self.lineages
            .members(self.names, base)
            .filter_map(|name| Some((*members.get(&name)?, self.lineages.find(base, &name)?)))
            .collect()
    }

    fn flattened(&self, structure: TypeId) -> Members<'a> {
        self.lineages
            .members(self.names, structure)
            .filter_map(|name| {
                let member = self.lineages.find(structure, &name)?;
                Some((name, member))
            })
            .collect()
    }
}

fn collision(span: Span, message: String, first: Span) -> Diagnostic {
    Diagnostic::new(Code::Collision, span, message).with_label(first, "first one here")
}

/// Adds `more` to `all`, whose members stay where the names are the same.
fn merge<'a>(all: &mut Members<'a>, mut more: Members<'a>) {
    if all.len() < more.len() {
        // The smaller map is the one to move.
        more.extend(std::mem::take(all));
        *all = more;
    } else {
        for (name, member) in more {
            all.entry(name).or_insert(member);
        }
    }
}
