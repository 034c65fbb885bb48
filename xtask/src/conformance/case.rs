//! One test case: what QEMU says of a schema, and what we say.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use qapi_parser::Loader;

use super::place::Place;

/// The folder of the test cases in QEMU's tree. Some `.err` files have it in front of their
/// paths; QEMU's test program removes it from what it compares with them.
pub(crate) const FOLDER: &str = "tests/qapi-schema";

/// A schema and what QEMU says of it.
pub(super) struct Case {
    pub(super) name: String,
    path: PathBuf,
    pub(super) expected: Outcome,
}

/// What becomes of a schema.
pub(super) enum Outcome {
    /// It is right, and this is what it defines.
    Accepted(String),
    /// It is wrong, first of all here.
    Refused(Refusal),
}

/// Why a schema is refused.
pub(super) struct Refusal {
    pub(super) place: Place,
    /// All that is said, for people.
    pub(super) text: String,
}

impl Case {
    /// The cases of a folder by name: those with an `.err` and an `.out`. Other schemas are
    /// there to be included.
    pub(super) fn read_all(folder: &Path) -> anyhow::Result<Vec<Case>> {
        let entries = fs::read_dir(folder);
        let entries = entries.with_context(|| format!("cannot read {}", folder.display()))?;
        let mut cases = Vec::new();
        for entry in entries {
            let errors = entry?.path();
            let output = errors.with_extension("out");
            if errors
                .extension()
                .is_some_and(|extension| extension == "err")
                && output.exists()
            {
                let case = Case::read(&errors, &output);
                cases.push(case.with_context(|| format!("cannot read {}", errors.display()))?);
            }
        }
        cases.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(cases)
    }

    fn read(errors: &Path, output: &Path) -> anyhow::Result<Case> {
        let text = fs::read_to_string(errors)?;
        let expected = if text.is_empty() {
            Outcome::Accepted(fs::read_to_string(output)?)
        } else {
            let place = Place::of_errors(&text).ok_or_else(|| anyhow!("it has no place"))?;
            let place = place.relative_to(FOLDER);
            Outcome::Refused(Refusal { place, text })
        };
        let name = errors.file_stem().unwrap_or_default();
        Ok(Case {
            name: name.to_string_lossy().into_owned(),
            path: errors.with_extension("json"),
            expected,
        })
    }

    /// What we say of the schema.
    pub(super) fn check(&self) -> Outcome {
        match Loader::new().load(&self.path) {
            Ok(schema) => Outcome::Accepted(schema.dump().to_string()),
            Err(diagnostics) => {
                let folder = self.path.parent().unwrap_or(Path::new(""));
                let place = Place::of_diagnostics(&diagnostics);
                Outcome::Refused(Refusal {
                    place: place.relative_to(&folder.to_string_lossy()),
                    text: diagnostics.to_string(),
                })
            }
        }
    }
}
