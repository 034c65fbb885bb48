//! Where QEMU's frontend finds a schema wrong, by the text of the `.err` files, and where we do.

use std::fmt::{self, Display, Formatter};
use std::path::Path;

use qapi_parser::diagnostic::Location;
use qapi_parser::source::Span;
use qapi_parser::{Diagnostic, Diagnostics};

/// A place of an error, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path of the file.
    pub(crate) file: String,
    /// The line from 1; `None` for a file that cannot be read.
    pub(crate) line: Option<u32>,
    /// The column from 1. QEMU's frontend knows it of errors in the syntax only.
    pub(crate) column: Option<u32>,
}

impl Place {
    /// The place of the first of the errors that the frontend reports, which may look like this:
    ///
    /// ```text
    /// In file included from root.json:1:
    /// sub.json: In struct 'Foo':
    /// sub.json:3:5: message
    /// ```
    pub(crate) fn of_errors(text: &str) -> Option<Place> {
        let mut lines = text.lines();
        lines.find_map(|line| match line.strip_prefix("In file included from ") {
            Some(_) => None,
            None => Place::of_line(line).or_else(|| Place::of_unreadable(line)),
        })
    }

    /// `PATH:LINE: MESSAGE` or `PATH:LINE:COLUMN: MESSAGE`.
    fn of_line(line: &str) -> Option<Place> {
        let (place, _) = line.split_once(": ")?;
        let mut parts = place.splitn(3, ':');
        let file = parts.next()?;
        let line = parts.next()?.parse().ok()?;
        let column = parts.next().map(str::parse).transpose().ok()?;
        Some(Place {
            file: file.to_owned(),
            line: Some(line),
            column,
        })
    }

    /// `can't read schema file 'PATH': REASON`, which has no place of its own.
    fn of_unreadable(line: &str) -> Option<Place> {
        let rest = line.strip_prefix("can't read schema file '")?;
        let (file, _) = rest.split_once("': ")?;
        Some(Place {
            file: file.to_owned(),
            line: None,
            column: None,
        })
    }

    /// The place of the first of our own errors.
    pub(crate) fn of_diagnostics(diagnostics: &Diagnostics) -> Place {
        let first = diagnostics.iter().next();
        let source = |span: Span| Some((diagnostics.sources().find(span.file)?, span));
        let (path, position) = match first.and_then(Diagnostic::place).and_then(source) {
            Some((source, span)) => (source.path(), Some(source.position(span.start))),
            None => match first.map(|first| &first.location) {
                Some(Location::File(path)) => (path.as_path(), None),
                _ => (Path::new(""), None),
            },
        };
        Place {
            file: path.to_string_lossy().into_owned(),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
        }
    }

    /// The same place with its path relative to `folder`, if it is in there.
    pub(crate) fn relative_to(self, folder: &str) -> Place {
        let file = Path::new(&self.file).strip_prefix(folder);
        let file = file.map(|file| file.to_string_lossy().into_owned());
        Place {
            file: file.unwrap_or(self.file),
            ..self
        }
    }

    /// Whether `found` is this place: a column matters where this has one.
    pub(crate) fn admits(&self, found: &Place) -> bool {
        let is_column = self.column.is_none() || self.column == found.column;
        self.file == found.file && self.line == found.line && is_column
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> String {
        Place::of_errors(text).map_or("none".to_owned(), |place| place.to_string())
    }

    #[test]
    fn an_error_has_a_line_and_perhaps_a_column() {
        assert_eq!(place("a.json:3: wrong\n"), "a.json:3");
        assert_eq!(place("a.json:3:15: stray ';'\n"), "a.json:3:15");
        assert_eq!(place("sub/a.json:3:1: 'b': c: d\n"), "sub/a.json:3:1");
    }

    #[test]
    fn what_an_error_is_in_is_not_its_place() {
        let text =
            "a.json: In struct 'S':\na.json:7: struct has unknown key 'x'\nValid keys are 1: 2\n";
        assert_eq!(place(text), "a.json:7");
    }

    #[test]
    fn the_way_to_an_included_file_is_not_the_place() {
        let text =
            "In file included from a.json:1:\nIn file included from b.json:2:\nc.json:3: wrong\n";
        assert_eq!(place(text), "c.json:3");
    }

    #[test]
    fn the_first_of_two_errors_counts() {
        let text = "a.json: In command 'c':\na.json:3: 'c' is already defined\na.json: In command 'c':\na.json:2: previous definition\n";
        assert_eq!(place(text), "a.json:3");
    }

    #[test]
    fn paths_are_relative_to_a_folder_that_they_are_in() {
        let place = |text| Place::of_errors(text).expect("it has a place");
        let inside = place("sub/folder/a.json:1: wrong").relative_to("sub/folder");
        assert_eq!(inside.to_string(), "a.json:1");
        let outside = place("subfolder/a.json:1: wrong").relative_to("sub");
        assert_eq!(outside.to_string(), "subfolder/a.json:1");
    }

    #[test]
    fn a_file_that_cannot_be_read_has_no_line() {
        let text = "can't read schema file 'a.json': No such file or directory\n";
        assert_eq!(place(text), "a.json");
    }

    #[test]
    fn text_without_a_place_has_none() {
        assert_eq!(place(""), "none");
        assert_eq!(place("Traceback (most recent call last):\n"), "none");
        assert_eq!(place("a.json:x: wrong\n"), "none");
        assert_eq!(place("a.json:1:y: wrong\n"), "none");
    }

    #[test]
    fn a_column_counts_where_it_is_expected() {
        let place = |text| Place::of_errors(text).expect("it has a place");
        let (line, found) = (place("a.json:3: m"), place("a.json:3:5: m"));
        assert!(line.admits(&found));
        assert!(!found.admits(&line));
        assert!(found.admits(&found));
        assert!(!place("a.json:3:6: m").admits(&found));
        assert!(!place("a.json:4: m").admits(&found));
        assert!(!place("b.json:3: m").admits(&found));
    }
}
