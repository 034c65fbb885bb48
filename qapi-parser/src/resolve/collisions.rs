//! No two members of an object have the same name, wherever they come from.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::names::{Declaration, Kind, Names};
use crate::check::c_name;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{Member, Struct, Type, TypeId, TypeKind, Union, lineage};
use crate::source::Span;

/// Appends all collisions to `errors`. `order` has what a type contains in front of the type.
pub(super) fn check(types: &[Type], order: &[TypeId], names: &Names, errors: &mut Vec<Diagnostic>) {
    let mut checker = Checker {
        types,
        declarations: names.types().collect(),
        unions: HashMap::new(),
    };
    let mut found = Vec::new();
    for &id in order {
        let collisions = match &types[id.0 as usize].kind {
            TypeKind::Struct(structure) => checker.structure(id, structure),
            TypeKind::Union(union) => checker.union(id, union),
            _ => continue,
        };
        found.push((id, collisions));
    }
    found.sort_by_key(|(id, _)| *id);
    errors.extend(found.into_iter().flat_map(|(_, collisions)| collisions));
}

/// Members by their name in C, each with the structure that has it.
type Members<'a> = HashMap<String, (&'a Member, TypeId)>;

struct Checker<'a> {
    types: &'a [Type],
    /// What the types were declared as.
    declarations: Vec<&'a Declaration>,
    /// The members that a union may have, of those checked so far.
    unions: HashMap<TypeId, Members<'a>>,
}

impl<'a> Checker<'a> {
    fn structure(&self, id: TypeId, structure: &'a Struct) -> Vec<Diagnostic> {
        let role = self.role(id);
        let mut collisions = Vec::new();
        let mut seen = match structure.base {
            Some(base) => self.members(base),
            None => Members::new(),
        };
        for member in &structure.members {
            match seen.entry(c_name(&member.name)) {
                Entry::Vacant(entry) => {
                    entry.insert((member, id));
                }
                Entry::Occupied(entry) => {
                    let (first, owner) = *entry.get();
                    let mut message = format!(
                        "{role} '{}' collides with {role} '{}'",
                        member.name, first.name
                    );
                    if owner != id {
                        let owner = &self.types[owner.0 as usize].head.name;
                        message.push_str(&format!(" of type '{owner}'"));
                    }
                    let span = member.part.span;
                    collisions.push(self.collision(id, span, message, first.part.span));
                }
            }
        }
        collisions
    }

    fn union(&mut self, id: TypeId, union: &'a Union) -> Vec<Diagnostic> {
        let mut collisions = Vec::new();
        let base = self.members(union.base);
        let mut all = base.clone();
        for branch in &union.branches {
            let members = self.members(branch.ty);
            let mut clashes: Vec<_> = members
                .iter()
                .filter_map(|(name, member)| Some((*member, *base.get(name)?)))
                .collect();
            clashes.sort_by_key(|((member, _), _)| member.part.span);
            for ((member, _), (first, _)) in clashes {
                let message = format!(
                    "member '{}' of branch '{}' collides with base member '{}'",
                    member.name, branch.name, first.name
                );
                let error = self.collision(id, branch.part.span, message, first.part.span);
                collisions.push(error.with_label(member.part.span, "the branch's member"));
            }
            for (name, member) in members {
                all.entry(name).or_insert(member);
            }
        }
        self.unions.insert(id, all);
        collisions
    }

    /// All members that a structure has or a union may have.
    fn members(&self, id: TypeId) -> Members<'a> {
        if let Some(members) = self.unions.get(&id) {
            return members.clone();
        }
        let mut members = Members::new();
        for (owner, structure) in lineage(self.types, id) {
            for member in &structure.members {
                let name = c_name(&member.name);
                members.entry(name).or_insert((member, owner));
            }
        }
        members
    }

    fn collision(&self, id: TypeId, span: Span, message: String, first: Span) -> Diagnostic {
        let declaration = self.declarations[id.0 as usize];
        Diagnostic::new(Code::Collision, span, message)
            .with_context(declaration.context.as_str())
            .with_label(first, "first one here")
    }

    fn role(&self, id: TypeId) -> &'static str {
        match self.declarations[id.0 as usize].kind {
            Kind::Struct { role, .. } => role,
            _ => "member",
        }
    }
}
