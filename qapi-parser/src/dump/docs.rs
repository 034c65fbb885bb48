//! The documentation of a schema as text.

use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};

use crate::doc::{Doc, SectionKind};
use crate::schema::{DefinitionId, Schema, TypeId, TypeKind};

pub(super) struct Docs<'a>(pub(super) &'a Schema);

impl Display for Docs<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.docs().try_for_each(|(doc, of)| self.doc(f, doc, of))
    }
}

impl<'a> Docs<'a> {
    fn doc(&self, f: &mut Formatter<'_>, doc: &Doc, of: Option<DefinitionId>) -> fmt::Result {
        match &doc.symbol {
            Some(symbol) => writeln!(f, "doc symbol={}", symbol.value)?,
            None => writeln!(f, "doc freeform")?,
        }
        let body = doc.body();
        writeln!(f, "    body=\n{}", body.map_or("", |body| &body.raw))?;

        let mut described = HashSet::new();
        for section in &doc.sections {
            if let SectionKind::Member(name) = &section.kind
                && described.insert(name.as_str())
            {
                writeln!(f, "    arg={name}\n{}", section.raw)?;
            }
        }
        // QEMU's frontend has empty descriptions for what is not described.
        for name in of.iter().flat_map(|&of| self.parts(of)) {
            if described.insert(name) {
                writeln!(f, "    arg={name}\n")?;
            }
        }
        for section in &doc.sections {
            if let SectionKind::Feature(name) = &section.kind {
                writeln!(f, "    feature={name}\n{}", section.raw)?;
            }
        }
        let behind_body = doc.sections.iter().skip(usize::from(body.is_some()));
        for section in behind_body {
            let kind = match section.kind {
                SectionKind::Member(_) | SectionKind::Feature(_) => continue,
                SectionKind::Plain => "Plain",
                SectionKind::Returns => "Returns",
                SectionKind::Errors => "Errors",
                SectionKind::Since => "Since",
                SectionKind::Todo => "Todo",
            };
            writeln!(f, "    section={kind}\n{}", section.raw)?;
        }
        Ok(())
    }

    /// What the documentation of a definition has to describe, its features aside.
    fn parts(&self, of: DefinitionId) -> Vec<&'a str> {
        let of = match of {
            DefinitionId::Type(ty) => Some(ty),
            DefinitionId::Command(command) => self.implicit(self.0.command(command).arguments),
            DefinitionId::Event(event) => self.implicit(self.0.event(event).data),
        };
        let mut parts = Vec::new();
        if let Some(ty) = of {
            self.type_parts(ty, &mut parts);
        }
        parts
    }

    fn type_parts(&self, ty: TypeId, parts: &mut Vec<&'a str>) {
        match &self.0.ty(ty).kind {
            TypeKind::Enum(enumeration) => {
                parts.extend(enumeration.values.iter().map(|value| value.name.as_str()));
            }
            TypeKind::Struct(structure) => {
                if let Some(base) = self.implicit(structure.base) {
                    self.type_parts(base, parts);
                }
                parts.extend(structure.members.iter().map(|member| member.name.as_str()));
            }
            TypeKind::Union(union) => {
                if let Some(base) = self.implicit(Some(union.base)) {
                    self.type_parts(base, parts);
                }
            }
            TypeKind::Alternate(alternate) => {
                let alternatives = alternate.alternatives.iter();
                parts.extend(alternatives.map(|branch| branch.name.as_str()));
            }
            TypeKind::Builtin(_) | TypeKind::Array(_) => {}
        }
    }

    /// A type, unless its definition is elsewhere in the source.
    fn implicit(&self, ty: Option<TypeId>) -> Option<TypeId> {
        ty.filter(|&ty| self.0.ty(ty).head.name.starts_with("q_"))
    }
}
