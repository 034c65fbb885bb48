//! A schema's text in pieces, as far as mutations need them.

use std::ops::Range;

/// A piece of a text. Together, they are the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// From a `#` to the end of the line.
    Comment,
    /// With its quotes.
    String,
    /// A bracket, a comma or a colon.
    Punctuation,
    /// Letters and whatever else.
    Word,
    /// Spaces and line ends.
    Space,
}

/// The pieces of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = token(rest);
        tokens.push(Token {
            kind,
            range: start..start + length,
        });
        start += length;
    }
    tokens
}

fn token(text: &str) -> (Kind, usize) {
    let up_to = |end: fn(char) -> bool| text.find(end).unwrap_or(text.len());
    let is_other = |char: char| char.is_whitespace() || "#'{}[],:".contains(char);
    match text.chars().next() {
        Some('#') => (Kind::Comment, up_to(|char| char == '\n')),
        Some('\'') => {
            let end = text.get(1..).and_then(|rest| rest.find(['\'', '\n']));
            (Kind::String, end.map_or(text.len(), |end| end + 2))
        }
        Some('{' | '}' | '[' | ']' | ',' | ':') => (Kind::Punctuation, 1),
        Some(char) if char.is_whitespace() => (Kind::Space, up_to(|char| !char.is_whitespace())),
        _ => (Kind::Word, text.find(is_other).unwrap_or(text.len())),
    }
}

/// The tokens of a text that are part of its expressions.
pub(super) fn expression_tokens(text: &str) -> Vec<Token> {
    let mut tokens = tokens(text);
    tokens.retain(|token| !matches!(token.kind, Kind::Comment | Kind::Space));
    tokens
}

/// The number of the last token of the value that starts with the token of number `first`.
pub(super) fn value_end(text: &str, tokens: &[Token], first: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(first) {
        match text.get(token.range.clone())? {
            "{" | "[" => depth += 1,
            "}" | "]" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(index);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pieces_are_the_text() {
        for text in [
            "{ 'a': [ true, 'b' ] } # c\n",
            "'open",
            "'open\n'",
            "\u{e9}'\u{e9}'x#",
            "",
        ] {
            let tokens = tokens(text);
            let pieces: Vec<&str> = tokens
                .iter()
                .map(|token| &text[token.range.clone()])
                .collect();
            assert_eq!(pieces.concat(), text);
        }
    }

    #[test]
    fn values_end_where_their_brackets_do() {
        let text = "{ 'a': [ { }, 'b' ], 'c': 'd' }";
        let tokens = expression_tokens(text);
        assert_eq!(value_end(text, &tokens, 0), Some(tokens.len() - 1));
        assert_eq!(value_end(text, &tokens, 1), Some(1));
        assert_eq!(value_end(text, &tokens, 3), Some(8));
        assert_eq!(value_end(text, &tokens, 8), None);
    }
}
