//! The schemas of all versions in `schema/`, as one.

use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use qapi_parser::schema::Version;
use qapi_parser::{Loader, MergeError, Release, Schema, Settlements, Strictness};

/// The folder of what was gone before the oldest imported version: a folder for each release, with
/// only what the next one lacks.
const HISTORIC: &str = "historic";

/// Merges the schemas whose root file is `root` in the folders of the versions.
pub(crate) fn merge(schema: &Path, root: &str, settled: &Settlements) -> anyhow::Result<Schema> {
    let mut releases = Vec::new();
    for version in versions(schema)? {
        let path = schema.join(version.to_string()).join(root);
        if path.exists() {
            releases.push(Release::new(version, load(&path)?));
        }
    }
    if releases.is_empty() {
        bail!(
            "no version of QEMU in '{}' has '{root}'; `cargo xtask import` adds one",
            schema.display()
        );
    }
    let historic = schema.join(HISTORIC);
    for version in versions(&historic)? {
        let path = historic.join(version.to_string()).join(root);
        if path.exists() {
            releases.push(Release::partial(version, load(&path)?));
        }
    }
    Schema::merge(releases, settled).map_err(|error| match error {
        MergeError::Conflicts(conflicts) => anyhow!(
            "no rule merges these; where types differ, a [[type]] in schema/overrides.toml settles it: \
             `at` is what the error begins with, `take` a type that one of the releases has, or 'any'\n\n{}",
            conflicts.render(false)
        ),
        error @ MergeError::Unused(_) => anyhow!(
            "schema/overrides.toml: {error}: there is no such place, all releases agree on it, or \
             none of them has the type"
        ),
        error => anyhow!(error),
    })
}

/// The versions that were imported, the oldest first.
pub(crate) fn versions(schema: &Path) -> anyhow::Result<Vec<Version>> {
    let read = || format!("cannot read '{}'", schema.display());
    let mut versions = Vec::new();
    for entry in fs::read_dir(schema).with_context(read)? {
        let name = entry.with_context(read)?.file_name();
        versions.extend(name.to_str().and_then(Version::parse));
    }
    versions.sort();
    Ok(versions)
}

/// Loads the facts of a schema, which are read leniently: they have no documentation.
pub(crate) fn load(root: &Path) -> anyhow::Result<Schema> {
    Loader::new()
        .strictness(Strictness::Lenient)
        .load(root)
        .map_err(|diagnostics| anyhow!("{}", diagnostics.render(false)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message of a merge of two releases, whose struct has an `int` and then a `str`.
    fn message(settled: &[(&str, &str)]) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(HISTORIC)).unwrap();
        for (version, ty) in [("1.0", "int"), ("2.0", "str")] {
            let folder = folder.path().join(version);
            fs::create_dir(&folder).unwrap();
            let text = format!("{{ 'struct': 'Thing', 'data': {{ 'id': '{ty}' }} }}\n");
            fs::write(folder.join("root.json"), text).unwrap();
        }
        let settled = settled
            .iter()
            .map(|(at, ty)| ((*at).to_owned(), (*ty).to_owned()));
        let merged = merge(folder.path(), "root.json", &settled.collect());
        merged.err().map(|error| error.to_string())
    }

    #[test]
    fn what_the_error_says_to_write_settles_it() {
        let error = message(&[]).unwrap();
        assert!(error.contains("`at` is what the error begins with"));
        assert!(error.contains("error[version-conflict]: Thing.id: 'int' in QEMU 1.0"));
        for ty in ["int", "str", "any"] {
            assert_eq!(message(&[("Thing.id", ty)]), None);
        }
    }

    #[test]
    fn an_override_of_nothing_is_an_error_that_says_what_it_may_be() {
        let error = message(&[("Thing.id", "any"), ("Thing.name", "str")]).unwrap();
        assert_eq!(
            error,
            "schema/overrides.toml: nothing is settled at 'Thing.name': there is no such place, \
             all releases agree on it, or none of them has the type"
        );
    }
}
