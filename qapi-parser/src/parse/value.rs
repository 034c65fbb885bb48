//! Values: strings, booleans, arrays and objects.
//!
//! The arrays and objects that are not closed yet are in a list, not on the machine's stack.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::{MAX_NESTING, Parser, Reported};
use crate::diagnostic::{Code, Diagnostic, short};
use crate::lex::Token;
use crate::small_map::FEW;
use crate::source::{Span, Spanned};
use crate::syntax::{Object, Value, ValueKind};

/// An array or an object whose end is not read yet.
enum Open {
    Array(Span, Vec<Value>),
    Object(Span, Members),
}

/// The members of an object so far, and the key of the one that is being read.
struct Members {
    object: Object,
    key: Spanned<SmolStr>,
    /// The keys by name, of an object that has many of them.
    index: HashMap<SmolStr, Span>,
}

impl Parser<'_> {
    pub(super) fn value(&mut self) -> Result<Value, Reported> {
        let mut open = Vec::new();
        loop {
            let Some(mut value) = self.start(&mut open)? else {
                continue;
            };
            // A value may be the last one in what it stands in.
            loop {
                let Some(mut around) = open.pop() else {
                    return Ok(value);
                };
                self.add(&mut around, value);
                let end = self.span;
                if self.closes(&around)? {
                    value = around.close(end);
                } else {
                    if let Open::Object(start, members) = &mut around {
                        members.key = self.key("string", *start)?;
                    }
                    open.push(around);
                    break;
                }
            }
        }
    }

    /// Reads a value that is in one piece, or opens an array or an object that has something
    /// in it.
    fn start(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, Reported> {
        let span = self.span;
        let kind = match std::mem::replace(&mut self.token, Token::Invalid) {
            Token::String(value) => ValueKind::String(value),
            Token::Bool(value) => ValueKind::Bool(value),
            Token::Null => ValueKind::Null,
            Token::OpenBrace => return self.start_object(open),
            Token::OpenBracket => return self.start_array(open),
            other => {
                self.token = other;
                let around = open.last().map(Open::start);
                return Err(self.unexpected("'{', '[', string, or boolean", around));
            }
        };
        self.advance();
        Ok(Some(Value { kind, span }))
    }

    fn start_object(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, Reported> {
        let start = self.nest(open)?;
        if self.token == Token::CloseBrace {
            let kind = ValueKind::Object(Object::new());
            return Ok(Some(self.empty(kind, start)));
        }
        let key = self.key("string or '}'", start)?;
        let members = Members {
            object: Object::new(),
            key,
            index: HashMap::new(),
        };
        open.push(Open::Object(start, members));
        Ok(None)
    }

    fn start_array(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, Reported> {
        let start = self.nest(open)?;
        match self.token {
            Token::CloseBracket => {
                let kind = ValueKind::Array(Vec::new());
                Ok(Some(self.empty(kind, start)))
            }
            Token::OpenBrace
            | Token::OpenBracket
            | Token::String(_)
            | Token::Bool(_)
            | Token::Null => {
                open.push(Open::Array(start, Vec::new()));
                Ok(None)
            }
            _ => Err(self.unexpected("'{', '[', ']', string, or boolean", Some(start))),
        }
    }

    /// Takes an opening brace, unless there are too many of them.
    fn nest(&mut self, open: &[Open]) -> Result<Span, Reported> {
        let start = self.span;
        if open.len() >= MAX_NESTING {
            let message = format!("nested more than {MAX_NESTING} levels deep");
            return Err(self.push(Diagnostic::new(Code::TooDeep, start, message)));
        }
        self.advance();
        Ok(start)
    }

    /// Takes a closing brace right behind the opening one at `start`.
    fn empty(&mut self, kind: ValueKind, start: Span) -> Value {
        let span = Span {
            end: self.span.end,
            ..start
        };
        self.advance();
        Value { kind, span }
    }

    /// Takes a key of the object that `start` opens, and the colon behind it.
    fn key(&mut self, expected: &str, start: Span) -> Result<Spanned<SmolStr>, Reported> {
        let span = self.span;
        let value = match std::mem::replace(&mut self.token, Token::Invalid) {
            Token::String(value) => value,
            other => {
                self.token = other;
                return Err(self.unexpected(expected, Some(start)));
            }
        };
        self.advance();
        if self.token != Token::Colon {
            return Err(self.unexpected("':'", Some(start)));
        }
        self.advance();
        Ok(Spanned { value, span })
    }

    /// Adds a value to what it stands in.
    fn add(&mut self, around: &mut Open, value: Value) {
        let members = match around {
            Open::Array(_, values) => return values.push(value),
            Open::Object(_, members) => members,
        };
        let span = members.key.span;
        let key = std::mem::take(&mut members.key.value);
        if let Some(first) = members.find(&key) {
            let message = format!("duplicate key '{}'", short(&key));
            let error = Diagnostic::new(Code::DuplicateKey, span, message)
                .with_label(first, "first used here")
                .with_anchor(value.span);
            self.errors.push(error);
        } else {
            members.object.push((Spanned { value: key, span }, value));
        }
    }

    /// Takes the comma behind a value, or what closes the array or object around it.
    fn closes(&mut self, around: &Open) -> Result<bool, Reported> {
        let (start, closing, expected) = match around {
            Open::Array(start, _) => (*start, Token::CloseBracket, "',' or ']'"),
            Open::Object(start, _) => (*start, Token::CloseBrace, "',' or '}'"),
        };
        let closes = self.token == closing;
        if !closes && self.token != Token::Comma {
            return Err(self.unclosed(expected, start));
        }
        self.advance();
        Ok(closes)
    }

    /// Reports the token, inside of what `around` opens.
    fn unexpected(&mut self, expected: &str, around: Option<Span>) -> Reported {
        match (self.unexpected_token(expected), around) {
            (None, _) => Reported,
            (Some(error), Some(start)) if self.token == Token::End => {
                self.push(error.with_label(start, "opened here"))
            }
            (Some(error), Some(_)) => self.push(error),
            (Some(error), None) => self.push(match self.token {
                Token::Comma => error.with_help("nothing separates definitions"),
                Token::CloseBrace | Token::CloseBracket => {
                    error.with_help("nothing is open that it could close")
                }
                _ => error,
            }),
        }
    }

    /// The same where what was opened at `start` is not closed.
    fn unclosed(&mut self, expected: &str, start: Span) -> Reported {
        match self.unexpected_token(expected) {
            None => Reported,
            // The comma in front of it is missing, or the colon.
            Some(error) if matches!(self.token, Token::String(_) | Token::Bool(_)) => {
                self.push(error)
            }
            Some(error) => self.push(error.with_label(start, "opened here")),
        }
    }

    /// What is wrong with the token, unless that was reported already.
    fn unexpected_token(&self, expected: &str) -> Option<Diagnostic> {
        let found = match &self.token {
            Token::Invalid => return None,
            Token::End => "the end of the file".to_owned(),
            Token::Doc => "a documentation block".to_owned(),
            Token::OpenBrace => "'{'".to_owned(),
            Token::CloseBrace => "'}'".to_owned(),
            Token::OpenBracket => "'['".to_owned(),
            Token::CloseBracket => "']'".to_owned(),
            Token::Colon => "':'".to_owned(),
            Token::Comma => "','".to_owned(),
            Token::String(value) => format!("string '{}'", short(value)),
            Token::Bool(value) => value.to_string(),
            Token::Null => "null".to_owned(),
        };
        let message = format!("expected {expected}, found {found}");
        let error = Diagnostic::new(Code::UnexpectedToken, self.span, message);
        let is_closing = matches!(self.token, Token::CloseBrace | Token::CloseBracket);
        Some(if is_closing && self.behind_comma {
            error.with_help("there is no comma behind the last one")
        } else {
            error
        })
    }

    fn push(&mut self, error: Diagnostic) -> Reported {
        self.errors.push(error);
        Reported
    }
}

impl Members {
    /// Where a key stands, when it is there already.
    fn find(&mut self, name: &str) -> Option<Span> {
        if self.object.len() <= FEW {
            let mut keys = self.object.iter().map(|(key, _)| key);
            return keys.find(|key| key.value == name).map(|key| key.span);
        }
        let indexed = self.index.len();
        let new = self.object.iter().skip(indexed);
        self.index
            .extend(new.map(|(key, _)| (key.value.clone(), key.span)));
        self.index.get(name).copied()
    }
}

impl Open {
    /// Where it is opened.
    fn start(&self) -> Span {
        match self {
            Open::Array(start, _) | Open::Object(start, _) => *start,
        }
    }

    /// The value that ends with the closing brace at `end`.
    fn close(self, end: Span) -> Value {
        let (start, kind) = match self {
            Open::Array(start, values) => (start, ValueKind::Array(values)),
            Open::Object(start, members) => (start, ValueKind::Object(members.object)),
        };
        let span = Span {
            end: end.end,
            ..start
        };
        Value { kind, span }
    }
}
