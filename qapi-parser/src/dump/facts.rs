//! Since when there is what a schema defines.

use std::fmt::{self, Display, Formatter};

use crate::schema::{DefinitionId, Feature, Part, Schema, TypeKind, Version};

pub(super) struct Facts<'a>(pub(super) &'a Schema);

impl Display for Facts<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for &id in self.0.definitions() {
            let head = self.0.head(id);
            fact(f, &[&head.name], head.versions.first.as_ref())?;
            features(f, &[&head.name], &head.features)?;
            let DefinitionId::Type(id) = id else { continue };
            match &self.0.ty(id).kind {
                TypeKind::Enum(enumeration) => {
                    for value in &enumeration.values {
                        part(f, &head.name, &value.name, &value.part)?;
                    }
                }
                TypeKind::Struct(structure) => {
                    for member in &structure.members {
                        part(f, &head.name, &member.name, &member.part)?;
                    }
                }
                TypeKind::Union(union) => {
                    for branch in &union.branches {
                        part(f, &head.name, &branch.name, &branch.part)?;
                    }
                }
                TypeKind::Alternate(alternate) => {
                    for branch in &alternate.alternatives {
                        part(f, &head.name, &branch.name, &branch.part)?;
                    }
                }
                TypeKind::Builtin(_) | TypeKind::Array(_) => {}
            }
        }
        Ok(())
    }
}

fn part(f: &mut Formatter<'_>, definition: &str, name: &str, part: &Part) -> fmt::Result {
    fact(f, &[definition, name], part.versions.first.as_ref())?;
    features(f, &[definition, name], &part.features)
}

fn features(f: &mut Formatter<'_>, of: &[&str], features: &[Feature]) -> fmt::Result {
    for feature in features {
        let path = [of, &["feature", &feature.name]].concat();
        fact(f, &path, feature.versions.first.as_ref())?;
    }
    Ok(())
}

fn fact(f: &mut Formatter<'_>, path: &[&str], since: Option<&Version>) -> fmt::Result {
    match since {
        Some(since) => writeln!(f, "{}: {since}", path.join(" ")),
        None => Ok(()),
    }
}
