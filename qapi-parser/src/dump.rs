//! A schema as text, for comparing schemas: what it defines, and which releases have it.

mod docs;
mod facts;

use std::fmt::{self, Display, Formatter};

use crate::schema::{
    Branch, Builtin, Command, Condition, DefinitionId, Event, Feature, Head, Module, ModuleItem,
    Operand, Schema, Type, TypeId, TypeKind, Union,
};

impl Schema {
    /// Everything that it says, in the layout that QEMU's frontend has for its own tests
    /// (`tests/qapi-schema/*.out`): what it defines, then its documentation.
    ///
    /// It differs where our model does: the tag of a union of the kind that QEMU had before 6.2
    /// is a member of an implicit base.
    pub fn dump(&self) -> impl Display {
        Dump(self)
    }

    /// The part of [`dump`](Self::dump) that is no documentation.
    pub fn dump_definitions(&self) -> impl Display {
        Definitions(self)
    }

    /// Which releases have each definition, member, value, branch and feature of which that is
    /// known, a line each, sorted as the definitions are: the first, as its documentation states
    /// it, and of a [merged](Schema::merge) schema the last, which releases require a member, and
    /// the other names of types.
    pub fn facts(&self) -> impl Display {
        facts::Facts(self)
    }
}

struct Dump<'a>(&'a Schema);

impl Display for Dump<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (definitions, docs) = (Definitions(self.0), docs::Docs(self.0));
        write!(f, "{definitions}{docs}")
    }
}

struct Definitions<'a>(&'a Schema);

impl Display for Definitions<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "module ./builtin")?;
        for &id in self.0.definitions() {
            if self.0.head(id).module.is_none() {
                self.definition(f, id)?;
            }
        }
        for (_, module) in self.0.modules() {
            self.module(f, module)?;
        }
        Ok(())
    }
}

impl Definitions<'_> {
    fn module(&self, f: &mut Formatter<'_>, module: &Module) -> fmt::Result {
        writeln!(f, "module {}", module.name)?;
        for &item in &module.items {
            match item {
                ModuleItem::Include(id) => writeln!(f, "include {}", self.0.module(id).name)?,
                ModuleItem::Definition(id) => self.definition(f, id)?,
            }
        }
        Ok(())
    }

    fn definition(&self, f: &mut Formatter<'_>, id: DefinitionId) -> fmt::Result {
        match id {
            DefinitionId::Type(id) => self.ty(f, self.0.ty(id)),
            DefinitionId::Command(id) => self.command(f, self.0.command(id)),
            DefinitionId::Event(id) => self.event(f, self.0.event(id)),
        }
    }

    fn ty(&self, f: &mut Formatter<'_>, ty: &Type) -> fmt::Result {
        let name = &ty.head.name;
        match &ty.kind {
            TypeKind::Builtin(Builtin::QType) => return qtype(f),
            TypeKind::Builtin(_) => return Ok(()),
            TypeKind::Array(element) => {
                // Those of the built-in types are there without being called for.
                if ty.head.span.is_some() {
                    writeln!(f, "array {name} {}", self.name(*element))?;
                    condition(f, 4, ty.head.condition.as_ref())?;
                }
                return Ok(());
            }
            TypeKind::Enum(enumeration) => {
                writeln!(f, "enum {name}")?;
                if let Some(prefix) = &enumeration.prefix {
                    writeln!(f, "    prefix {prefix}")?;
                }
                for value in &enumeration.values {
                    writeln!(f, "    member {}", value.name)?;
                    condition(f, 8, value.part.condition.as_ref())?;
                    features(f, 8, &value.part.features)?;
                }
            }
            TypeKind::Struct(structure) => {
                writeln!(f, "object {name}")?;
                if let Some(base) = structure.base {
                    writeln!(f, "    base {}", self.name(base))?;
                }
                for member in &structure.members {
                    let (name, ty) = (&member.name, self.name(member.ty));
                    let optional = python_bool(member.optional);
                    writeln!(f, "    member {name}: {ty} optional={optional}")?;
                    condition(f, 8, member.part.condition.as_ref())?;
                    features(f, 8, &member.part.features)?;
                }
            }
            TypeKind::Union(union) => {
                writeln!(f, "object {name}")?;
                writeln!(f, "    base {}", self.name(union.base))?;
                writeln!(f, "    tag {}", union.tag)?;
                self.branches(f, &union.branches)?;
                self.empty_branches(f, union)?;
            }
            TypeKind::Alternate(alternate) => {
                writeln!(f, "alternate {name}")?;
                writeln!(f, "    tag type")?;
                self.branches(f, &alternate.alternatives)?;
            }
        }
        head(f, &ty.head)
    }

    fn branches(&self, f: &mut Formatter<'_>, branches: &[Branch]) -> fmt::Result {
        for branch in branches {
            writeln!(f, "    case {}: {}", branch.name, self.name(branch.ty))?;
            condition(f, 8, branch.part.condition.as_ref())?;
        }
        Ok(())
    }

    /// The values of the tag without a branch.
    fn empty_branches(&self, f: &mut Formatter<'_>, union: &Union) -> fmt::Result {
        for (name, when) in self.0.values_without_branch(union) {
            writeln!(f, "    case {name}: q_empty")?;
            condition(f, 8, when)?;
        }
        Ok(())
    }

    fn command(&self, f: &mut Formatter<'_>, command: &Command) -> fmt::Result {
        let arguments = self.optional_name(command.arguments);
        let returns = self.optional_name(command.returns);
        writeln!(f, "command {} {arguments} -> {returns}", command.head.name)?;
        writeln!(
            f,
            "    gen={} success_response={} boxed={} oob={} preconfig={}{}",
            python_bool(command.generate),
            python_bool(command.success_response),
            python_bool(command.boxed),
            python_bool(command.allow_oob),
            python_bool(command.allow_preconfig),
            if command.coroutine {
                " coroutine=True"
            } else {
                ""
            },
        )?;
        head(f, &command.head)
    }

    fn event(&self, f: &mut Formatter<'_>, event: &Event) -> fmt::Result {
        let data = self.optional_name(event.data);
        writeln!(f, "event {} {data}", event.head.name)?;
        writeln!(f, "    boxed={}", python_bool(event.boxed))?;
        head(f, &event.head)
    }

    fn name(&self, id: TypeId) -> &str {
        &self.0.ty(id).head.name
    }

    fn optional_name(&self, id: Option<TypeId>) -> &str {
        id.map_or("None", |id| self.name(id))
    }
}

/// The enumeration of JSON types, whose values matter inside QEMU only.
fn qtype(f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "enum QType")?;
    for value in Builtin::QTYPE_VALUES {
        writeln!(f, "    member {value}")?;
    }
    Ok(())
}

fn head(f: &mut Formatter<'_>, head: &Head) -> fmt::Result {
    condition(f, 4, head.condition.as_ref())?;
    features(f, 4, &head.features)
}

fn features(f: &mut Formatter<'_>, indent: usize, features: &[Feature]) -> fmt::Result {
    for feature in features {
        writeln!(f, "{:indent$}feature {}", "", feature.name)?;
        condition(f, indent + 4, feature.condition.as_ref())?;
    }
    Ok(())
}

fn condition(f: &mut Formatter<'_>, indent: usize, condition: Option<&Condition>) -> fmt::Result {
    match condition {
        None => Ok(()),
        // Python prints a text that stands alone without quotes.
        Some(Condition::Symbol(symbol)) => writeln!(f, "{:indent$}if {symbol}", ""),
        Some(condition) => writeln!(f, "{:indent$}if {}", "", Operand(condition)),
    }
}

fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}
