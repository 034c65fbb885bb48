//! All figures, and the file that they are kept in.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::part::Part;

/// The latest figures of each part that was ever measured.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Report(BTreeMap<Part, Measured>);

/// The figures of a part, and how they came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    #[serde(flatten)]
    pub(super) environment: Environment,
    pub(super) rounds: usize,
    #[serde(flatten)]
    pub(super) figures: Figures,
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) figures: Vec<Figure>,
    /// What a reader of the tables has to know.
    pub(super) notes: Vec<String>,
}

/// A cell of a table: what was measured of one thing, once a round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Figure {
    pub(super) table: String,
    pub(super) row: String,
    /// Who did it.
    pub(super) column: String,
    pub(super) unit: Unit,
    pub(super) values: Vec<f64>,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Unit {
    Count,
    Bytes,
    Seconds,
    BytesPerSecond,
    PerSecond,
}

impl Report {
    /// Those of the file; none where there is none.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Report::default()),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        serde_json::from_str(&text).with_context(|| {
            format!(
                "{}: not what `cargo xtask bench` writes; remove it",
                path.display()
            )
        })
    }

    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
    }

    /// Replaces the figures of a part, and of no other.
    pub(super) fn replace(&mut self, part: Part, measured: Measured) {
        self.0.insert(part, measured);
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = (Part, &Measured)> {
        self.0.iter().map(|(part, measured)| (*part, measured))
    }
}

impl Measured {
    pub(super) fn new(environment: &Environment, rounds: usize, figures: Figures) -> Self {
        Measured {
            environment: environment.clone(),
            rounds,
            figures,
        }
    }
}

impl Figures {
    /// Adds what was measured to its cell.
    pub(super) fn add(&mut self, (table, row, column): (&str, &str, &str), unit: Unit, value: f64) {
        let cell = self
            .figures
            .iter_mut()
            .find(|figure| (&*figure.table, &*figure.row, &*figure.column) == (table, row, column));
        match cell {
            Some(figure) => figure.values.push(value),
            None => self.figures.push(Figure {
                table: table.to_owned(),
                row: row.to_owned(),
                column: column.to_owned(),
                unit,
                values: vec![value],
            }),
        }
    }

    pub(super) fn append(&mut self, other: Figures) {
        self.figures.extend(other.figures);
        self.notes.extend(other.notes);
    }
}

impl Figure {
    /// What is shown of the values: the one in the middle, or between those two.
    pub(super) fn median(&self) -> Option<f64> {
        let mut values = self.values.clone();
        values.sort_by(f64::total_cmp);
        let (upper, lower) = (values.len() / 2, values.len().checked_sub(1)? / 2);
        Some((values.get(lower)? + values.get(upper)?) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(values: &[f64]) -> Figures {
        let mut figures = Figures::default();
        for value in values {
            figures.add(("table", "row", "ours"), Unit::Seconds, *value);
        }
        figures
    }

    fn measured(date: &str, values: &[f64]) -> Measured {
        let environment = Environment {
            date: date.to_owned(),
            ..Environment::default()
        };
        Measured::new(&environment, values.len(), figures(values))
    }

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        let median = |values: &[f64]| figures(values).figures.first().and_then(Figure::median);
        assert_eq!(median(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[9.0, 1.0, 2.0, 4.0]), Some(3.0));
        assert_eq!(median(&[7.0]), Some(7.0));
        let none = Figure {
            values: Vec::new(),
            ..figures(&[1.0]).figures.remove(0)
        };
        assert_eq!(none.median(), None);
    }

    #[test]
    fn what_is_measured_again_is_a_value_of_the_same_cell() {
        let figures = figures(&[1.0, 2.0]).figures;
        assert_eq!(figures.len(), 1);
        assert_eq!(figures[0].values, [1.0, 2.0]);
    }

    #[test]
    fn a_part_that_is_measured_again_leaves_the_others_alone() {
        let mut report = Report::default();
        report.replace(Part::Compile, measured("2026-01-01", &[1.0]));
        report.replace(Part::Decode, measured("2026-01-01", &[2.0]));
        report.replace(Part::Decode, measured("2026-02-02", &[3.0]));

        let text = serde_json::to_string(&report).unwrap();
        let report: Report = serde_json::from_str(&text).unwrap();
        let parts: Vec<_> = report.parts().collect();
        assert_eq!(
            parts,
            [
                (Part::Compile, &measured("2026-01-01", &[1.0])),
                (Part::Decode, &measured("2026-02-02", &[3.0])),
            ]
        );
    }
}
