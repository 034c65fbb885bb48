//! The lines of a text, and what the start of one says.

/// One line, without the white space around it.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// How many spaces it starts with.
    pub(super) indent: usize,
    pub(super) text: &'a str,
}

/// The marker of a list item.
pub(super) struct Marker<'a> {
    /// How it is written in Markdown, with the space behind it.
    pub(super) markdown: String,
    pub(super) is_ordered: bool,
    /// How many columns it takes, with the spaces behind it.
    pub(super) width: usize,
    /// What stands behind it.
    pub(super) rest: &'a str,
}

/// The words that open a remark when a colon follows, in the way older schemas write them.
const LEADS: [&str; 9] = [
    "Caution", "Example", "Examples", "NOTE", "Note", "Notes", "WARNING", "Warning", "Warnings",
];

/// A number of more digits is a year or a quantity rather than the number of an item.
const MAX_NUMBER_DIGITS: usize = 3;

/// `text` with a space for each character that has no place in a comment of source code: control
/// characters, and those that change the direction of writing, which rustc rejects.
pub(super) fn plain_characters(text: &str) -> String {
    let plain = |char| match char {
        '\n' => '\n',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        char if char.is_control() => ' ',
        char => char,
    };
    text.chars().map(plain).collect()
}

pub(super) fn split(text: &str) -> Vec<Line<'_>> {
    text.lines().map(Line::new).collect()
}

impl<'a> Line<'a> {
    fn new(source: &'a str) -> Self {
        Line {
            indent: source.len() - source.trim_start_matches(' ').len(),
            text: source.trim(),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// The marker that `text` starts with, where there is text behind it.
pub(super) fn marker(text: &str) -> Option<Marker<'_>> {
    let (marker, rest) = text.split_once(' ')?;
    let rest = rest.trim_start();
    let markdown = match marker {
        "-" | "*" | "+" | "•" => "- ".to_owned(),
        "#." => "1. ".to_owned(),
        numbered => format!("{}. ", number(numbered)?),
    };
    Some(Marker {
        is_ordered: markdown != "- ",
        markdown,
        width: text.len() - rest.len(),
        rest,
    })
}

/// The digits of `1.` or `1)`.
fn number(marker: &str) -> Option<&str> {
    let digits = marker.strip_suffix(['.', ')'])?;
    let is_number = (1..=MAX_NUMBER_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(digits)
}

/// Splits `Note: text` behind the colon.
pub(super) fn lead(text: &str) -> Option<(&'static str, &str)> {
    let (word, rest) = text.split_once(':')?;
    let word = LEADS.into_iter().find(|lead| *lead == word)?;
    let ends = rest.is_empty() || rest.starts_with(' ');
    ends.then_some((word, rest.trim_start()))
}

/// Does the line show what goes over the wire? `->` is what a client sends, `<-` what it receives.
pub(super) fn is_wire(text: &str) -> bool {
    text.starts_with("-> ") || text.starts_with("<- ")
}

/// Splits a heading of the old style, `== Title`, into its level and its title.
pub(super) fn old_heading(text: &str) -> Option<(usize, &str)> {
    let (level, title) = text.split_once(' ')?;
    let is_heading = (1..=5).contains(&level.len()) && level.bytes().all(|byte| byte == b'=');
    is_heading.then_some((level.len(), title.trim_start()))
}

/// The character of a line that underlines a heading.
pub(super) fn rule(text: &str) -> Option<char> {
    let first = text.chars().next()?;
    let is_rule = text.len() > 2 && first.is_ascii_punctuation();
    (is_rule && text.chars().all(|char| char == first)).then_some(first)
}

/// Does the line open a table: `====  ====` or `+----+----+`?
pub(super) fn opens_table(text: &str) -> bool {
    let is_simple = text.contains(' ') && text.bytes().all(|byte| matches!(byte, b'=' | b' '));
    let is_grid = text.len() > 2
        && text.starts_with('+')
        && text.ends_with('+')
        && text.bytes().all(|byte| matches!(byte, b'+' | b'-' | b'='));
    is_simple || is_grid
}

/// The line without the bar that asks for line breaks to be kept.
pub(super) fn barred(text: &str) -> Option<&str> {
    match text.strip_prefix('|')? {
        "" => Some(""),
        rest => rest.strip_prefix(' '),
    }
}
