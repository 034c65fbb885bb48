//! No two members of an object have the same name, wherever they come from.

use std::collections::HashMap;

use super::lineages::{Clash, Lineages, Owned};
use super::names::{Declaration, Kind, Names};
use crate::check::c_name;
use crate::diagnostic::{Code, Diagnostic, same_in_c};
use crate::schema::{Type, TypeId, TypeKind, Union, lineage};
use crate::source::Span;

/// Appends all collisions to `errors`. `order` has what a type contains in front of the type.
pub(super) fn check(types: &[Type], order: &[TypeId], names: &Names, errors: &mut Vec<Diagnostic>) {
    let (lineages, clashes) = Lineages::new(types, order);
    let unions: Vec<(TypeId, &Union)> = order
        .iter()
        .filter_map(|&id| match &types[id.0 as usize].kind {
            TypeKind::Union(union) => Some((id, union)),
            _ => None,
        })
        .collect();
    let mut checker = Checker {
        types,
        declarations: names.types().collect(),
        lineages,
        uses: HashMap::new(),
        branches: HashMap::new(),
    };
    for (_, union) in &unions {
        for branch in &union.branches {
            if matches!(types[branch.ty.0 as usize].kind, TypeKind::Union(_)) {
                *checker.uses.entry(branch.ty).or_default() += 1;
            }
        }
    }
    let mut found: Vec<(TypeId, Diagnostic)> = Vec::new();
    for clash in clashes {
        found.push((clash.id, checker.structure(&clash)));
    }
    for (id, union) in unions {
        let collisions = checker.union(id, union);
        found.extend(collisions.into_iter().map(|collision| (id, collision)));
    }
    found.sort_by_key(|(id, _)| *id);
    errors.extend(found.into_iter().map(|(_, collision)| collision));
}

/// Members by their name in C.
type Members<'a> = HashMap<String, Owned<'a>>;

struct Checker<'a> {
    types: &'a [Type],
    /// What the types were declared as.
    declarations: Vec<&'a Declaration>,
    lineages: Lineages<'a>,
    /// How often each union is a branch of another one that is not checked yet.
    uses: HashMap<TypeId, usize>,
    /// The members that those of them that are checked may have.
    branches: HashMap<TypeId, Members<'a>>,
}

impl<'a> Checker<'a> {
    fn structure(&self, clash: &Clash<'a>) -> Diagnostic {
        let role = self.role(clash.id);
        let member = clash.member;
        let (first, owner) = clash.first;
        let mut message = format!(
            "{role} '{}' collides with {role} '{}'",
            member.name, first.name
        );
        if owner != clash.id {
            let owner = &self.types[owner.0 as usize].head.name;
            message.push_str(&format!(" of type '{owner}'"));
        }
        let error = self.collision(clash.id, member.part.span, message, first.part.span);
        same_in_c(error, &member.name, &first.name)
    }

    fn union(&mut self, id: TypeId, union: &'a Union) -> Vec<Diagnostic> {
        let mut collisions = Vec::new();
        let is_branch = self.uses.contains_key(&id);
        let mut all = if is_branch {
            self.flattened(union.base)
        } else {
            Members::new()
        };
        for branch in &union.branches {
            let members = self.take_branch(branch.ty);
            let mut clashes = match &members {
                Some(members) => self.clashes_of(members, union.base),
                None => self.clashes(branch.ty, union.base),
            };
            clashes.sort_by_key(|((member, _), _)| member.part.span);
            for ((member, _), (first, _)) in clashes {
                let message = format!(
                    "member '{}' of branch '{}' collides with base member '{}'",
                    member.name, branch.name, first.name
                );
                let error = self
                    .collision(id, branch.part.span, message, first.part.span)
                    .with_label(member.part.span, "the branch's member");
                collisions.push(same_in_c(error, &member.name, &first.name));
            }
            if is_branch {
                let members = members.unwrap_or_else(|| self.flattened(branch.ty));
                merge(&mut all, members);
            }
        }
        if is_branch {
            self.branches.insert(id, all);
        }
        collisions
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
        self.names(smaller)
            .filter_map(|name| {
                let member = self.lineages.find(structure, &name)?;
                Some((member, self.lineages.find(base, &name)?))
            })
            .collect()
    }

    /// The same for the members that a union may have.
    fn clashes_of(&self, members: &Members<'a>, base: TypeId) -> Vec<(Owned<'a>, Owned<'a>)> {
        if members.len() <= self.lineages.size(base) {
            let clash = |(name, member): (&String, &Owned<'a>)| {
                Some((*member, self.lineages.find(base, name)?))
            };
            return members.iter().filter_map(clash).collect();
        }
        self.names(base)
            .filter_map(|name| Some((*members.get(&name)?, self.lineages.find(base, &name)?)))
            .collect()
    }

    fn flattened(&self, structure: TypeId) -> Members<'a> {
        self.names(structure)
            .filter_map(|name| {
                let member = self.lineages.find(structure, &name)?;
                Some((name, member))
            })
            .collect()
    }

    /// The names in C of all members of a structure, each once.
    fn names(&self, structure: TypeId) -> impl Iterator<Item = String> {
        lineage(self.types, structure).flat_map(move |(owner, part)| {
            part.members.iter().filter_map(move |member| {
                let name = c_name(&member.name);
                let (first, first_owner) = self.lineages.find(structure, &name)?;
                let is_first = first_owner == owner && std::ptr::eq(first, member);
                is_first.then_some(name)
            })
        })
    }

    fn collision(&self, id: TypeId, span: Span, message: String, first: Span) -> Diagnostic {
        let error = Diagnostic::new(Code::Collision, span, message);
        let error = self.declarations[id.0 as usize].blame(error);
        error.with_label(first, "first one here")
    }

    fn role(&self, id: TypeId) -> &'static str {
        match self.declarations[id.0 as usize].kind {
            Kind::Struct { role, .. } => role,
            _ => "member",
        }
    }
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
