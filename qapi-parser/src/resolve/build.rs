//! Turns the names of types into ids of types of the right kind.

use std::collections::HashSet;

use super::names::{self, Declaration, Kind, Names, Search};
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{
    Alternate, Branch, Command, DefinitionId, Enum, EnumValue, Event, Head, Member, Struct, Type,
    TypeId, TypeKind, Union,
};
use crate::source::{Span, Spanned};

/// After how many errors unknown names are no longer compared with all known ones.
const MAX_SUGGESTIONS: usize = 100;

/// The definitions by kind, at the places that their ids say. What is wrong is missing.
#[derive(Default)]
pub(super) struct Built {
    pub(super) types: Vec<Type>,
    pub(super) commands: Vec<Command>,
    pub(super) events: Vec<Event>,
}

/// Builds all definitions; appends what is wrong with them to `errors`.
pub(super) fn build(names: &Names, errors: &mut Vec<Diagnostic>) -> Built {
    let mut built = Built::default();
    for declaration in &names.all {
        let mut builder = Builder {
            names,
            declaration,
            errors,
        };
        match declaration.id {
            DefinitionId::Type(_) => built.types.extend(builder.ty()),
            DefinitionId::Command(_) => built.commands.extend(builder.command()),
            DefinitionId::Event(_) => built.events.extend(builder.event()),
        }
    }
    built
}

/// Builds one definition. What is wrong is reported; the methods give `None` for it.
struct Builder<'a> {
    names: &'a Names,
    declaration: &'a Declaration,
    errors: &'a mut Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn ty(&mut self) -> Option<Type> {
        let mut head = self.declaration.head.clone();
        let kind = match &self.declaration.kind {
            Kind::Builtin(builtin) => TypeKind::Builtin(*builtin),
            Kind::Array(element, user) => {
                let (id, element) = self.element(element, user)?;
                // An array is where its element type is, and there when that is.
                head.module = element.module;
                head.condition = element.condition.clone();
                TypeKind::Array(id)
            }
            Kind::BuiltinArray(builtin) => match self.names.get(builtin.name())?.id {
                DefinitionId::Type(element) => TypeKind::Array(element),
                DefinitionId::Command(_) | DefinitionId::Event(_) => return None,
            },
            Kind::Enum { values, prefix } => TypeKind::Enum(Enum {
                values: values.clone(),
                prefix: prefix.clone(),
            }),
            Kind::Struct {
                base,
                members,
                role,
            } => TypeKind::Struct(self.structure(base.as_ref(), members, role)?),
            Kind::Union {
                base,
                tag,
                branches,
            } => TypeKind::Union(self.union(base, tag, branches)?),
            Kind::Alternate { alternatives } => TypeKind::Alternate(Alternate {
                alternatives: self.branches(alternatives, None)?,
            }),
            Kind::Command { .. } | Kind::Event { .. } => return None,
        };
        Some(Type { head, kind })
    }

    fn element(&mut self, name: &Spanned<String>, user: &str) -> Option<(TypeId, &'a Head)> {
        let (id, element) = self.lookup(name, user)?;
        if matches!(element.kind, Kind::Array(..) | Kind::BuiltinArray(_)) {
            let message = format!("{user} cannot be an array of {}", element.describe());
            self.report(Code::WrongType, name.span, message);
            return None;
        }
        Some((id, &element.head))
    }

    fn structure(
        &mut self,
        base: Option<&Spanned<String>>,
        members: &[names::Member],
        role: &str,
    ) -> Option<Struct> {
        let base = match base {
            None => Some(None),
            Some(base) => self.base(base).map(Some),
        };
        let mut all = Some(Vec::with_capacity(members.len()));
        for member in members {
            let found = self.lookup(&member.ty, &format!("{role} '{}'", member.name));
            match (found, &mut all) {
                (Some((ty, _)), Some(all)) => all.push(Member {
                    name: member.name.clone(),
                    ty,
                    optional: member.optional,
                    part: member.part.clone(),
                }),
                _ => all = None,
            }
        }
        Some(Struct {
            base: base?,
            members: all?,
        })
    }

    fn union(
        &mut self,
        base: &Spanned<String>,
        tag: &Spanned<String>,
        branches: &[names::Branch],
    ) -> Option<Union> {
        let base_id = self.base(base);
        let tag_type = match base_id {
            Some(_) => self.tag(base, tag),
            None => None,
        };
        let branches = self.branches(branches, tag_type);
        let tag_type = tag_type?;
        if tag_type.values.is_empty() {
            self.report(Code::NoBranches, tag.span, "union has no branches");
            return None;
        }
        Some(Union {
            base: base_id?,
            tag: tag.value.clone(),
            tag_type: tag_type.id,
            branches: branches?,
        })
    }

    /// The structure that a structure or a union has as its base.
    fn base(&mut self, name: &Spanned<String>) -> Option<TypeId> {
        let (id, base) = self.lookup(name, "'base'")?;
        if !matches!(base.kind, Kind::Struct { .. }) {
            let message = format!("'base' requires a struct type, {} isn't", base.describe());
            self.wrong_type(name.span, message, base);
            return None;
        }
        Some(id)
    }

    /// The type of the member `tag` of a base, and its values.
    fn tag(&mut self, base: &Spanned<String>, tag: &Spanned<String>) -> Option<Tag<'a>> {
        let Some((member, owner)) = self.find_member(&base.value, &tag.value) else {
            let message = format!("discriminator '{}' is not a member of 'base'", tag.value);
            self.report(Code::InvalidDiscriminator, tag.span, message);
            return None;
        };
        let place = if owner.head.name.starts_with("q_") {
            "'base'".to_owned()
        } else {
            format!("base type '{}'", owner.head.name)
        };
        // That it is unknown is said where the member is.
        let declaration = self.names.get(&member.ty.value)?;
        let DefinitionId::Type(id) = declaration.id else {
            return None;
        };
        let problem = match &declaration.kind {
            Kind::Enum { values, .. } => {
                if member.optional {
                    "must not be optional"
                } else if member.part.condition.is_some() {
                    "must not be conditional"
                } else {
                    return Some(Tag {
                        id,
                        declaration,
                        values,
                    });
                }
            }
            _ => "must be of enum type",
        };
        let message = format!("discriminator member '{}' of {place} {problem}", tag.value);
        let error = Diagnostic::new(Code::InvalidDiscriminator, tag.span, message)
            .with_label(member.part.span, "this is the member");
        self.push(error);
        None
    }

    /// A member of a structure or of one of its bases, and the structure that has it.
    fn find_member(
        &self,
        structure: &str,
        name: &str,
    ) -> Option<(&'a names::Member, &'a Declaration)> {
        let mut owner = self.names.get(structure)?;
        // A chain longer than that is a loop, which is reported by itself.
        for _ in &self.names.all {
            let Kind::Struct { base, members, .. } = &owner.kind else {
                return None;
            };
            if let Some(member) = members.iter().find(|member| member.name == name) {
                return Some((member, owner));
            }
            owner = self.names.get(&base.as_ref()?.value)?;
        }
        None
    }

    /// The branches of a union, whose tag is known or was wrong, or of an alternate.
    fn branches(
        &mut self,
        branches: &[names::Branch],
        tag: Option<Tag<'_>>,
    ) -> Option<Vec<Branch>> {
        let is_union = matches!(self.declaration.kind, Kind::Union { .. });
        let values: Option<HashSet<&str>> = tag.map(|tag| {
            let values = tag.values.iter();
            values.map(|value| value.name.as_str()).collect()
        });
        let mut all = Some(Vec::with_capacity(branches.len()));
        for branch in branches {
            let mut ty = self.lookup(&branch.ty, &format!("branch '{}'", branch.name));
            if let Some((_, declaration)) = ty
                && is_union
                && !is_object(declaration)
            {
                let name = &branch.name;
                let message = format!("branch '{name}' cannot use {}", declaration.describe());
                self.wrong_type(branch.ty.span, message, declaration);
                ty = None;
            }
            if let (Some(tag), Some(values)) = (tag, &values)
                && !values.contains(branch.name.as_str())
            {
                self.unknown_branch(branch, tag.declaration);
                ty = None;
            }
            match (ty, &mut all) {
                (Some((ty, _)), Some(all)) => all.push(Branch {
                    name: branch.name.clone(),
                    ty,
                    part: branch.part.clone(),
                }),
                _ => all = None,
            }
        }
        all
    }

    fn unknown_branch(&mut self, branch: &names::Branch, enumeration: &Declaration) {
        let message = format!(
            "branch '{}' is not a value of {}",
            branch.name,
            enumeration.describe()
        );
        let mut error = Diagnostic::new(Code::UnknownBranch, branch.part.span, message);
        if let Some(span) = enumeration.head.span {
            error = error.with_label(span, "the discriminator is of this type");
        }
        self.push(error);
    }

    fn command(&mut self) -> Option<Command> {
        let Kind::Command {
            arguments,
            returns,
            flags,
        } = &self.declaration.kind
        else {
            return None;
        };
        let arguments = self.arguments(arguments.as_ref(), flags.boxed, "command");
        let returns = match returns {
            None => Some(None),
            Some(returns) => self
                .lookup(returns, "command's 'returns'")
                .map(|(id, _)| Some(id)),
        };
        Some(Command {
            head: self.declaration.head.clone(),
            arguments: arguments?,
            returns: returns?,
            boxed: flags.boxed,
            generate: flags.generate,
            success_response: flags.success_response,
            allow_oob: flags.allow_oob,
            allow_preconfig: flags.allow_preconfig,
            coroutine: flags.coroutine,
        })
    }

    fn event(&mut self) -> Option<Event> {
        let Kind::Event { data, boxed } = &self.declaration.kind else {
            return None;
        };
        let data = self.arguments(data.as_ref(), *boxed, "event")?;
        Some(Event {
            head: self.declaration.head.clone(),
            data,
            boxed: *boxed,
        })
    }

    /// The type of a command's arguments or an event's data.
    fn arguments(
        &mut self,
        name: Option<&Spanned<String>>,
        boxed: bool,
        meta: &str,
    ) -> Option<Option<TypeId>> {
        let Some(name) = name else {
            return Some(None);
        };
        let user = format!("{meta}'s 'data'");
        let (id, ty) = self.lookup(name, &user)?;
        if !is_object(ty) {
            let message = format!("{user} cannot take {}", ty.describe());
            self.wrong_type(name.span, message, ty);
            return None;
        }
        if matches!(ty.kind, Kind::Union { .. }) && !boxed {
            let message = format!("{user} can take {} only with 'boxed': true", ty.describe());
            self.wrong_type(name.span, message, ty);
            return None;
        }
        Some(Some(id))
    }

    /// The type of a name that `user` uses.
    fn lookup(&mut self, name: &Spanned<String>, user: &str) -> Option<(TypeId, &'a Declaration)> {
        let search = if self.errors.len() < MAX_SUGGESTIONS {
            Search::Near
        } else {
            Search::Exact
        };
        let found = self.names.ty(name, user, search);
        found.map_err(|error| self.push(*error)).ok()
    }

    fn wrong_type(&mut self, span: Span, message: String, ty: &Declaration) {
        let mut error = Diagnostic::new(Code::WrongType, span, message);
        if let Some(place) = ty.head.span {
            error = error.with_label(place, "defined here");
        }
        self.push(error);
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.push(Diagnostic::new(code, span, message));
    }

    fn push(&mut self, error: Diagnostic) {
        self.errors.push(self.declaration.blame(error));
    }
}

/// The type of a discriminator, and its values.
#[derive(Clone, Copy)]
struct Tag<'a> {
    id: TypeId,
    declaration: &'a Declaration,
    values: &'a [EnumValue],
}

fn is_object(ty: &Declaration) -> bool {
    matches!(ty.kind, Kind::Struct { .. } | Kind::Union { .. })
}
