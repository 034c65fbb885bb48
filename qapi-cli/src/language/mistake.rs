//! What is wrong with a line.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::UnicodeWidthStr as _;

use crate::output::Printable;

/// How many characters of a line are shown of what is wrong, and on each side of it.
const MAX_SHOWN: usize = 100;

/// What stands for the others.
const CUT: &str = "…";

/// What is wrong with a line, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// What is wrong.
    pub(crate) message: String,
    /// Where in the line: bytes.
    pub(crate) span: Range<usize>,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

pub(super) type Result<T, E = Mistake> = std::result::Result<T, E>;

impl Mistake {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Mistake {
            message: message.into(),
            span,
            help: None,
        }
    }

    pub(super) fn with_help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    /// What keeps the line from being sent: the message, the line that it is about with a caret
    /// below the place, and what to do; without a line break at the end.
    pub(crate) fn render(&self, text: &str, is_colored: bool) -> String {
        self.render_as("error", "\x1b[1;31m", text, is_colored)
    }

    /// The same, of what is sent all the same.
    pub(crate) fn render_warning(&self, text: &str, is_colored: bool) -> String {
        self.render_as("warning", "\x1b[1;33m", text, is_colored)
    }

    fn render_as(&self, kind: &str, color: &str, text: &str, is_colored: bool) -> String {
        let [color, blue, bold, plain] = if is_colored {
            [color, "\x1b[1;34m", "\x1b[1m", "\x1b[0m"]
        } else {
            [""; 4]
        };
        // The names in it may be those of a server that means no good.
        let message = Printable(&self.message);
        let mut out = format!("{color}{kind}{plain}{bold}: {message}{plain}\n");
        let (line, place) = self.line(text);
        let before = last(line.get(..place.start).unwrap_or_default());
        let marked = first(line.get(place.clone()).unwrap_or_default());
        let behind = match line.get(place.end..) {
            Some(behind) if !marked.ends_with(CUT) => first(behind),
            _ => String::new(),
        };
        let indent = before.width();
        let carets = "^".repeat(marked.width().max(1));
        // A string takes whatever is written to it.
        let _ = writeln!(out, "  {before}{marked}{behind}");
        let _ = write!(out, "  {:indent$}{color}{carets}{plain}", "");
        if let Some(help) = &self.help {
            let _ = write!(out, "\n{blue}help{plain}: {}", Printable(help));
        }
        out
    }

    /// The line that it is about, and where in it.
    fn line<'t>(&self, text: &'t str) -> (&'t str, Range<usize>) {
        let start = floor(text, self.span.start);
        let end = floor(text, self.span.end).max(start);
        let (before, rest) = text.split_at(start);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = rest.find('\n').map_or(text.len(), |at| start + at);
        let line = text.get(line_start..line_end).unwrap_or_default();
        (line, start - line_start..end.min(line_end) - line_start)
    }
}

/// The last place between characters that is not behind `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The beginning of a text, which is shown.
fn first(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => shown(text.get(..end).unwrap_or_default()) + CUT,
        None => shown(text),
    }
}

/// The end of a text, which is shown.
fn last(text: &str) -> String {
    match text.char_indices().nth_back(MAX_SHOWN) {
        Some((start, c)) => {
            let start = start + c.len_utf8();
            CUT.to_owned() + &shown(text.get(start..).unwrap_or_default())
        }
        None => shown(text),
    }
}

/// Text with no character that moves the cursor but by its width.
fn shown(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str, span: Range<usize>) -> String {
        Mistake::new(span, "no").render(text, false)
    }

    #[test]
    fn carets_are_below_what_is_wrong() {
        assert_eq!(render("ab cd ef", 3..5), "error: no\n  ab cd ef\n     ^^");
        assert_eq!(render("ab\tcd", 3..5), "error: no\n  ab cd\n     ^^");
        assert_eq!(render("日本 cd", 7..9), "error: no\n  日本 cd\n       ^^");
        // What is missing is missing at a place.
        assert_eq!(render("ab", 2..2), "error: no\n  ab\n    ^");
    }

    #[test]
    fn of_several_lines_the_one_that_is_wrong_is_shown() {
        assert_eq!(render("{\n  bad,\n}", 4..7), "error: no\n    bad,\n    ^^^");
        assert_eq!(
            render("{\n  bad,\n}", 4..9),
            "error: no\n    bad,\n    ^^^^"
        );
        assert_eq!(render("a\n", 2..2), "error: no\n  \n  ^");
    }

    #[test]
    fn of_a_long_line_the_part_that_is_wrong_is_shown() {
        let dashes = |count| "-".repeat(count);
        let line = format!("{}ab{}", dashes(500), dashes(500));
        let (side, blanks) = (dashes(100), " ".repeat(101));
        assert_eq!(
            render(&line, 500..502),
            format!("error: no\n  …{side}ab{side}…\n  {blanks}^^")
        );
        let carets = "^".repeat(101);
        assert_eq!(
            render(&line, 0..500),
            format!("error: no\n  {side}…\n  {carets}")
        );
        let whole = format!("{side}ab{side}");
        assert!(render(&whole, 100..102).starts_with(&format!("error: no\n  {whole}\n")));
    }

    #[test]
    fn places_that_are_none_do_no_harm() {
        assert_eq!(render("日", 1..2), "error: no\n  日\n  ^");
        assert_eq!(render("a", 7..9), "error: no\n  a\n   ^");
    }
}
