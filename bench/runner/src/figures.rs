//! What a measurement gives: JSON that `cargo xtask bench` reads.

use serde::Serialize;

/// The figures of one run.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    /// Each is one cell of a table.
    pub figures: Vec<Figure>,
    /// What a reader of the tables has to know.
    pub notes: Vec<String>,
}

/// What was measured of one thing, once a round.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// The name of the table.
    pub table: String,
    /// What was measured.
    pub row: String,
    /// Of whom.
    pub column: String,
    /// Of the values.
    pub unit: Unit,
    /// One a round.
    pub values: Vec<f64>,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// How many there are.
    Count,
    /// How large it is.
    Bytes,
    /// How long it takes.
    Seconds,
    /// How many bytes are read or written.
    BytesPerSecond,
    /// How often it is done.
    PerSecond,
}

impl Figures {
    /// Adds a cell.
    pub fn add(
        &mut self,
        (table, row, column): (&str, &str, &str),
        unit: Unit,
        values: impl IntoIterator<Item = f64>,
    ) {
        self.figures.push(Figure {
            table: table.to_owned(),
            row: row.to_owned(),
            column: column.to_owned(),
            unit,
            values: values.into_iter().collect(),
        });
    }
}
