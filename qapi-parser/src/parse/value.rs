//! Values: strings, booleans, arrays and objects.

use std::collections::HashMap;

use super::{MAX_NESTING, Parser, Reported};
use crate::diagnostic::{Code, Diagnostic};
use crate::lex::Token;
use crate::source::{Span, Spanned};
use crate::syntax::{Object, Value, ValueKind};

impl Parser<'_> {
    /// A value, which may hold `depth` levels of arrays and objects.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value, Reported> {
        let start = self.span;
        let (kind, end) = match std::mem::replace(&mut self.token, Token::Invalid) {
            Token::String(value) => {
                self.advance();
                return Ok(Value {
                    kind: ValueKind::String(value),
                    span: start,
                });
            }
            Token::Bool(value) => {
                self.advance();
                return Ok(Value {
                    kind: ValueKind::Bool(value),
                    span: start,
                });
            }
            opening @ (Token::OpenBrace | Token::OpenBracket) => {
                let Some(depth) = depth.checked_sub(1) else {
                    let message = format!("nested more than {MAX_NESTING} levels deep");
                    return Err(self.report(Code::TooDeep, start, &message));
                };
                self.advance();
                if opening == Token::OpenBrace {
                    self.object(depth)?
                } else {
                    self.array(depth)?
                }
            }
            other => {
                self.token = other;
                return Err(self.unexpected("'{', '[', string, or boolean"));
            }
        };
        let span = Span {
            end: end.end,
            ..start
        };
        Ok(Value { kind, span })
    }

    /// An object, of which the `{` is read. Gives the span of the `}` too.
    fn object(&mut self, depth: usize) -> Result<(ValueKind, Span), Reported> {
        let mut object = Object::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        if self.token == Token::CloseBrace {
            let end = self.span;
            self.advance();
            return Ok((ValueKind::Object(object), end));
        }
        let mut expected = "string or '}'";
        loop {
            let key = self.key(expected)?;
            if self.token != Token::Colon {
                return Err(self.unexpected("':'"));
            }
            self.advance();
            let value = self.value(depth)?;
            match seen.insert(key.value.clone(), key.span) {
                None => object.push((key, value)),
                Some(first) => {
                    let message = format!("duplicate key '{}'", key.value);
                    let error = Diagnostic::new(Code::DuplicateKey, key.span, message)
                        .with_label(first, "first used here");
                    self.errors.push(error);
                    seen.insert(key.value, first);
                }
            }
            let end = self.span;
            match self.token {
                Token::CloseBrace => {
                    self.advance();
                    return Ok((ValueKind::Object(object), end));
                }
                Token::Comma => self.advance(),
                _ => return Err(self.unexpected("',' or '}'")),
            }
            expected = "string";
        }
    }

    fn key(&mut self, expected: &str) -> Result<Spanned<String>, Reported> {
        let span = self.span;
        match std::mem::replace(&mut self.token, Token::Invalid) {
            Token::String(value) => {
                self.advance();
                Ok(Spanned { value, span })
            }
            other => {
                self.token = other;
                Err(self.unexpected(expected))
            }
        }
    }

    /// An array, of which the `[` is read. Gives the span of the `]` too.
    fn array(&mut self, depth: usize) -> Result<(ValueKind, Span), Reported> {
        let mut array = Vec::new();
        let mut end = self.span;
        match self.token {
            Token::CloseBracket => {
                self.advance();
                return Ok((ValueKind::Array(array), end));
            }
            Token::OpenBrace | Token::OpenBracket | Token::String(_) | Token::Bool(_) => {}
            _ => return Err(self.unexpected("'{', '[', ']', string, or boolean")),
        }
        loop {
            array.push(self.value(depth)?);
            end = self.span;
            match self.token {
                Token::CloseBracket => {
                    self.advance();
                    return Ok((ValueKind::Array(array), end));
                }
                Token::Comma => self.advance(),
                _ => return Err(self.unexpected("',' or ']'")),
            }
        }
    }

    fn unexpected(&mut self, expected: &str) -> Reported {
        match self.token {
            // Its own report says what is wrong.
            Token::Invalid => Reported,
            Token::End => {
                let message = format!("expected {expected}, found the end of the file");
                self.report(Code::UnexpectedToken, self.span, &message)
            }
            _ => {
                let message = format!("expected {expected}");
                self.report(Code::UnexpectedToken, self.span, &message)
            }
        }
    }
}
