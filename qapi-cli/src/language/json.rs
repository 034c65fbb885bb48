//! JSON as people write it: also with single quotes, as `qmp-shell` and QEMU itself take it, with
//! `True`, `False` and `None`, and with a comma behind the last element, as Python writes it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::mistake::{Mistake, Result};
use super::path::{MAX_DEPTH, too_deep};
use super::tree::{Entry, Form, Tree};

/// The value in `text`, which is at `at` in the line.
pub(super) fn parse(text: &str, at: usize) -> Result<Tree> {
    let mut parser = Parser {
        text,
        at: 0,
        offset: at,
    };
    let tree = parser.value(0)?;
    parser.skip_blanks();
    match parser.peek() {
        None => Ok(tree),
        Some(_) => Err(parser.unexpected("nothing more")),
    }
}

/// How long the array or object is that `text` begins with; `None` if a bracket or a quote is not
/// closed.
pub(super) fn length(text: &str) -> Option<usize> {
    Brackets::default().length(text)
}

/// What is not closed of an array or an object of which more and more is there.
#[derive(Clone, Debug, Default)]
pub(super) struct Brackets {
    /// How many bytes were looked at.
    at: usize,
    open: usize,
    quote: Option<u8>,
    is_escaped: bool,
}

impl Brackets {
    /// How long the array or object is that `text` begins with, which is what was there before and
    /// perhaps more; `None` as long as a bracket or a quote is not closed.
    pub(super) fn length(&mut self, text: &str) -> Option<usize> {
        for byte in text.bytes().skip(self.at) {
            self.at += 1;
            match (self.quote, byte) {
                (Some(_), _) if self.is_escaped => self.is_escaped = false,
                (Some(_), b'\\') => self.is_escaped = true,
                (Some(end), _) if end == byte => self.quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => self.quote = Some(byte),
                (None, b'[' | b'{') => self.open += 1,
                (None, b']' | b'}') => {
                    // Which bracket closes which is for the parser to say.
                    self.open = self.open.saturating_sub(1);
                    if self.open == 0 {
                        return Some(self.at);
                    }
                }
                (None, _) => {}
            }
        }
        None
    }
}

/// The string in double quotes that `text`, which is at `at` in the line, begins with: its length
/// with the quotes, and what it is.
pub(super) fn double_quoted(text: &str, at: usize) -> Result<(usize, Cow<'_, str>)> {
    let mut parser = Parser {
        text,
        at: 0,
        offset: at,
    };
    let string = parser.string()?;
    Ok((parser.at, Cow::Owned(string)))
}

/// `text` as a string of JSON.
pub(super) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether `text` is a number as JSON has them.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let (text, exponent) = match text.split_once(['e', 'E']) {
        Some((text, exponent)) => (text, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|it| digits(it.strip_prefix(['+', '-']).unwrap_or(it)))
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// Where in the line the text is.
    offset: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// The place in the line from `start` on.
    fn since(&self, start: usize) -> Range<usize> {
        self.offset + start..self.offset + self.at
    }

    fn unexpected(&mut self, wanted: &str) -> Mistake {
        let start = self.at;
        self.next();
        let message = format!("this is not JSON: expected {wanted}");
        Mistake::new(self.since(start), message)
    }

    fn value(&mut self, depth: usize) -> Result<Tree> {
        self.skip_blanks();
        let start = self.at;
        if depth > MAX_DEPTH {
            return Err(too_deep(self.since(start)));
        }
        let form = match self.peek() {
            Some('{') => Form::Object(self.object(depth)?),
            Some('[') => Form::List(self.list(depth)?),
            Some('"' | '\'') => Form::String(self.string()?),
            _ => self.scalar()?,
        };
        Ok(Tree {
            span: self.since(start),
            form,
        })
    }

    fn scalar(&mut self) -> Result<Form> {
        let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
        let word = self.rest().split(ends).next().unwrap_or_default();
        let form = match word {
            "null" | "None" => Form::Null,
            "true" | "True" => Form::Bool(true),
            "false" | "False" => Form::Bool(false),
            _ if is_number(word) => Form::Number(word.to_owned()),
            "" => return Err(self.unexpected("a value")),
            _ => {
                let start = self.at;
                self.at += word.len();
                let message = format!("this is not JSON: `{word}`");
                return Err(Mistake::new(self.since(start), message)
                    .with_help("strings in JSON need quotes".to_owned()));
            }
        };
        self.at += word.len();
        Ok(form)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Tree>> {
        self.next();
        let mut elements = Vec::new();
        loop {
            self.skip_blanks();
            if self.take(']') {
                return Ok(elements);
            }
            elements.push(self.value(depth + 1)?);
            self.skip_blanks();
            if !self.take(',') && self.peek() != Some(']') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Vec<Entry>> {
        self.next();
        let mut entries = Vec::new();
        let mut names = HashSet::new();
        loop {
            self.skip_blanks();
            if self.take('}') {
                return Ok(entries);
            }
            let start = self.at;
            if !matches!(self.peek(), Some('"' | '\'')) {
                return Err(self.unexpected("the name of a member, in quotes"));
            }
            let name = self.string()?;
            let at = self.since(start);
            if !names.insert(name.clone()) {
                return Err(Mistake::new(at, format!("`{name}` is given twice")));
            }
            self.skip_blanks();
            if !self.take(':') {
                return Err(self.unexpected("`:`"));
            }
            let value = self.value(depth + 1)?;
            entries.push(Entry { name, at, value });
            self.skip_blanks();
            if !self.take(',') && self.peek() != Some('}') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    /// A string in quotes of either kind.
    fn string(&mut self) -> Result<String> {
        let start = self.at;
        let quote = self.next();
        let mut string = String::new();
        loop {
            let at = self.at;
            match self.next() {
                None => {
                    self.at = start + 1;
                    return Err(Mistake::new(self.since(start), "this quote is not closed"));
                }
                next if next == quote => return Ok(string),
                Some('\\') => string.push(self.escape(at)?),
                Some(c) => string.push(c),
            }
        }
    }

    /// The character that is written as `\` at `start` and what comes behind.
    fn escape(&mut self, start: usize) -> Result<char> {
        Ok(match self.next() {
            Some(c @ ('"' | '\'' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode(start),
            _ => {
                return Err(self
                    .wrong_escape(start)
                    .with_help("a backslash itself is written `\\\\`".to_owned()));
            }
        })
    }

    fn unicode(&mut self, start: usize) -> Result<char> {
        let mut units = Vec::with_capacity(2);
        loop {
            let digits = self.rest().get(..4);
            let digits = digits.filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let unit = digits.and_then(|it| u16::from_str_radix(it, 16).ok());
            units.push(unit.ok_or_else(|| self.wrong_escape(start))?);
            self.at += 4;
            let mut decoded = char::decode_utf16(units.iter().copied());
            match decoded.next() {
                Some(Ok(c)) => return Ok(c),
                // Half of a pair.
                Some(Err(_)) if units.len() == 1 && self.rest().starts_with("\\u") => self.at += 2,
                _ => return Err(self.wrong_escape(start)),
            }
        }
    }

    fn wrong_escape(&self, start: usize) -> Mistake {
        Mistake::new(self.since(start), "JSON has no such escape")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::guess::guess;

    #[test]
    fn json_is_read_as_people_write_it() {
        for (text, expected) in [
            ("{}", "{}"),
            (" [ 1 , -2.5e3 ] ", "[1, -2.5e3]"),
            ("{'a': \"b\", \"c\": 'd',}", r#"{"a": "b", "c": "d"}"#),
            (
                "[true, True, false, False, null, None,]",
                "[true, true, false, false, null, null]",
            ),
            (r#"["\u00e4\ud83d\ude00\n\/\'"]"#, r#"["ä😀\n/'"]"#),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567890",
            ),
        ] {
            let mut json = String::new();
            guess(&parse(text, 0).unwrap(), &mut json).unwrap();
            assert_eq!(json, expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, span) in [
            ("", 7..7),
            ("[1 2]", 10..11),
            ("{1: 2}", 8..9),
            ("{'a' 1}", 12..13),
            ("{'a': 1, 'a': 2}", 16..19),
            ("[nul]", 8..11),
            ("[01]", 8..10),
            ("'a", 7..8),
            (r#"["\x"]"#, 9..11),
            (r#"["\ud83d"]"#, 9..15),
            (r#"["\u12"]"#, 9..11),
            ("[] x", 10..11),
            ("[", 8..8),
        ] {
            assert_eq!(parse(text, 7).unwrap_err().span, span, "{text}");
        }
        assert!(parse(&"[".repeat(100_000), 0).is_err());
    }

    #[test]
    fn a_value_ends_where_its_bracket_is_closed() {
        for (text, expected) in [
            ("{}", Some(2)),
            ("[[1], 2] 3", Some(8)),
            (r#"{"}": '}'} x"#, Some(10)),
            (r#"["\"]"]"#, Some(7)),
            ("[1", None),
            ("['a]", None),
        ] {
            assert_eq!(length(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_those_of_json() {
        for number in ["0", "-1", "1.5", "1e3", "1E+3", "-0.5e-7", "10"] {
            assert!(is_number(number), "{number}");
        }
        for text in ["", "-", "01", "1.", ".5", "1e", "+1", "1e1e1", "0x1", "NaN"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
