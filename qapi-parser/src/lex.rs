//! Text to tokens.
//!
//! What is wrong with a token is reported here. A token that cannot be used after that is
//! [`Token::Invalid`], so that the parser has nothing to add.

mod stray;

use std::ops::Range;
use std::str::CharIndices;

use smol_str::SmolStr;

use crate::diagnostic::{Code, Diagnostic, short};
use crate::load::Strictness;
use crate::source::{FileId, Span};

/// A token of the schema language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// A string, without its quotes and escapes.
    String(SmolStr),
    /// `true` or `false`
    Bool(bool),
    /// `null`, by the lenient rules
    Null,
    /// The line that opens a documentation block: a comment that starts with `##`.
    Doc,
    /// Something that was reported already.
    Invalid,
    /// The end of the file.
    End,
}

/// A place in the text, and where the next token starts from it.
pub(crate) struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    /// Where the next token, or the white space in front of it, starts.
    at: usize,
    /// Whether CR may end a line.
    has_cr: bool,
    strictness: Strictness,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(file: FileId, text: &'a str, strictness: Strictness) -> Self {
        Lexer {
            file,
            text,
            at: 0,
            has_cr: text.contains('\r'),
            strictness,
        }
    }

    /// A lexer of the same text that starts at a span.
    pub(crate) fn at(&self, span: Span) -> Self {
        Lexer {
            at: span.range().start,
            ..*self
        }
    }

    /// The next token, without ordinary comments, and where it stands.
    pub(crate) fn next(&mut self, errors: &mut Vec<Diagnostic>) -> (Token, Span) {
        loop {
            self.skip_space();
            let start = self.at;
            let Some(first) = self.rest().chars().next() else {
                return (Token::End, self.end());
            };
            self.at += first.len_utf8();
            let token = match first {
                '{' => Token::OpenBrace,
                '}' => Token::CloseBrace,
                '[' => Token::OpenBracket,
                ']' => Token::CloseBracket,
                ':' => Token::Colon,
                ',' => Token::Comma,
                '\'' => self.string(errors),
                '#' => {
                    let is_doc = self.rest().starts_with('#');
                    self.at += self.line_length(self.rest());
                    if !is_doc {
                        continue;
                    }
                    Token::Doc
                }
                _ => self.word(start, errors),
            };
            return (token, self.span(start..self.at));
        }
    }

    /// The next comment, ordinary or not, up to the end of its line; `None` when something else
    /// comes first.
    pub(crate) fn comment(&mut self) -> Option<(&'a str, Span)> {
        self.skip_space();
        let start = self.at;
        if !self.rest().starts_with('#') {
            return None;
        }
        self.at += self.line_length(self.rest());
        let text = self.text.get(start..self.at)?;
        Some((text, self.span(start..self.at)))
    }

    /// Where the next token, or the white space in front of it, starts.
    pub(crate) fn here(&self) -> Span {
        self.span(self.at..self.at)
    }

    /// The character of that number, from 0, in the line of a place.
    pub(crate) fn in_line(&self, place: Span, number: usize) -> Span {
        let before = self.text.get(..place.range().start).unwrap_or("");
        let start = before.rfind(is_line_end).map_or(0, |end| end + 1);
        let line = self.text.get(start..).unwrap_or("");
        let offset = line.char_indices().nth(number);
        let at = start + offset.map_or(line.len(), |(offset, _)| offset);
        self.span(at..at)
    }

    /// Whether the span starts in the first column.
    pub(crate) fn starts_line(&self, span: Span) -> bool {
        let before = self.text.get(..span.range().start).unwrap_or("");
        before.is_empty() || before.ends_with(is_line_end)
    }

    /// The end of the file, without the line end in front of it: where QEMU's frontend has it.
    fn end(&self) -> Span {
        let text = self.text.strip_suffix('\n').unwrap_or(self.text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        self.span(text.len()..text.len())
    }

    /// What a span covers.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn is_lenient(&self) -> bool {
        self.strictness == Strictness::Lenient
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn line_length(&self, text: &str) -> usize {
        // One character is found several at a time.
        let end = if self.has_cr {
            text.find(is_line_end)
        } else {
            text.find('\n')
        };
        end.unwrap_or(text.len())
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_space).len();
    }

    /// A string, of which the opening quote is read. Its end is the next quote, an escaped one
    /// too: the only escape is `\\`, unless the rules are lenient.
    fn string(&mut self, errors: &mut Vec<Diagnostic>) -> Token {
        let start = self.at;
        // Nearly all strings are as plain as they look.
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'\\');
        let length = self.rest().bytes().position(|byte| !is_plain(byte));
        if let Some((plain, rest)) = self.rest().split_at_checked(length.unwrap_or(0))
            && rest.starts_with('\'')
        {
            self.at += plain.len() + 1;
            return Token::String(plain.into());
        }
        let opening = self.span(start - 1..start);
        // One is enough: the others are there for the same reason.
        let mut flaw = None;
        let mut value = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((offset, char)) = chars.next() {
            let at = start + offset;
            match char {
                '\'' => {
                    self.at = at + 1;
                    errors.extend(flaw);
                    return Token::String(value.into());
                }
                '\n' | '\r' => break,
                '\\' => {
                    if self.is_lenient()
                        && let Some(escaped) = old_escape(&mut chars)
                    {
                        value.push(escaped);
                        continue;
                    }
                    match chars.next() {
                        Some((_, '\\')) => value.push('\\'),
                        Some((offset, escaped)) if !is_line_end(escaped) => {
                            let end = start + offset + escaped.len_utf8();
                            flaw.get_or_insert_with(|| {
                                Diagnostic::new(
                                    Code::InvalidEscape,
                                    self.span(at..end),
                                    format!("unknown escape \\{}", escaped.escape_debug()),
                                )
                                .with_help("the only escape is '\\\\', for one backslash")
                                .with_anchor(opening)
                            });
                        }
                        _ => break,
                    }
                }
                ' '..='~' => value.push(char),
                _ if self.is_lenient() => value.push(char),
                _ => {
                    flaw.get_or_insert_with(|| {
                        Diagnostic::new(
                            Code::InvalidCharacter,
                            self.span(at..at + char.len_utf8()),
                            format!("funny character in string: '{}'", char.escape_debug()),
                        )
                        .with_help("strings hold printable ASCII only")
                        .with_anchor(opening)
                    });
                }
            }
        }
        errors.extend(flaw);
        self.at = start + self.line_length(self.text.get(start..).unwrap_or(""));
        errors.push(Diagnostic::new(
            Code::UnterminatedString,
            self.span(start - 1..self.at),
            "missing terminating \"'\"",
        ));
        Token::Invalid
    }

    /// A literal, or anything that has no meaning.
    fn word(&mut self, start: usize, errors: &mut Vec<Diagnostic>) -> Token {
        let word = self.text.get(start..).unwrap_or("");
        let literals = [
            ("true", Some(Token::Bool(true))),
            ("false", Some(Token::Bool(false))),
            ("null", self.is_lenient().then_some(Token::Null)),
        ];
        // What stands right behind one is a token of its own.
        for (literal, token) in literals {
            if let Some(token) = token.filter(|_| word.starts_with(literal)) {
                self.at = start + literal.len();
                return token;
            }
        }
        let length = word.find(ends_word).unwrap_or(word.len());
        let word = word.get(..length).unwrap_or("");
        self.at = start + length;
        let message = format!("stray '{}'", stray::printable(&short(word)));
        let mut error = Diagnostic::new(
            Code::StrayCharacter,
            self.span(start..start + length),
            message,
        );
        if self.text.get(..start).unwrap_or("").ends_with('\'') {
            let label = "a string ends here: is there a quote missing in front of it?";
            error = error.with_label(self.span(start - 1..start), label);
        } else if let Some(help) = stray::help(word) {
            error = error.with_help(help);
        }
        errors.push(error);
        Token::Invalid
    }
}

/// The character that an escape stands for which only QEMU before 4.2 had; takes what is behind
/// the backslash, or nothing.
fn old_escape(chars: &mut CharIndices<'_>) -> Option<char> {
    let mut ahead = chars.clone();
    let escaped = match ahead.next()?.1 {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        quoted @ ('/' | '\'' | '"') => quoted,
        'u' => {
            let digits = ahead.as_str().get(..4)?;
            let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let value = u8::from_str_radix(digits, 16).ok().filter(|_| is_number)?;
            ahead.nth(3);
            Some(char::from(value)).filter(|char| matches!(char, '\u{1}'..='\u{7f}'))?
        }
        _ => return None,
    };
    *chars = ahead;
    Some(escaped)
}

/// White space as Python's `str.isspace` has it.
pub(crate) fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&char)
}

fn is_line_end(char: char) -> bool {
    matches!(char, '\n' | '\r')
}

fn ends_word(char: char) -> bool {
    matches!(char, '[' | ']' | '{' | '}' | ':' | ',' | '\'' | '#') || is_space(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> (Vec<Token>, Vec<String>) {
        tokens_by(text, Strictness::Strict)
    }

    fn tokens_by(text: &str, strictness: Strictness) -> (Vec<Token>, Vec<String>) {
        let mut lexer = Lexer::new(FileId(0), text, strictness);
        let mut errors = Vec::new();
        let mut tokens = Vec::new();
        loop {
            match lexer.next(&mut errors) {
                (Token::End, _) => break,
                (token, _) => tokens.push(token),
            }
        }
        (
            tokens,
            errors.into_iter().map(|error| error.message).collect(),
        )
    }

    #[test]
    fn every_token_is_told_apart() {
        let text = "{ } [ ]:, 'a\\\\b' true false # comment\n## doc\n";
        let (tokens, errors) = tokens(text);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(
            tokens,
            [
                Token::OpenBrace,
                Token::CloseBrace,
                Token::OpenBracket,
                Token::CloseBracket,
                Token::Colon,
                Token::Comma,
                Token::String("a\\b".into()),
                Token::Bool(true),
                Token::Bool(false),
                Token::Doc,
            ]
        );
    }

    #[test]
    fn a_string_ends_on_its_line() {
        for text in ["'abc", "'abc\n'", "'abc\\", "'abc\\\n", "'abc\r"] {
            let (_, errors) = tokens(text);
            assert_eq!(errors[0], "missing terminating \"'\"", "{text:?}");
        }
    }

    #[test]
    fn a_bad_character_does_not_end_a_string() {
        let (tokens, errors) = tokens("'a\u{e9}b\\nc\0'");
        assert_eq!(tokens, [Token::String("abc".into())]);
        assert_eq!(errors.len(), 1, "{errors:?}");
    }

    #[test]
    fn the_lenient_rules_have_the_strings_of_qemu_4_1() {
        let text = r#"'\b\f\n\r\t\/\'\"\\\u0041' null 'é\u0009'"#;
        let (tokens, errors) = tokens_by(text, Strictness::Lenient);
        assert!(errors.is_empty(), "{errors:?}");
        let strings = ["\u{8}\u{c}\n\r\t/'\"\\A", "é\t"].map(|text| Token::String(text.into()));
        let [first, last] = strings;
        assert_eq!(tokens, [first, Token::Null, last]);

        for text in [r"'\u0000'", r"'\u0080'", r"'\u00+1'", r"'\u00'", r"'\x'"] {
            let (_, errors) = tokens_by(text, Strictness::Lenient);
            assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        }
    }

    #[test]
    fn a_stray_word_is_reported_printable_and_not_at_any_length() {
        assert_eq!(tokens("nul\0l,").1, ["stray 'nul\\0l'"]);
        assert_eq!(tokens("\u{feff}{").1, ["stray '\\u{feff}'"]);
        let message = format!("stray '{}...'", "\\0".repeat(60));
        assert_eq!(tokens(&"\0".repeat(1 << 20)).1, [message]);
    }
}
