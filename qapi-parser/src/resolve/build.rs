//! Declarations without errors become the definitions of the schema.

use super::names::{self, Declaration, Kind, TypeName};
use super::rules::TagTypes;
use crate::schema::{
    Alternate, Branch, Command, DefinitionId, Enum, Event, Member, Struct, Type, TypeId, TypeKind,
    Union,
};

/// The definitions by kind, at the places that their ids say.
#[derive(Default)]
pub(super) struct Built {
    pub(super) types: Vec<Type>,
    pub(super) commands: Vec<Command>,
    pub(super) events: Vec<Event>,
}

/// Builds all definitions. A declaration in which something is wrong gives none, but then there
/// is no schema.
pub(super) fn build(declarations: Vec<Declaration>, tag_types: &TagTypes) -> Built {
    let is_type = |it: &&Declaration| it.type_id().is_some();
    let mut built = Built {
        types: Vec::with_capacity(declarations.iter().filter(is_type).count()),
        ..Built::default()
    };
    for declaration in declarations {
        match declaration.id {
            DefinitionId::Type(_) => {
                let tag_type = tag_types.get(&declaration.index).copied();
                built.types.extend(ty(declaration, tag_type));
            }
            DefinitionId::Command(_) => built.commands.extend(command(declaration)),
            DefinitionId::Event(_) => built.events.extend(event(declaration)),
        }
    }
    place_arrays(&mut built.types);
    built
}

/// An array is where its element type is, and there when that is.
fn place_arrays(types: &mut [Type]) {
    for index in 0..types.len() {
        if let TypeKind::Array(element) = types[index].kind {
            let element = &types[element.0 as usize].head;
            let (module, condition) = (element.module, element.condition.clone());
            types[index].head.module = module;
            types[index].head.condition = condition;
        }
    }
}

fn ty(declaration: Declaration, tag_type: Option<TypeId>) -> Option<Type> {
    let kind = match declaration.kind {
        Kind::Builtin(builtin) => TypeKind::Builtin(builtin),
        Kind::Array(element, _) => TypeKind::Array(element.id?),
        Kind::BuiltinArray(_, element) => TypeKind::Array(element),
        Kind::Enum { values, prefix } => TypeKind::Enum(Enum { values, prefix }),
        Kind::Struct { base, members, .. } => TypeKind::Struct(Struct {
            base: optional(base)?,
            members: members.into_iter().map(member).collect::<Option<_>>()?,
        }),
        Kind::Union {
            base,
            tag,
            branches: all,
        } => TypeKind::Union(Union {
            base: base.id?,
            tag: tag.value,
            tag_type: tag_type?,
            branches: branches(all)?,
            untagged: None,
        }),
        Kind::Alternate { alternatives } => TypeKind::Alternate(Alternate {
            alternatives: branches(alternatives)?,
        }),
        Kind::Missing | Kind::Command { .. } | Kind::Event { .. } => return None,
    };
    Some(Type {
        head: declaration.head,
        kind,
    })
}

fn command(declaration: Declaration) -> Option<Command> {
    let Kind::Command {
        arguments,
        returns,
        flags,
    } = declaration.kind
    else {
        return None;
    };
    Some(Command {
        head: declaration.head,
        arguments: optional(arguments)?,
        returns: optional(returns)?,
        boxed: flags.boxed,
        generate: flags.generate,
        success_response: flags.success_response,
        allow_oob: flags.allow_oob,
        allow_preconfig: flags.allow_preconfig,
        coroutine: flags.coroutine,
    })
}

fn event(declaration: Declaration) -> Option<Event> {
    let Kind::Event { data, boxed } = declaration.kind else {
        return None;
    };
    Some(Event {
        head: declaration.head,
        data: optional(data)?,
        boxed,
    })
}

fn member(member: names::Member) -> Option<Member> {
    Some(Member {
        name: member.name,
        ty: member.ty.id?,
        optional: member.optional,
        required: None,
        part: member.part,
    })
}

fn branches(branches: Vec<names::Branch>) -> Option<Vec<Branch>> {
    let branches = branches.into_iter().map(|branch| {
        Some(Branch {
            name: branch.name,
            ty: branch.ty.id?,
            part: branch.part,
        })
    });
    branches.collect()
}

/// The type of a name, where there is one.
fn optional(name: Option<TypeName>) -> Option<Option<TypeId>> {
    match name {
        None => Some(None),
        Some(name) => name.id.map(Some),
    }
}
