//! Which releases have what a schema defines.

use std::fmt::{self, Display, Formatter};

use crate::schema::{DefinitionId, Feature, Part, Schema, TypeKind, VersionRange};

pub(super) struct Facts<'a>(pub(super) &'a Schema);

impl Display for Facts<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for &id in self.0.definitions() {
            let head = self.0.head(id);
            fact(f, &[&head.name], head.versions)?;
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
                        if let Some(required) = member.required {
                            let path = [head.name.as_str(), &member.name];
                            writeln!(f, "{} required: {required}", path.join(" "))?;
                        }
                    }
                }
                TypeKind::Union(union) => {
                    for branch in &union.branches {
                        part(f, &head.name, &branch.name, &branch.part)?;
                    }
                    if let Some(untagged) = union.untagged {
                        let untagged = &self.0.ty(untagged).head.name;
                        writeln!(f, "{} without {}: {untagged}", head.name, union.tag)?;
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
        for alias in self.0.aliases() {
            let target = &self.0.ty(alias.target).head.name;
            writeln!(f, "{} = {target}: {}", alias.name, alias.versions)?;
        }
        Ok(())
    }
}

fn part(f: &mut Formatter<'_>, definition: &str, name: &str, part: &Part) -> fmt::Result {
    fact(f, &[definition, name], part.versions)?;
    features(f, &[definition, name], &part.features)
}

fn features(f: &mut Formatter<'_>, of: &[&str], features: &[Feature]) -> fmt::Result {
    for feature in features {
        let path = [of, &["feature", &feature.name]].concat();
        fact(f, &path, feature.versions)?;
    }
    Ok(())
}

fn fact(f: &mut Formatter<'_>, path: &[&str], versions: VersionRange) -> fmt::Result {
    if versions == VersionRange::default() {
        return Ok(());
    }
    writeln!(f, "{}: {versions}", path.join(" "))
}
