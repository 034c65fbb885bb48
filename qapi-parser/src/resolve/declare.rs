//! Gives every definition its id, and what is written inline a definition of its own.
//!
//! The order is that of QEMU's frontend: what a definition calls for comes in front of it.

mod simple_union;

use std::fmt::Display;

use smol_str::{SmolStr, format_smolstr};

use super::names::{Branch, Declaration, Kind, Member, Names, Origin, Role, TypeName};
use crate::check::Entry;
use crate::check::ast::{self, Data, Definition, TypeRef};
use crate::diagnostic::Diagnostic;
use crate::doc::Doc;
use crate::schema::{Builtin, Condition, DefinitionId, Head, ModuleId, VersionRange};
use crate::source::{Span, Spanned};

pub(super) struct Declared {
    pub(super) names: Names,
    pub(super) visits: Vec<Visit>,
}

/// What QEMU's frontend comes across, one after another.
pub(super) enum Visit {
    Include { from: ModuleId, of: ModuleId },
    Definition(DefinitionId),
    Comment(ModuleId, Doc),
}

/// Declares the built-in types and all definitions, the `missing` ones behind them; appends
/// redefinitions to `errors`.
pub(super) fn declare(
    entries: Vec<Entry>,
    missing: &[SmolStr],
    errors: &mut Vec<Diagnostic>,
) -> Declared {
    // In QEMU's schema, there are about half as many implicit definitions.
    let room = 2 * Builtin::ALL.len() + entries.len() + entries.len() / 2;
    let mut declarer = Declarer {
        declared: Declared {
            names: Names::with_capacity(room),
            visits: Vec::with_capacity(room),
        },
        wrappers: Vec::new(),
        errors,
    };
    declarer.builtins();
    for entry in entries {
        match entry {
            Entry::Include { from, of } => {
                declarer.declared.visits.push(Visit::Include { from, of });
            }
            Entry::Definition(module, definition) => declarer.definition(module, *definition),
            Entry::Comment(module, doc) => {
                declarer.declared.visits.push(Visit::Comment(module, doc));
            }
        }
    }
    for name in missing {
        if declarer.declared.names.get(name).is_none() {
            declarer.add(builtin_head(name), None, Kind::Missing);
        }
    }
    declarer.wrapper_conditions();
    declarer.declared
}

struct Declarer<'a> {
    declared: Declared,
    /// The wrappers of simple unions' branches, each with the type in it.
    wrappers: Vec<(SmolStr, TypeRef)>,
    errors: &'a mut Vec<Diagnostic>,
}

/// What an implicit definition takes from the definition that calls for it.
struct Owner {
    name: Spanned<SmolStr>,
    module: ModuleId,
    condition: Option<Condition>,
    origin: Origin,
}

impl Declarer<'_> {
    fn builtins(&mut self) {
        for builtin in Builtin::ALL {
            let is_last = builtin == Builtin::QType;
            if is_last {
                let kind = Kind::Struct {
                    base: None,
                    members: Vec::new(),
                    role: "member",
                };
                self.add(builtin_head("q_empty"), None, kind);
            }
            let head = builtin_head(builtin.name());
            self.add(head, None, Kind::Builtin(builtin));
            // QEMU's frontend makes that of `QType` where it is called for.
            let element = self.declared.names.get(builtin.name());
            let element = element.and_then(Declaration::type_id);
            if let Some(element) = element
                && !is_last
            {
                let head = builtin_head(&array_name(builtin.name()));
                self.add(head, None, Kind::BuiltinArray(builtin, element));
            }
        }
    }

    fn definition(&mut self, module: ModuleId, definition: Definition) {
        let name = &definition.name;
        let meta = match &definition.kind {
            ast::Kind::Enum { .. } => "enum",
            ast::Kind::Struct { .. } => "struct",
            ast::Kind::Union { .. } | ast::Kind::SimpleUnion { .. } => "union",
            ast::Kind::Alternate { .. } => "alternate",
            ast::Kind::Command(_) => "command",
            ast::Kind::Event { .. } => "event",
        };
        let owner = Owner {
            name: name.clone(),
            module,
            condition: definition.condition.clone(),
            origin: Origin {
                meta,
                name: name.value.clone(),
                span: definition.span,
            },
        };
        let kind = match definition.kind {
            ast::Kind::Enum { values, prefix } => Kind::Enum { values, prefix },
            ast::Kind::Struct { base, members } => Kind::Struct {
                base: base.map(TypeName::from),
                members: self.members(members, "member", &owner),
                role: "member",
            },
            ast::Kind::Union {
                base,
                tag,
                branches,
            } => Kind::Union {
                base: self.union_base(base, &owner),
                tag,
                branches: self.branches(branches, &owner),
            },
            ast::Kind::SimpleUnion { branches } => self.simple_union(branches, &owner),
            ast::Kind::Alternate { alternatives } => Kind::Alternate {
                alternatives: self.branches(alternatives, &owner),
            },
            ast::Kind::Command(command) => Kind::Command {
                arguments: self.arguments(command.data, &owner),
                returns: command
                    .returns
                    .map(|returns| self.type_name(returns, &"command's 'returns'", &owner)),
                flags: command.flags,
            },
            ast::Kind::Event { data, boxed } => Kind::Event {
                data: self.arguments(data, &owner),
                boxed,
            },
        };
        let head = Head {
            name: owner.name.value,
            module: Some(module),
            span: Some(owner.name.span),
            doc: definition.doc,
            versions: VersionRange::since(definition.since),
            condition: definition.condition,
            features: definition.features,
        };
        self.add(head, Some(owner.origin), kind);
    }

    /// The arguments of a command or the data of an event; none where there are no members.
    fn arguments(&mut self, data: Option<Data>, owner: &Owner) -> Option<TypeName> {
        match data? {
            Data::Named(name) => Some(name.into()),
            Data::Inline(members, _) if members.is_empty() => None,
            Data::Inline(members, span) => {
                Some(self.implicit(members, span, "arg", "parameter", owner))
            }
        }
    }

    fn union_base(&mut self, base: Data, owner: &Owner) -> TypeName {
        match base {
            Data::Named(name) => name.into(),
            // Without members there is no discriminator: `q_empty` leads to that being said.
            Data::Inline(members, span) if members.is_empty() => {
                let value = "q_empty".into();
                Spanned { value, span }.into()
            }
            Data::Inline(members, span) => {
                self.implicit(members, span, "base", "base member", owner)
            }
        }
    }

    /// Declares the structure of inline members.
    fn implicit(
        &mut self,
        members: Vec<ast::Member>,
        span: Span,
        suffix: &str,
        role: &'static str,
        owner: &Owner,
    ) -> TypeName {
        let members = self.members(members, role, owner);
        let value = format_smolstr!("q_obj_{}-{suffix}", owner.name.value);
        // Where the owner's name is taken, that alone is reported.
        if self.declared.names.get(&owner.name.value).is_none() {
            let kind = Kind::Struct {
                base: None,
                members,
                role,
            };
            self.add(owner.head(value.clone()), Some(owner.origin.clone()), kind);
        }
        Spanned { value, span }.into()
    }

    fn members(&mut self, members: Vec<ast::Member>, role: &str, owner: &Owner) -> Vec<Member> {
        let members = members.into_iter().map(|member| Member {
            ty: self.type_name(member.ty, &Role(role, &member.name), owner),
            name: member.name,
            optional: member.optional,
            part: member.part,
        });
        members.collect()
    }

    fn branches(&mut self, branches: Vec<ast::Branch>, owner: &Owner) -> Vec<Branch> {
        let branches = branches.into_iter().map(|branch| Branch {
            ty: self.type_name(branch.ty, &Role("branch", &branch.name), owner),
            name: branch.name,
            part: branch.part,
        });
        branches.collect()
    }

    /// The name of a type; an array is declared where that was not done yet.
    fn type_name(&mut self, ty: TypeRef, user: &dyn Display, owner: &Owner) -> TypeName {
        if !ty.is_array {
            return ty.name.into();
        }
        let element = ty.name;
        let array = Spanned {
            value: array_name(&element.value),
            span: element.span,
        };
        let known = self.declared.names.get(&array.value);
        let is_known = known.is_some_and(|known| match &known.kind {
            Kind::Array(known, _) => known.value == element.value,
            Kind::BuiltinArray(known, _) => known.name() == element.value,
            _ => false,
        });
        if !is_known {
            let head = Head {
                span: Some(element.span),
                ..owner.head(array.value.clone())
            };
            let kind = Kind::Array(element.into(), user.to_string());
            self.add(head, Some(owner.origin.clone()), kind);
        }
        array.into()
    }

    /// Declares a definition.
    fn add(&mut self, head: Head, origin: Option<Origin>, kind: Kind) {
        match self.declared.names.add(head, origin, kind) {
            Ok(id) => self.declared.visits.push(Visit::Definition(id)),
            Err(error) => self.errors.extend(error.map(|error| *error)),
        }
    }
}

impl Owner {
    fn head(&self, name: SmolStr) -> Head {
        Head {
            name,
            module: Some(self.module),
            span: Some(self.name.span),
            doc: None,
            versions: VersionRange::default(),
            condition: self.condition.clone(),
            features: Vec::new(),
        }
    }
}

fn builtin_head(name: &str) -> Head {
    Head {
        name: name.into(),
        module: None,
        span: None,
        doc: None,
        versions: VersionRange::default(),
        condition: None,
        features: Vec::new(),
    }
}

fn array_name(element: &str) -> SmolStr {
    format_smolstr!("{element}List")
}
