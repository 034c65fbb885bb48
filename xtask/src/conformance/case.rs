//! One test case: what QEMU says of a schema, and what we say.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use qapi_parser::diagnostic::Location;
use qapi_parser::source::Span;
use qapi_parser::{Diagnostic, Diagnostics, Loader};

use super::expected::Place;

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
                Outcome::Refused(Refusal {
                    place: first_place(&diagnostics, folder),
                    text: diagnostics.to_string(),
                })
            }
        }
    }
}

/// Where the first thing is that is wrong, relative to a folder.
pub(crate) fn first_place(diagnostics: &Diagnostics, folder: &Path) -> Place {
    let first = diagnostics.iter().next();
    let source = |span: Span| Some((diagnostics.sources().find(span.file)?, span));
    let (path, position) = match first.and_then(Diagnostic::place).and_then(source) {
        Some((source, span)) => (source.path(), Some(source.position(span.start))),
        None => match first.map(|first| &first.location) {
            Some(Location::File(path)) => (path.as_path(), None),
            _ => (Path::new(""), None),
        },
    };
    let path = path.strip_prefix(folder).unwrap_or(path);
    Place {
        file: path.to_string_lossy().into_owned(),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
    }
}
