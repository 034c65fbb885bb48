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
            "the rules do not merge these; [[type]] in schema/overrides.toml settles them\n\n{}",
            conflicts.render(false)
        ),
        error => anyhow!("schema/overrides.toml: {error}"),
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
