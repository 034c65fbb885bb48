//! Releases of made-up schemas, whose changes are those that QEMU's schema has seen, and what holds
//! of whatever becomes of them in a merge.

mod changes;
mod choices;
mod extremes;
mod form;
mod history;
mod ranges;
mod values;
mod world;

use std::collections::BTreeMap;
use std::fmt;

use proptest::prelude::*;

use qapi_parser::schema::{DefinitionId, TypeId, Version};
use qapi_parser::{Diagnostics, MergeError, Release, Schema, Settlements};

use choices::Choices;
use history::History;
use values::Json;

const VERSIONS: [&str; 4] = ["1.0", "2.0", "2.0.5", "10.1"];

fn merge(releases: Vec<Release>) -> Result<Schema, Diagnostics> {
    match Schema::merge(releases, &Settlements::new()) {
        Ok(schema) => Ok(schema),
        Err(MergeError::Conflicts(conflicts)) => Err(conflicts),
        Err(error) => panic!("{error}"),
    }
}

fn text(merged: &Result<Schema, Diagnostics>) -> String {
    match merged {
        Ok(schema) => format!("{}{}", schema.dump(), schema.facts()),
        Err(conflicts) => conflicts.render(false),
    }
}

/// The type that a definition of a release has become.
fn find_type(schema: &Schema, name: &str) -> Option<TypeId> {
    let alias = schema.aliases().iter().find(|it| it.name == name);
    schema.find_type(name).or(alias.map(|it| it.target))
}

/// What commands take and return and what events carry, and whether not all of it is listed.
fn messages(schema: &Schema) -> Vec<(String, Option<TypeId>, bool)> {
    let mut messages = Vec::new();
    for (_, command) in schema.commands() {
        let name = &command.head.name;
        messages.push((
            format!("{name} takes"),
            command.arguments,
            !command.generate,
        ));
        messages.push((format!("{name} returns"), command.returns, false));
    }
    let events = schema.events();
    messages.extend(events.map(|(_, it)| (format!("{} has", it.head.name), it.data, false)));
    messages
}

/// Everything that a release has is there, and takes the values that it has there.
fn check_release(schema: &Schema, release: &Release, choices: &mut Choices) {
    let old = &release.schema;
    let mut check = |what: &str, ty: Option<TypeId>, merged: Option<TypeId>, open: bool| {
        let value = match ty {
            Some(ty) => values::value(old, ty, choices),
            None => Some(Json::Object(BTreeMap::new())),
        };
        let Some(value) = value else { return };
        let result = match (merged, &value) {
            (Some(ty), Json::Object(object)) if open => {
                values::check_object(schema, ty, object, true)
            }
            (Some(ty), _) => values::check(schema, ty, &value),
            (None, Json::Object(object)) if object.is_empty() => Ok(()),
            (None, _) => Err("nothing is taken".to_owned()),
        };
        if let Err(error) = result {
            let version = release.version;
            panic!("{what} of {version} is lost: {error}\nin {value:?}");
        }
    };
    for &id in old.definitions() {
        let name = &old.head(id).name;
        match id {
            DefinitionId::Type(id) if old.ty(id).is_implicit() => {}
            DefinitionId::Type(id) => {
                let merged = find_type(schema, name);
                assert!(merged.is_some(), "there is no {name}");
                (0..4).for_each(|_| check(name, Some(id), merged, false));
            }
            DefinitionId::Command(_) | DefinitionId::Event(_) => {}
        }
    }
    let merged = messages(schema);
    for (name, ty, open) in messages(old) {
        let merged = merged.iter().find(|(it, ..)| *it == name);
        let (_, merged, _) = merged.unwrap_or_else(|| panic!("there is no '{name}'"));
        (0..4).for_each(|_| check(&name, ty, *merged, open));
    }
}

/// Conflicts say where, and can be shown.
fn check_conflicts(conflicts: &Diagnostics, releases: &[Release]) {
    assert!(conflicts.iter().next().is_some());
    for conflict in conflicts {
        let labels = conflict.labels.iter().map(|(span, _)| *span);
        for span in conflict.place().into_iter().chain(labels) {
            assert!(!conflicts.sources().text(span).is_empty(), "{conflict:?}");
        }
        assert!(conflict.place().is_some());
        let mut named = conflict.message.split("QEMU ").skip(1);
        assert!(named.clone().count() > 0, "{}", conflict.message);
        let is_release = |text: &str| {
            let version = text.split([',', ' ', ':']).next().and_then(Version::parse);
            releases.iter().any(|it| Some(it.version) == version)
        };
        assert!(named.all(is_release), "{}", conflict.message);
    }
    assert!(conflicts.render(false).contains("version-conflict"));
}

/// Merges, and checks what comes of it.
fn hold(releases: &[Release], choices: &mut Choices) {
    let merged = merge(releases.to_vec());
    let reversed = releases.iter().rev().cloned().collect();
    assert_eq!(text(&merge(reversed)), text(&merged), "in another order");
    let newest = || releases.last().cloned();
    let once = merge(newest().into_iter().collect());
    let twice = merge(newest().into_iter().chain(newest()).collect());
    assert_eq!(text(&once), text(&twice), "the same twice");
    match merged {
        Ok(schema) => {
            form::check(&schema);
            ranges::check(&schema, releases);
            for release in releases {
                check_release(&schema, release, choices);
            }
        }
        Err(conflicts) => check_conflicts(&conflicts, releases),
    }
}

/// The numbers that all decisions are made of.
struct Numbers(Vec<u16>);

impl Numbers {
    /// Two to four releases, oldest first; and choices for what is made of them.
    fn releases(&self) -> (Vec<Release>, Choices) {
        let mut choices = Choices::new(self.0.clone());
        let count = 2 + choices.below(3);
        let mut history = History::default();
        let mut releases = Vec::new();
        for version in VERSIONS.into_iter().take(count) {
            match releases.is_empty() {
                true => history.begin(&mut choices),
                false => history.go_on(&mut choices),
            }
            let schema = history.world.load().expect("it was loaded before");
            let version = Version::parse(version).expect("it is one");
            releases.push(Release {
                partial: choices.one_in(10),
                ..Release::new(version, schema)
            });
        }
        (releases, choices)
    }
}

/// The releases, to see what a failure is about.
impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for release in self.releases().0 {
            let partial = if release.partial { ", a part" } else { "" };
            writeln!(f, "\n{}{partial}:", release.version)?;
            for (_, source) in release.schema.sources().iter() {
                f.write_str(source.text())?;
            }
        }
        Ok(())
    }
}

fn numbers() -> impl Strategy<Value = Numbers> {
    prop::collection::vec(any::<u16>(), 0..1000).prop_map(Numbers)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]
    #[test]
    fn a_merge_has_all_that_its_releases_have(numbers in numbers()) {
        let (releases, mut choices) = numbers.releases();
        hold(&releases, &mut choices);
    }
}
