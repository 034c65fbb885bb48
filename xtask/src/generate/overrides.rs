//! `schema/overrides.toml`: what the rules cannot know.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use qapi_parser::Settlements;
use toml::{Table, Value};

/// What is settled for one schema.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Overrides {
    /// The types of places at which no rule says what to take.
    pub(crate) types: Settlements,
    /// The members that are base64.
    pub(crate) base64: Vec<String>,
}

/// The overrides by schema.
pub(crate) type BySchema = BTreeMap<String, Overrides>;

/// Reads `schema/overrides.toml` for the schemas of these names.
pub(crate) fn read(path: &Path, schemas: &[&str]) -> anyhow::Result<BySchema> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read '{}'", path.display()))?;
    parse(&text, schemas).with_context(|| format!("in '{}'", path.display()))
}

fn parse(text: &str, schemas: &[&str]) -> anyhow::Result<BySchema> {
    let table: Table = text.parse()?;
    let mut overrides: BySchema = schemas
        .iter()
        .map(|name| ((*name).to_owned(), Overrides::default()))
        .collect();
    for (kind, entries) in table {
        let Value::Array(entries) = entries else {
            bail!("'{kind}' is not a list of entries: write [[{kind}]]");
        };
        for (index, entry) in entries.into_iter().enumerate() {
            let number = index + 1;
            add(&mut overrides, &kind, entry)
                .with_context(|| format!("entry {number} of [[{kind}]]"))?;
        }
    }
    Ok(overrides)
}

fn add(overrides: &mut BySchema, kind: &str, entry: Value) -> anyhow::Result<()> {
    let Value::Table(mut entry) = entry else {
        bail!("it has no keys");
    };
    if string(&mut entry, "reason")?.is_empty() {
        bail!("'reason' is empty");
    }
    let schemas = strings(&mut entry, "schemas")?;
    let places = strings(&mut entry, "at")?;
    let take = match kind {
        "type" => Some(string(&mut entry, "take")?),
        "base64" => None,
        _ => bail!("there is no such kind of override; there are 'type' and 'base64'"),
    };
    if let Some(key) = entry.keys().next() {
        bail!("'{key}' means nothing here");
    }
    for schema in schemas {
        let known = overrides.keys().cloned().collect::<Vec<_>>().join("', '");
        let of = overrides
            .get_mut(&schema)
            .ok_or_else(|| anyhow!("there is no schema '{schema}', but '{known}'"))?;
        for place in &places {
            match &take {
                Some(ty) => drop(of.types.insert(place.clone(), ty.clone())),
                None => of.base64.push(place.clone()),
            }
        }
    }
    Ok(())
}

fn string(entry: &mut Table, key: &str) -> anyhow::Result<String> {
    match entry.remove(key) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => bail!("'{key}' is not a string"),
        None => bail!("'{key}' is missing"),
    }
}

/// A string, or several.
fn strings(entry: &mut Table, key: &str) -> anyhow::Result<Vec<String>> {
    let Some(Value::Array(values)) = entry.get(key) else {
        return Ok(vec![string(entry, key)?]);
    };
    let strings = values.iter().map(|value| value.as_str().map(str::to_owned));
    let strings = strings.collect::<Option<Vec<_>>>();
    entry.remove(key);
    strings.ok_or_else(|| anyhow!("'{key}' is not a list of strings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_for_the_schemas_that_they_name() {
        let text = r#"
            [[type]]
            schemas = "qmp"
            at = "Thing.id"
            take = "any"
            reason = "both are sent"

            [[base64]]
            schemas = ["qmp", "qga"]
            at = ["File.data", "write.buf"]
            reason = "binary"
        "#;
        let overrides = parse(text, &["qmp", "qga", "qsd"]).unwrap();
        let types = [("Thing.id".to_owned(), "any".to_owned())];
        assert_eq!(overrides["qmp"].types, Settlements::from(types));
        assert_eq!(overrides["qga"].types, Settlements::new());
        assert_eq!(overrides["qga"].base64, ["File.data", "write.buf"]);
        assert_eq!(overrides["qsd"], Overrides::default());
    }

    #[test]
    fn what_is_wrong_with_an_entry_is_said() {
        for (text, expected) in [
            (
                "[[base64]]\nat = 'A.b'",
                "entry 1 of [[base64]]: 'reason' is missing",
            ),
            (
                "[[base64]]\nreason = ''\nat = 'A.b'\nschemas = 'qmp'",
                "entry 1 of [[base64]]: 'reason' is empty",
            ),
            (
                "[[base64]]\nreason = 'x'\nat = 'A.b'\nschemas = 'qpm'",
                "entry 1 of [[base64]]: there is no schema 'qpm', but 'qmp'",
            ),
            (
                "[[base64]]\nreason = 'x'\nat = 'A.b'\nschemas = 'qmp'\ntake = 'int'",
                "entry 1 of [[base64]]: 'take' means nothing here",
            ),
            (
                "[[types]]\nreason = 'x'\nat = 'A.b'\nschemas = 'qmp'",
                "entry 1 of [[types]]: there is no such kind of override; there are 'type' and 'base64'",
            ),
            (
                "base64 = 1",
                "'base64' is not a list of entries: write [[base64]]",
            ),
        ] {
            let error = parse(text, &["qmp"]).unwrap_err();
            assert_eq!(format!("{error:#}"), expected);
        }
    }
}
