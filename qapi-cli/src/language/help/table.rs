//! Members below each other, with what they are beside them.

use super::Look;
use crate::output::Printable;

/// Above these widths, a column does not get wider for a name.
const MAX_NAME: usize = 30;
const MAX_TYPE: usize = 30;

/// A line of a table.
pub(super) struct Row {
    /// How far it is indented.
    pub(super) depth: usize,
    pub(super) name: String,
    /// May be empty.
    pub(super) ty: String,
    pub(super) notes: Vec<String>,
}

impl Row {
    /// A row of a name that has no type.
    pub(super) fn word(name: &str, notes: Vec<String>) -> Self {
        Row {
            depth: 1,
            name: name.to_owned(),
            ty: String::new(),
            notes,
        }
    }
}

/// The rows in columns.
pub(super) fn lay_out(rows: &[Row], look: Look) -> String {
    let name_width = |row: &Row| 2 * row.depth + row.name.len();
    let widest = |width: &dyn Fn(&Row) -> usize, max| {
        let widths = rows.iter().map(width).filter(|width| *width <= max);
        widths.max().unwrap_or(0)
    };
    let names = widest(&name_width, MAX_NAME);
    let types = widest(&|row| row.ty.len(), MAX_TYPE);
    let mut out = String::new();
    for row in rows {
        let mut line = format!(
            "{:indent$}{}",
            "",
            look.bold(&row.name),
            indent = 2 * row.depth
        );
        let mut end = name_width(row);
        if !row.ty.is_empty() {
            pad(&mut line, &mut end, names + 2);
            line.push_str(&Printable(&row.ty).to_string());
            end += row.ty.len();
        }
        if !row.notes.is_empty() {
            let column = if types == 0 { names } else { names + 2 + types };
            pad(&mut line, &mut end, column + 2);
            let notes = wrap(&row.notes.join("; "), end, 0, look.width);
            line.push_str(&Printable(&notes).to_string());
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// Fills a line up to a column, with two blanks at least.
fn pad(line: &mut String, end: &mut usize, column: usize) {
    let blanks = column.saturating_sub(*end).max(2);
    line.extend(std::iter::repeat_n(' ', blanks));
    *end += blanks;
}

/// Text in lines that are not too long. The first begins with `first` blanks, the others are
/// indented.
pub(super) fn wrap(text: &str, indent: usize, first: usize, width: usize) -> String {
    let mut out = " ".repeat(first);
    let mut column = indent;
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 && column + 1 + word.len() > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if index > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}
