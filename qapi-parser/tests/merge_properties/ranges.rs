//! Which releases have what, from the lists of all releases.

use std::collections::{BTreeSet, HashSet};

use qapi_parser::schema::{
    DefinitionId, Feature, Head, Part, TypeId, TypeKind, Version, VersionRange,
};
use qapi_parser::{Release, Schema};

use crate::find_type;

/// Checks the ranges of a schema that was made of `releases`, oldest first.
pub(crate) fn check(schema: &Schema, releases: &[Release]) {
    let all = |name: &str| -> Vec<(usize, DefinitionId)> {
        let found = releases.iter().enumerate();
        let found = found.filter_map(|(index, it)| Some((index, it.schema.find(name)?)));
        found.collect()
    };
    let history = History { releases };
    let unnamed = unnamed(schema, releases);
    for &id in schema.definitions() {
        let head = schema.head(id);
        let mut found = all(&head.name);
        if let DefinitionId::Type(id) = id {
            if schema.ty(id).is_implicit() || unnamed.contains(&id) {
                continue;
            }
            let names = schema.aliases().iter().filter(|it| it.target == id);
            found.extend(names.flat_map(|it| all(&it.name)));
            found.sort();
        }
        let heads: Vec<(usize, &Head)> = found
            .iter()
            .map(|&(index, id)| (index, releases[index].schema.head(id)))
            .collect();
        history.definition(&head.name, head, &heads);
        if let DefinitionId::Type(id) = id {
            history.parts(schema, id, &found);
        }
    }
    for alias in schema.aliases() {
        let found = all(&alias.name);
        let said = found
            .iter()
            .map(|&(index, id)| (index, releases[index].schema.head(id).versions.first));
        history.range(&alias.name, alias.versions, &said.collect(), None);
    }
}

/// Types that stand where there was one without a name in some release: since when there are those
/// is not seen from their names.
fn unnamed(schema: &Schema, releases: &[Release]) -> HashSet<TypeId> {
    let mut names = HashSet::new();
    for Release { schema, .. } in releases {
        let commands = schema.commands().map(|(_, it)| (&it.head, it.arguments));
        let events = schema.events().map(|(_, it)| (&it.head, it.data));
        for (head, arguments) in commands.chain(events) {
            let inline = format!("q_obj_{}-arg", head.name);
            let inline = releases.iter().any(|it| it.schema.find(&inline).is_some());
            names.extend(
                arguments
                    .filter(|_| inline)
                    .map(|it| &schema.ty(it).head.name),
            );
        }
        for (_, ty) in schema.types() {
            if let TypeKind::Union(union) = &ty.kind {
                names.extend(union.branches.iter().map(|it| &schema.ty(it.ty).head.name));
            }
        }
    }
    let found = names.into_iter().filter_map(|name| find_type(schema, name));
    found.collect()
}

struct History<'a> {
    releases: &'a [Release],
}

/// What releases say of since when there is something, each with the release's index.
type Said = Vec<(usize, Option<Version>)>;

impl History<'_> {
    fn definition(&self, name: &str, head: &Head, heads: &[(usize, &Head)]) {
        let said: Said = heads
            .iter()
            .map(|(index, it)| (*index, it.versions.first))
            .collect();
        self.range(name, head.versions, &said, None);
        let features: Vec<_> = heads
            .iter()
            .map(|(index, it)| (*index, &it.features))
            .collect();
        self.features(name, &head.features, &features);
    }

    fn parts(&self, schema: &Schema, id: TypeId, found: &[(usize, DefinitionId)]) {
        let among: BTreeSet<usize> = found.iter().map(|(index, _)| *index).collect();
        let name = &schema.ty(id).head.name;
        for (part, merged) in parts(schema, id) {
            let path = format!("{name} {part}");
            let mut have = Vec::new();
            for &(index, id) in found {
                if let DefinitionId::Type(id) = id {
                    let parts = parts(&self.releases[index].schema, id).into_iter();
                    let part = parts.filter(|(name, _)| *name == part);
                    have.extend(part.map(|(_, it)| (index, it)));
                }
            }
            if have.is_empty() {
                // It came with another type.
                assert_eq!(merged.versions.first, None, "{path}");
                continue;
            }
            let said: Said = have
                .iter()
                .map(|(index, it)| (*index, it.versions.first))
                .collect();
            self.range(&path, merged.versions, &said, Some(&among));
            let features: Vec<_> = have
                .iter()
                .map(|(index, it)| (*index, &it.features))
                .collect();
            self.features(&path, &merged.features, &features);
        }
    }

    fn features(&self, path: &str, merged: &[Feature], said: &[(usize, &Vec<Feature>)]) {
        let among: BTreeSet<usize> = said.iter().map(|(index, _)| *index).collect();
        for feature in merged {
            let with = said.iter().filter_map(|(index, it)| {
                let found = it.iter().find(|it| it.name == feature.name)?;
                Some((*index, found.versions.first))
            });
            let path = format!("{path} feature {}", feature.name);
            self.range(&path, feature.versions, &with.collect(), Some(&among));
        }
        for (_, features) in said {
            for feature in *features {
                assert!(merged.iter().any(|it| it.name == feature.name), "{path}");
            }
        }
    }

    /// Checks the range of what the releases in `said` have, of those `among` which its
    /// definition is; of a definition, of all that could have it.
    fn range(&self, path: &str, range: VersionRange, said: &Said, among: Option<&BTreeSet<usize>>) {
        let have: BTreeSet<usize> = said.iter().map(|(index, _)| *index).collect();
        let (Some(&first), Some(&last)) = (have.first(), have.last()) else {
            panic!("{path}: no release has it");
        };
        let lack: Vec<usize> = (0..self.releases.len())
            .filter(|index| !have.contains(index))
            .filter(|index| match among {
                Some(among) => among.contains(index),
                None => !self.releases[*index].partial,
            })
            .collect();
        let version = |index: usize| self.releases[index].version;
        let before = lack.iter().rfind(|&&index| index < first);
        let before = before.map(|&index| version(index));
        // Newest first; of two types in one release, whichever counts.
        let possible = said
            .iter()
            .rev()
            .filter_map(|(_, stated)| *stated)
            .filter(|it| {
                before.is_none_or(|before| series(before) < series(*it))
                    && series(*it) <= series(version(first))
            });
        let possible: Vec<Version> = possible.collect();
        match range.first {
            Some(found) if !possible.is_empty() => {
                assert!(possible.contains(&found), "{path}: {range}")
            }
            found => {
                assert!(possible.is_empty(), "{path}: {range}");
                assert_eq!(found, before.map(|_| version(first)), "{path}: {range}");
            }
        }
        let gone = lack.iter().any(|&index| index > last);
        assert_eq!(range.last, gone.then(|| version(last)), "{path}: {range}");
    }
}

fn series(version: Version) -> Vec<u32> {
    version.parts().iter().copied().take(2).collect()
}

/// The values, members and branches of a type, each with its name.
fn parts(schema: &Schema, id: TypeId) -> Vec<(String, &Part)> {
    let mut parts = Vec::new();
    match &schema.ty(id).kind {
        TypeKind::Enum(it) => {
            let values = it.values.iter();
            parts.extend(values.map(|it| (format!("value {}", it.name), &it.part)));
        }
        TypeKind::Union(it) => {
            let branches = it.branches.iter();
            parts.extend(branches.map(|it| (format!("branch {}", it.name), &it.part)));
        }
        _ => {}
    }
    let members = schema.all_members(id);
    parts.extend(members.map(|it| (format!("member {}", it.name), &it.part)));
    parts
}
