//! JSON as people and programs read it, made from the text that a server sent.
//!
//! What is printed is that text, laid out anew: numbers are as they were written, and members in
//! the order in which they came. Only characters that control a terminal are replaced, by their
//! escapes.

use std::fmt::{self, Write as _};

/// How JSON is laid out, and whether in colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) layout: Layout,
    pub(crate) colored: bool,
}

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Layout {
    /// One line, without spaces.
    #[default]
    Compact,
    /// A line for each member and element.
    Pretty,
}

/// The text of a JSON value, to be printed in a style.
///
/// What is no JSON is printed, too, in some layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a> {
    pub(crate) text: &'a str,
    pub(crate) style: Style,
}

/// How deep lines are indented: what is nested deeper stands below each other.
const MAX_INDENT: usize = 64;

/// The colours of parts of JSON.
mod color {
    pub(super) const NAME: &str = "\x1b[34m";
    pub(super) const STRING: &str = "\x1b[32m";
    pub(super) const NUMBER: &str = "\x1b[36m";
    pub(super) const WORD: &str = "\x1b[35m";
    pub(super) const RESET: &str = "\x1b[0m";
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer {
            to: f,
            style: self.style,
            depth: 0,
        };
        let mut rest = self.text.trim_start_matches(is_space);
        while let Some(first) = rest.chars().next() {
            let (token, behind) = rest.split_at(token_length(rest, first));
            rest = behind.trim_start_matches(is_space);
            let next = rest.chars().next();
            match first {
                '{' | '[' => {
                    let closes = matches!(next, Some('}' | ']'));
                    printer.open(first, closes)?;
                    if let (true, Some(close)) = (closes, next) {
                        printer.to.write_char(close)?;
                        rest = rest.get(1..).unwrap_or_default();
                        rest = rest.trim_start_matches(is_space);
                    }
                }
                '}' | ']' => printer.close(first)?,
                ',' => printer.comma()?,
                ':' => printer.colon()?,
                '"' if next == Some(':') => printer.scalar(token, color::NAME)?,
                '"' => printer.scalar(token, color::STRING)?,
                '-' | '0'..='9' => printer.scalar(token, color::NUMBER)?,
                _ => printer.scalar(token, color::WORD)?,
            }
        }
        Ok(())
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// How many bytes the token at the start of `text` has, whose first character is `first`.
fn token_length(text: &str, first: char) -> usize {
    match first {
        '{' | '}' | '[' | ']' | ',' | ':' => 1,
        '"' => string_length(text),
        _ => text
            .find(|c: char| is_space(c) || "{}[],:\"".contains(c))
            .unwrap_or(text.len()),
    }
}

/// How many bytes the string at the start of `text` has, its quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

struct Printer<'f, 'w> {
    to: &'f mut fmt::Formatter<'w>,
    style: Style,
    depth: usize,
}

impl Printer<'_, '_> {
    fn scalar(&mut self, token: &str, color: &str) -> fmt::Result {
        if self.style.colored {
            self.to.write_str(color)?;
        }
        write_harmless(self.to, token)?;
        if self.style.colored {
            self.to.write_str(color::RESET)?;
        }
        Ok(())
    }

    fn open(&mut self, bracket: char, closes: bool) -> fmt::Result {
        self.to.write_char(bracket)?;
        if closes {
            return Ok(());
        }
        self.depth += 1;
        self.line()
    }

    fn close(&mut self, bracket: char) -> fmt::Result {
        self.depth = self.depth.saturating_sub(1);
        self.line()?;
        self.to.write_char(bracket)
    }

    fn comma(&mut self) -> fmt::Result {
        self.to.write_char(',')?;
        self.line()
    }

    fn colon(&mut self) -> fmt::Result {
        self.to.write_str(match self.style.layout {
            Layout::Compact => ":",
            Layout::Pretty => ": ",
        })
    }

    /// Begins a line, where lines are wanted.
    fn line(&mut self) -> fmt::Result {
        if self.style.layout == Layout::Pretty {
            self.to.write_char('\n')?;
            for _ in 0..self.depth.min(MAX_INDENT) {
                self.to.write_str("  ")?;
            }
        }
        Ok(())
    }
}

/// Writes a token; a terminal does nothing but show it.
fn write_harmless(to: &mut fmt::Formatter<'_>, token: &str) -> fmt::Result {
    let mut rest = token;
    while let Some(at) = rest.find(char::is_control) {
        let (harmless, behind) = rest.split_at(at);
        to.write_str(harmless)?;
        let mut behind = behind.chars();
        if let Some(control) = behind.next() {
            write!(to, "\\u{:04x}", u32::from(control))?;
        }
        rest = behind.as_str();
    }
    to.write_str(rest)
}

#[cfg(test)]
mod tests {
    use super::{Json, Layout, MAX_INDENT, Style};

    fn print(text: &str, layout: Layout, colored: bool) -> String {
        let style = Style { layout, colored };
        Json { text, style }.to_string()
    }

    fn compact(text: &str) -> String {
        print(text, Layout::Compact, false)
    }

    fn pretty(text: &str) -> String {
        print(text, Layout::Pretty, false)
    }

    /// Like those of QEMU, and worse.
    const ANSWER: &str = "{\"z\": 1.50, \"a\":\r\n [ ], \"n\" : 18446744073709551616, \
                          \"o\": {\"s\": \" {\\\"x\\\": \\\\\", \"e\": {}}, \"l\": [true, null,-0]}";

    #[test]
    fn one_line_has_no_spaces_and_all_that_was_there() {
        assert_eq!(
            compact(ANSWER),
            r#"{"z":1.50,"a":[],"n":18446744073709551616,"o":{"s":" {\"x\": \\","e":{}},"l":[true,null,-0]}"#
        );
        for scalar in ["1e400", "\"\"", "null", "-0.0"] {
            assert_eq!(compact(scalar), scalar);
            assert_eq!(pretty(scalar), scalar);
        }
    }

    #[test]
    fn many_lines_are_those_that_everybody_knows() {
        let expected = "\
{
  \"z\": 1.50,
  \"a\": [],
  \"n\": 18446744073709551616,
  \"o\": {
    \"s\": \" {\\\"x\\\": \\\\\",
    \"e\": {}
  },
  \"l\": [
    true,
    null,
    -0
  ]
}";
        assert_eq!(pretty(ANSWER), expected);
        let value: serde_json::Value =
            serde_json::from_str(r#"{"a":[{"b":[[]]},2],"c":{}}"#).unwrap();
        let theirs = serde_json::to_string_pretty(&value).unwrap();
        assert_eq!(pretty(&value.to_string()), theirs);
        assert_eq!(compact(&theirs), value.to_string());
    }

    #[test]
    fn colours_are_around_the_same_text() {
        let colored = print(r#"{"a": ["b", 1, true]}"#, Layout::Compact, true);
        assert_eq!(
            colored,
            "{\x1b[34m\"a\"\x1b[0m:[\x1b[32m\"b\"\x1b[0m,\x1b[36m1\x1b[0m,\x1b[35mtrue\x1b[0m]}"
        );
    }

    #[test]
    fn what_controls_terminals_is_escaped() {
        assert_eq!(
            compact("\"a\x1b[2Jb\u{9b}c\u{7f}é\""),
            "\"a\\u001b[2Jb\\u009bc\\u007fé\""
        );
    }

    #[test]
    fn depth_has_no_end_but_indentation_has() {
        let depth = 100_000;
        let deep = format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let text = pretty(&deep);
        assert!(text.len() < 2 * depth * (2 * MAX_INDENT + 2));
        assert_eq!(compact(&text), deep);
    }

    #[test]
    fn what_is_no_json_is_printed_nevertheless() {
        for text in ["", "]]}", "{", "\"open", "a b", ",,:", "{]"] {
            let _ = pretty(text);
            assert!(!compact(text).contains('\n'));
        }
        assert_eq!(compact("\"open"), "\"open");
    }
}
