//! A line taken apart into its words.
//!
//! Words are parted by blanks. The first is the name of a command; the others are `NAME=VALUE`, or
//! a `NAME` alone. A value that begins with
//!
//! - `"` is a string as in JSON, up to the next `"`: `\"`, `\\`, `\n`, `\u00e4` and so on have
//!   their meaning;
//! - `'` is a string up to the next `'`, in which nothing has a meaning;
//! - `{` or `[` is JSON up to the bracket that closes it, blanks included;
//!
//! and any other value goes up to the next blank. Nothing in it has a meaning, so that backslashes
//! and quotes are characters as others are: `path=C:\temp`, `filename=json:{"driver":"nbd"}`.

use std::borrow::Cow;
use std::ops::Range;

use super::json;
use super::mistake::{Mistake, Result};

/// A word of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word<'l> {
    /// Where it is.
    pub(super) span: Range<usize>,
    /// What is in front of `=`.
    pub(super) name: &'l str,
    /// What is behind it.
    pub(super) value: Option<Text<'l>>,
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text<'l> {
    /// Where it is, with its quotes.
    pub(super) span: Range<usize>,
    /// What it is, without them.
    pub(super) text: Cow<'l, str>,
    /// Whether it has quotes.
    pub(super) is_quoted: bool,
}

impl<'l> Word<'l> {
    /// A word without quotes, as the arguments of a program are.
    pub(super) fn plain(at: usize, word: &'l str) -> Self {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let value_at = at + name.len() + 1;
        Word {
            span: at..at + word.len(),
            name,
            value: value.map(|text| Text {
                span: value_at..value_at + text.len(),
                text: Cow::Borrowed(text),
                is_quoted: false,
            }),
        }
    }
}

/// The words of a line.
pub(super) struct Words<'l> {
    line: &'l str,
    at: usize,
    /// Where a value begins of which a bracket is not closed.
    open: Option<usize>,
}

impl<'l> Words<'l> {
    pub(super) fn new(line: &'l str) -> Self {
        Words::from(line, 0)
    }

    /// The words from `at` on.
    pub(super) fn from(line: &'l str, at: usize) -> Self {
        Words {
            line,
            at,
            open: None,
        }
    }

    /// Where in what was read a value begins of which a bracket is not closed.
    pub(super) fn open(&self) -> Option<usize> {
        self.open
    }

    /// Whether nothing comes behind what was read, not even a blank.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    fn rest(&self) -> &'l str {
        self.line.get(self.at..).unwrap_or_default()
    }

    /// Goes to the next word, and says where that is.
    pub(super) fn skip_blanks(&mut self) -> usize {
        self.at = self.line.len() - self.rest().trim_start().len();
        self.at
    }

    /// The next word up to a blank, whatever is in it.
    pub(super) fn bare(&mut self) -> Option<(usize, &'l str)> {
        let start = self.skip_blanks();
        let word = self.rest().split(char::is_whitespace).next()?;
        self.at += word.len();
        (!word.is_empty()).then_some((start, word))
    }

    fn word(&mut self) -> Result<Option<Word<'l>>> {
        let start = self.skip_blanks();
        let ends = |c: char| c == '=' || c.is_whitespace();
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(None);
        }
        let name = rest.split(ends).next().unwrap_or_default();
        self.at += name.len();
        let value = if self.rest().starts_with('=') {
            self.at += 1;
            Some(self.value()?)
        } else {
            None
        };
        Ok(Some(Word {
            span: start..self.at,
            name,
            value,
        }))
    }

    fn value(&mut self) -> Result<Text<'l>> {
        let start = self.at;
        let rest = self.rest();
        let (length, text, is_quoted) = match rest.chars().next() {
            Some('"') => {
                let (length, text) = json::double_quoted(rest, start)?;
                (length, text, true)
            }
            Some('\'') => {
                let text = rest.get(1..).and_then(|rest| rest.split_once('\''));
                let Some((text, _)) = text else {
                    let place = start..start + 1;
                    return Err(Mistake::new(place, "this quote is not closed"));
                };
                (text.len() + 2, Cow::Borrowed(text), true)
            }
            _ => {
                let Some(text) = plain(rest) else {
                    self.open = Some(start);
                    return Err(Mistake::new(start..start + 1, "this bracket is not closed")
                        .with_help("text that begins with a bracket needs quotes".to_owned()));
                };
                (text.len(), Cow::Borrowed(text), false)
            }
        };
        self.at += length;
        match self.rest().chars().next() {
            Some(next) if !next.is_whitespace() => {
                let place = self.at..self.at + next.len_utf8();
                Err(Mistake::new(
                    place,
                    "a blank is missing behind the quoted value",
                ))
            }
            _ => Ok(Text {
                span: start..self.at,
                text,
                is_quoted,
            }),
        }
    }
}

impl<'l> Iterator for Words<'l> {
    type Item = Result<Word<'l>>;

    fn next(&mut self) -> Option<Self::Item> {
        let word = self.word();
        if word.is_err() {
            self.at = self.line.len();
        }
        word.transpose()
    }
}

/// The value without quotes that `rest` begins with; `None` if a bracket is not closed.
fn plain(rest: &str) -> Option<&str> {
    let json = if rest.starts_with(['{', '[']) {
        json::length(rest)?
    } else {
        0
    };
    // `[::1]:4444` begins as JSON does.
    let behind = rest.get(json..)?;
    let end = json + behind.find(char::is_whitespace).unwrap_or(behind.len());
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a line as `NAME VALUE`, with a sign where there are quotes.
    fn words(line: &str) -> Vec<String> {
        let words = Words::new(line).map(|word| match word {
            Ok(Word {
                name, value: None, ..
            }) => name.to_owned(),
            Ok(Word {
                name,
                value: Some(Text {
                    text, is_quoted, ..
                }),
                ..
            }) => format!("{name}{}{text}", if is_quoted { '~' } else { '=' }),
            Err(mistake) => format!("{} at {}", mistake.message, mistake.span.start),
        });
        words.collect()
    }

    #[test]
    fn words_are_parted_by_blanks() {
        for (line, expected) in [
            ("", vec![]),
            (" \t ", vec![]),
            ("a b=c\n d=", vec!["a", "b=c", "d="]),
            ("a='b c' d=\"e f\"", vec!["a~b c", "d~e f"]),
            (r#"a='\n"' b="\n'""#, vec![r#"a~\n""#, "b~\n'"]),
            (r#"a=it's b=\ c=x"y"#, vec!["a=it's", "b=\\", "c=x\"y"]),
            ("a={ 'b': [ 1 ] } c=[]", vec!["a={ 'b': [ 1 ] }", "c=[]"]),
            ("a=[x]:1 b=x[", vec!["a=[x]:1", "b=x["]),
            ("a=b=c", vec!["a=b=c"]),
            ("a b='c", vec!["a", "this quote is not closed at 4"]),
            (
                "a='b'c d",
                vec!["a blank is missing behind the quoted value at 5"],
            ),
            ("a=[b c", vec!["this bracket is not closed at 2"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
