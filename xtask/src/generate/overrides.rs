//! `schema/overrides.toml`: what the rules cannot know.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use qapi_parser::Settlements;
use serde::Deserialize;

/// What is settled for one schema.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Overrides {
    /// The types of places at which no rule says what to take.
    pub(crate) types: Settlements,
    /// The members that are base64.
    pub(crate) base64: BTreeSet<String>,
}

/// The overrides by schema.
pub(crate) type BySchema = BTreeMap<String, Overrides>;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "type")]
    types: Vec<Type>,
    #[serde(default)]
    base64: Vec<Base64>,
}

/// Which type to take at some places.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Type {
    schemas: Vec<String>,
    at: Vec<String>,
    take: String,
    reason: String,
}

/// Members that are base64.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base64 {
    schemas: Vec<String>,
    at: Vec<String>,
    reason: String,
}

/// Reads `schema/overrides.toml` for the schemas of these names.
pub(crate) fn read(path: &Path, schemas: &[&str]) -> anyhow::Result<BySchema> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read '{}'", path.display()))?;
    parse(&text, schemas).with_context(|| format!("in '{}'", path.display()))
}

fn parse(text: &str, schemas: &[&str]) -> anyhow::Result<BySchema> {
    let file: File = toml::from_str(text)?;
    file.check(schemas)?;
    let named = schemas.iter().map(|name| (*name).to_owned());
    named
        .map(|name| file.of(&name).map(|of| (name, of)))
        .collect()
}

impl File {
    /// Whether each entry is for schemas that there are, and has a reason.
    fn check(&self, known: &[&str]) -> anyhow::Result<()> {
        let types = self
            .types
            .iter()
            .map(|it| (&it.schemas, &it.at, &it.reason));
        let base64 = self
            .base64
            .iter()
            .map(|it| (&it.schemas, &it.at, &it.reason));
        for (schemas, at, reason) in types.chain(base64) {
            if reason.trim().is_empty() {
                bail!("the reason of {at:?} is empty");
            }
            if let Some(unknown) = schemas.iter().find(|it| !known.contains(&it.as_str())) {
                let known = known.join("', '");
                bail!("{at:?} is for the schema '{unknown}'; there are '{known}'");
            }
        }
        Ok(())
    }

    /// What it says of one schema.
    fn of(&self, schema: &str) -> anyhow::Result<Overrides> {
        let is_for = |schemas: &[String]| schemas.iter().any(|it| it == schema);
        let mut of = Overrides::default();
        for entry in self.types.iter().filter(|it| is_for(&it.schemas)) {
            for place in &entry.at {
                if of.types.insert(place.clone(), entry.take.clone()).is_some() {
                    bail!("[[type]] has '{place}' of {schema} twice");
                }
            }
        }
        for entry in self.base64.iter().filter(|it| is_for(&it.schemas)) {
            for place in &entry.at {
                if !of.base64.insert(place.clone()) {
                    bail!("[[base64]] has '{place}' of {schema} twice");
                }
            }
        }
        Ok(of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_for_the_schemas_that_they_name() {
        let text = r#"
            [[type]]
            schemas = ["qmp"]
            at = ["Thing.id"]
            take = "any"
            reason = "both are sent"

            [[base64]]
            schemas = ["qmp", "qga"]
            at = ["File.data", "write.buf"]
            reason = "binary"
        "#;
        let overrides = parse(text, &["qmp", "qga", "qsd"]).unwrap();
        let types = [("Thing.id".to_owned(), "any".to_owned())];
        let base64 = ["File.data", "write.buf"].map(str::to_owned);
        assert_eq!(overrides["qmp"].types, Settlements::from(types));
        assert_eq!(overrides["qga"].types, Settlements::new());
        assert_eq!(overrides["qga"].base64, BTreeSet::from(base64));
        assert_eq!(overrides["qsd"], Overrides::default());
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_said() {
        let base64 = |rest: &str| format!("[[base64]]\nat = ['A.b']\n{rest}");
        let right = base64("schemas = ['qmp']\nreason = 'x'\n");
        assert!(parse(&right, &["qmp"]).is_ok());
        for (text, expected) in [
            (base64("schemas = ['qmp']"), "missing field `reason`"),
            (
                base64("schemas = ['qmp']\nreason = ' '"),
                "the reason of [\"A.b\"] is empty",
            ),
            (
                base64("schemas = ['qpm']\nreason = 'x'"),
                "[\"A.b\"] is for the schema 'qpm'; there are 'qmp'",
            ),
            (format!("{right}take = 'int'"), "unknown field `take`"),
            (right.replace("base64", "types"), "unknown field `types`"),
            (right.replace("base64", "type"), "missing field `take`"),
            (right.repeat(2), "[[base64]] has 'A.b' of qmp twice"),
            (
                format!("{right}take = 'int'\n")
                    .replace("base64", "type")
                    .repeat(2),
                "[[type]] has 'A.b' of qmp twice",
            ),
        ] {
            let error = parse(&text, &["qmp"]).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
