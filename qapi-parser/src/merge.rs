//! Merging the schemas of several releases into one that speaks to all of them.
//!
//! The stages: `relocate` (one set of source files), `groups` (which types of which release
//! are one: those of one name, and what took their place), `build` (the merged definitions,
//! and which releases have them).
//!
//! A type of the merged schema is made of *sources*: types of the releases. The rules are about
//! *places*: a member, a branch, a command's arguments. What stands at the same place in two
//! releases is the same to the one who reads or writes it, so that one type has to do for both.

mod build;
mod conflict;
mod found;
mod groups;
mod places;
mod ranges;
pub(crate) mod relocate;
mod renames;
mod unify;

use std::collections::BTreeMap;
use std::fmt;

use crate::diagnostic::Diagnostics;
use crate::schema::{Schema, Version};
use crate::source::Sources;

use groups::Groups;

/// The schema of a release, to be merged with others.
#[derive(Clone, Debug)]
pub struct Release {
    /// The release.
    pub version: Version,
    /// Its schema, as it was loaded.
    pub schema: Schema,
    /// Whether the schema has only some of the release's definitions: what it lacks says nothing.
    pub partial: bool,
}

impl Release {
    /// A release with its whole schema.
    pub fn new(version: Version, schema: Schema) -> Self {
        Release {
            version,
            schema,
            partial: false,
        }
    }

    /// A release of which the schema has only a part.
    pub fn partial(version: Version, schema: Schema) -> Self {
        Release {
            partial: true,
            ..Release::new(version, schema)
        }
    }
}

/// The types of places at which no rule says what to take: the name of a type by the place.
///
/// Places are named as errors name them: `Struct.member`, `command.argument`, `Union branch x`,
/// `Alternate alternative x`, `command arguments`, `command returns`, `EVENT data`.
pub type Settlements = BTreeMap<String, String>;

/// Why schemas could not be merged.
#[derive(Clone)]
pub enum MergeError {
    /// There was none.
    Nothing,
    /// Definitions that no rule merges, each with the places of both.
    Conflicts(Diagnostics),
    /// Settlements that settle nothing: there is no such place, or all releases agree on it, or
    /// no release has the type.
    Unused(Vec<String>),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Nothing => f.write_str("there is no schema to merge"),
            MergeError::Conflicts(conflicts) => conflicts.fmt(f),
            MergeError::Unused(places) => {
                write!(f, "nothing is settled at '{}'", places.join("', '"))
            }
        }
    }
}

/// Shows the conflicts as people see them, with the lines they are in.
impl fmt::Debug for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Conflicts(conflicts) => fmt::Debug::fmt(conflicts, f),
            other => fmt::Display::fmt(other, f),
        }
    }
}

impl std::error::Error for MergeError {}

impl Schema {
    /// Makes one schema of those of several releases: what it describes is what any of them
    /// has, and every item says which releases have it.
    ///
    /// What only some releases have is kept. What is different is settled by these rules, of
    /// which the first that fits counts:
    ///
    /// - A type that is gone, and in whose places there is a new type with a name, was renamed: it
    ///   becomes an [alias](Schema::aliases).
    /// - A member that a release lacks, makes optional, or has under a condition is optional.
    /// - So is a member that came later than its type and than the oldest release, as its
    ///   documentation states: releases between the two lack it.
    /// - Of two integer types, the newest release's counts.
    /// - `str` against an enumeration: the enumeration.
    /// - A type against an alternate that takes it: the alternate.
    /// - Objects, enumerations and alternates against others of their kind: the newest release's
    ///   type, which gets what the others have, too. Of objects, one that has a name goes before
    ///   members that stand inline.
    /// - A struct that became a union: the union. Where the struct has no tag, that is optional,
    ///   and what an object without it adds is [`Union::untagged`](crate::schema::Union::untagged).
    ///
    /// Where no rule fits, `settled` says which type to take. It cannot help where a name stands
    /// for different kinds of things, nor where unions have different tags, or have a member in
    /// their base in one release, and in a branch in another.
    ///
    /// Structs of the result have no base: what they inherit may differ between releases. The
    /// order is that of the newest release; what it does not have follows.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use qapi_parser::schema::Version;
    /// use qapi_parser::{Loader, Release, Schema, source::MemorySource};
    ///
    /// let load = |text| {
    ///     let source = MemorySource::from_iter([("vm.json", text)]);
    ///     Loader::new().load_from(&source, "vm.json")
    /// };
    /// let old = load("{ 'struct': 'Disk', 'data': { 'size': 'int' } }")?;
    /// let new = load("{ 'struct': 'Disk', 'data': { 'size': 'int', 'label': 'str' } }")?;
    /// let version = |text| Version::parse(text).expect("it is one");
    ///
    /// let releases = vec![
    ///     Release::new(version("1.0"), old),
    ///     Release::new(version("2.0"), new),
    /// ];
    /// let merged = Schema::merge(releases, &BTreeMap::new())?;
    /// let disk = merged.find_type("Disk").expect("both have it");
    /// let label = merged.all_members(disk).nth(1).expect("one has it");
    /// assert!(label.optional);
    /// assert_eq!(label.part.versions.first, Version::parse("2.0"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`MergeError`].
    pub fn merge(mut releases: Vec<Release>, settled: &Settlements) -> Result<Schema, MergeError> {
        releases.sort_by_key(|release| release.version);
        let mut sources = Sources::default();
        for release in &mut releases {
            let by = sources.append(&release.schema.sources);
            relocate::relocate(&mut release.schema, by);
        }
        if releases.is_empty() {
            return Err(MergeError::Nothing);
        }
        let groups = Groups::find(&releases, settled);
        let (mut schema, conflicts) = build::build(&groups);
        schema.sources = sources.clone();
        if let Some(conflicts) = Diagnostics::new(conflicts, sources) {
            return Err(MergeError::Conflicts(conflicts));
        }
        let used = groups.settled_places();
        let unused = settled.keys().filter(|place| !used.contains(*place));
        let unused: Vec<String> = unused.cloned().collect();
        if !unused.is_empty() {
            return Err(MergeError::Unused(unused));
        }
        Ok(schema)
    }
}
