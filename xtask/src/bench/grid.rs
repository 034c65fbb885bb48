//! Figures as tables.

use super::report::{Figure, Unit};

/// A table of medians.
#[derive(Debug, PartialEq)]
pub(super) struct Grid<'a> {
    pub(super) name: &'a str,
    pub(super) columns: Vec<&'a str>,
    pub(super) rows: Vec<Row<'a>>,
}

/// A row of a table, with a cell for each of its columns.
#[derive(Debug, PartialEq)]
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    pub(super) cells: Vec<Option<Cell>>,
}

/// The median of what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) value: f64,
    pub(super) unit: Unit,
}

/// The tables of the figures; tables, rows and columns are in the order in which they come first.
pub(super) fn grids(figures: &[Figure]) -> Vec<Grid<'_>> {
    let names = distinct(figures.iter().map(|figure| &*figure.table));
    let grids = names.into_iter().map(|name| {
        let figures: Vec<&Figure> = figures
            .iter()
            .filter(|figure| figure.table == name)
            .collect();
        let columns = distinct(figures.iter().map(|figure| &*figure.column));
        let rows = distinct(figures.iter().map(|figure| &*figure.row));
        let rows = rows.into_iter().map(|name| Row {
            name,
            cells: columns
                .iter()
                .map(|column| cell(&figures, name, column))
                .collect(),
        });
        Grid {
            name,
            rows: rows.collect(),
            columns,
        }
    });
    grids.collect()
}

fn cell(figures: &[&Figure], row: &str, column: &str) -> Option<Cell> {
    let mut figures = figures.iter();
    let figure = figures.find(|figure| figure.row == row && figure.column == column)?;
    Some(Cell {
        value: figure.median()?,
        unit: figure.unit,
    })
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

impl Grid<'_> {
    /// What one column has in a row, divided by what another one has.
    pub(super) fn ratio(&self, row: &Row<'_>, one: &str, other: &str) -> Option<f64> {
        let value = |name: &str| {
            let index = self.columns.iter().position(|column| *column == name)?;
            Some(row.cells.get(index)?.as_ref()?.value)
        };
        Some(value(one)? / value(other)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::report::Figures;

    #[test]
    fn a_table_has_a_cell_for_each_column_and_ratios_of_medians() {
        let mut figures = Figures::default();
        for (row, column, value) in [
            ("big", "ours", 9.0),
            ("big", "peer", 4.0),
            ("small", "peer", 8.0),
            ("big", "ours", 1.0),
            ("big", "ours", 2.0),
        ] {
            figures.add(("time", row, column), Unit::Seconds, value);
        }
        let grids = grids(&figures.figures);
        let [grid] = grids.as_slice() else {
            panic!("{grids:?}");
        };
        assert_eq!(grid.columns, ["ours", "peer"]);
        let [big, small] = grid.rows.as_slice() else {
            panic!("{grid:?}");
        };
        assert_eq!((big.name, small.name), ("big", "small"));
        assert_eq!(small.cells.first(), Some(&None));
        assert_eq!(grid.ratio(big, "ours", "peer"), Some(0.5));
        assert_eq!(grid.ratio(small, "ours", "peer"), None);
        assert_eq!(grid.ratio(big, "ours", "nobody"), None);
    }
}
