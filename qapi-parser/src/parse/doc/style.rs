//! How the text of documentation has to be set: short lines, and two spaces between sentences.
//! What is literal, and behind an example's directive, may look as it likes.

use std::ops::Range;

use crate::doc::indentation;

/// How many characters a line may have, the comment mark in front of it included.
const MAX_LENGTH: usize = 70;

/// How many single spaces of one line are reported.
const MAX_SINGLE_SPACES: usize = 10;

/// The comment mark `# `.
const MARK: usize = 2;

/// What a line is that is not set as it has to be.
#[derive(Debug, PartialEq)]
pub(super) enum Flaw {
    /// It is too long; the range is what is too much.
    TooLong(Range<usize>),
    /// A sentence starts behind one space, which the range is.
    SingleSpace(Range<usize>),
}

/// Goes through the lines of one block.
#[derive(Default)]
pub(super) struct Style {
    /// In literal text, how far its first line is indented: 0 as long as there is none that is.
    literal: Option<usize>,
}

impl Style {
    /// What is wrong with the next line.
    pub(super) fn check(&mut self, line: &str) -> Vec<Flaw> {
        if opens_literal(line) {
            self.literal = Some(0);
        } else if let Some(indent) = self.literal
            && !line.is_empty()
        {
            let own = indentation(line);
            self.literal = match indent {
                0 => Some(own),
                _ => (own >= indent).then_some(indent),
            };
        }
        match self.literal {
            Some(_) => Vec::new(),
            None => excess(line)
                .map(Flaw::TooLong)
                .into_iter()
                .chain(single_spaces(line).map(Flaw::SingleSpace))
                .collect(),
        }
    }
}

/// Whether literal text follows: `::` or `.. qmp-example::`, each alone in its line.
fn opens_literal(line: &str) -> bool {
    let example = line.strip_prefix("..").and_then(|rest| {
        let directive = rest.trim_start_matches(' ');
        let is_apart = directive.len() < rest.len();
        directive.strip_prefix("qmp-example").filter(|_| is_apart)
    });
    example.unwrap_or(line).trim_start_matches(' ') == "::"
}

/// What of a line is too much. Addresses cannot be broken.
fn excess(line: &str) -> Option<Range<usize>> {
    // Each character has at least a byte.
    if line.len() + MARK <= MAX_LENGTH {
        return None;
    }
    let (end, _) = line.char_indices().nth(MAX_LENGTH - MARK)?;
    (!is_address(line)).then_some(end..line.len())
}

fn is_address(line: &str) -> bool {
    let line = line.trim_start_matches(' ');
    let mut schemes = ["http://", "https://", "ftp://"].into_iter();
    !line.contains(' ') && schemes.any(|scheme| line.starts_with(scheme))
}

/// The single spaces in front of what looks like a sentence; of very many, the first ones.
fn single_spaces(line: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = line.as_bytes();
    let is_mark = |(_, byte): &(usize, &u8)| matches!(byte, b'.' | b'!' | b'?');
    let marks = bytes.iter().enumerate().filter(is_mark);
    let ends = marks.map(|(at, _)| at).filter(|at| {
        matches!(
            bytes.get(at + 1..at + 3),
            Some([b' ', b'A'..=b'Z' | b'0'..=b'9' | b'('])
        )
    });
    let item = item_number(bytes);
    ends.filter(move |at| Some(*at) != item && !is_abbreviation(line, *at))
        .map(|at| at + 1..at + 2)
        .take(MAX_SINGLE_SPACES)
}

/// Where the full stop behind the number of a list's item is.
fn item_number(line: &[u8]) -> Option<usize> {
    let digit = line.iter().position(|&byte| byte != b' ')?;
    let number = line.get(digit..digit + 2)?;
    matches!(number, [b'0'..=b'9', b'.']).then_some(digit + 1)
}

/// Whether the full stop at `at` belongs to `e.g.`
fn is_abbreviation(line: &str, at: usize) -> bool {
    let before = line.get(..=at).and_then(|text| text.strip_suffix("e.g."));
    before.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> Vec<Flaw> {
        Style::default().check(line)
    }

    #[test]
    fn a_line_has_at_most_70_characters_with_its_comment_mark() {
        assert_eq!(check(&"x".repeat(68)), []);
        assert_eq!(check(&"x".repeat(69)), [Flaw::TooLong(68..69)]);
        assert_eq!(check(&"\u{e9}".repeat(68)), []);
        assert_eq!(check(&"\u{e9}".repeat(69)), [Flaw::TooLong(136..138)]);
    }

    #[test]
    fn an_address_alone_in_its_line_may_be_longer() {
        let path = "x".repeat(70);
        for (start, is_right) in [
            ("http://", true),
            ("  https://", true),
            ("ftp://", true),
            ("ssh://", false),
            ("see https://", false),
            ("\thttps://", false),
        ] {
            assert_eq!(
                check(&format!("{start}{path}")).is_empty(),
                is_right,
                "{start}"
            );
        }
        assert_eq!(check(&format!("https://{path} x")).len(), 1);
    }

    #[test]
    fn two_spaces_stand_between_sentences() {
        for (line, spaces) in [
            ("One.  Two", vec![]),
            ("One. Two", vec![4]),
            ("One? (Two)! 3. 4", vec![4, 11, 14]),
            ("One. two", vec![]),
            ("One.", vec![]),
            (". X", vec![1]),
            ("Some, e.g. X", vec![]),
            ("(e.g. X. Y", vec![8]),
            ("e.g. 1. X", vec![7]),
            ("like.e.g. X", vec![]),
            ("the.g. X", vec![6]),
            ("_e.g. X", vec![5]),
            ("i.e. X", vec![4]),
            ("1. X", vec![]),
            ("  7. (x)", vec![]),
            ("  17. X", vec![5]),
            ("\t7. X", vec![3]),
            ("\u{e9}. X", vec![3]),
        ] {
            let flaws = spaces.into_iter().map(|at| Flaw::SingleSpace(at..at + 1));
            assert_eq!(check(line), flaws.collect::<Vec<_>>(), "{line}");
        }
    }

    #[test]
    fn literal_text_looks_as_it_likes() {
        for (lines, are_wrong) in [
            (&["::", "", "  A. B", "", "    C. D"] as &[&str], false),
            (&["  ::", "", "  A. B"], false),
            (&[".. qmp-example::", "", "  A. B"], false),
            (&["..   qmp-example  ::", "", "  A. B"], false),
            (&["..qmp-example::", "", "  A. B"], true),
            (&["  .. qmp-example::", "", "  A. B"], true),
            (&["as in::", "", "  A. B"], true),
            (&["::", "  a", "", "  A. B"], false),
            (&["::", "  a", "", " A. B"], true),
            // Without indentation, it has no end.
            (&["::", "a", "A. B"], false),
            (&["::", "a", "  b", "A. B"], true),
        ] {
            let mut style = Style::default();
            let flaws: Vec<Flaw> = lines.iter().flat_map(|line| style.check(line)).collect();
            assert_eq!(!flaws.is_empty(), are_wrong, "{lines:?}");
        }
    }
}
