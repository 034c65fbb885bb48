//! One file's text to its items.
//!
//! The parser never stops at an error: it reports the error and goes on at the next top-level
//! expression, which it takes to be the next `{` or documentation block in the first column.

mod doc;
mod value;

use crate::diagnostic::{Code, Diagnostic};
use crate::doc::Doc;
use crate::lex::{Lexer, Token};
use crate::load::Strictness;
use crate::missing::Missing;
use crate::source::{FileId, Sources, Span, Spanned};
use crate::syntax::{File, Include, Item, Object, ValueKind};
use doc::Block;

/// How deeply arrays and objects may be nested. QEMU's frontend gives up a little earlier, where
/// Python does; its own schemas need less than ten levels.
pub const MAX_NESTING: usize = 512;

/// Parses a file; appends what is wrong with it to `errors`.
pub(crate) fn parse(
    sources: &Sources,
    file: FileId,
    strictness: Strictness,
    missing: &mut Missing,
    errors: &mut Vec<Diagnostic>,
) -> File {
    let mut lexer = Lexer::new(file, sources.get(file).text(), strictness);
    let (token, span) = lexer.next(errors);
    let mut parser = Parser {
        lexer,
        token,
        span,
        behind_comma: false,
        strictness,
        missing,
        errors,
        items: Vec::new(),
        doc: None,
    };
    parser.file();
    File {
        file,
        items: parser.items,
    }
}

/// An error that is in the list already.
struct Reported;

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token to look at, and where it stands.
    token: Token,
    span: Span,
    /// Whether the token in front of it is a comma.
    behind_comma: bool,
    strictness: Strictness,
    /// What was not understood.
    missing: &'a mut Missing,
    errors: &'a mut Vec<Diagnostic>,
    items: Vec<Item>,
    /// The block that waits for its definition.
    doc: Option<Block>,
}

impl Parser<'_> {
    fn file(&mut self) {
        while self.token != Token::End {
            let start = self.span;
            let result = match self.token {
                Token::Doc => {
                    self.documentation();
                    Ok(())
                }
                Token::OpenBrace | Token::String(_) => self.expression(),
                // That is no part of an expression: one may still follow the documentation.
                _ => self.expression().or(Ok(())),
            };
            if result.is_err() {
                self.missing.add_expression(self.lexer.at(start));
                // What was wrong may well be why the definition was not seen.
                self.doc.take_if(|block| block.is_of_definition);
                self.release_doc();
            }
        }
        self.release_doc();
    }

    fn documentation(&mut self) {
        self.release_doc();
        let opening = self.span;
        let block = doc::read(&mut self.lexer, opening, self.strictness, self.errors);
        let reported = self.errors.len();
        self.advance();
        // QEMU's frontend looks at the next token before it says that the block is not whole.
        if !block.is_closed {
            if self.errors.len() == reported {
                self.errors.push(doc::unclosed(opening, self.span));
            }
        } else if self.strictness == Strictness::Strict {
            doc::require_text(&block.doc, self.errors);
        }
        self.doc = Some(block);
    }

    fn expression(&mut self) -> Result<(), Reported> {
        let reported = self.errors.len();
        let Ok(value) = self.value() else {
            self.recover();
            return Err(Reported);
        };
        let ValueKind::Object(object) = value.kind else {
            let message = "top-level expression must be an object";
            self.report(Code::UnexpectedToken, value.span, value.span, message);
            self.recover();
            return Err(Reported);
        };
        if self.errors.len() > reported {
            // Parts of it are missing: what is found in the rest would be misleading.
            return Err(Reported);
        }
        let expr = Spanned {
            value: object,
            span: value.span,
        };
        let item = if has_key(&expr.value, "include") {
            self.release_doc();
            self.include(expr)?
        } else if has_key(&expr.value, "pragma") {
            self.release_doc();
            self.pragma(expr)?
        } else {
            let doc = self.definition_doc();
            Item::Definition { expr, doc }
        };
        self.items.push(item);
        Ok(())
    }

    fn include(&mut self, expr: Spanned<Object>) -> Result<Item, Reported> {
        let Spanned { value, span } = self.directive("include", expr)?;
        match value.kind {
            ValueKind::String(path) => Ok(Item::Include(Include {
                path: Spanned {
                    value: path,
                    span: value.span,
                },
                span,
            })),
            _ => Err(self.report(
                Code::InvalidDirective,
                span,
                value.span,
                "value of 'include' must be a string",
            )),
        }
    }

    fn pragma(&mut self, expr: Spanned<Object>) -> Result<Item, Reported> {
        let Spanned { value, span } = self.directive("pragma", expr)?;
        match value.kind {
            ValueKind::Object(object) => Ok(Item::Pragma(Spanned {
                value: object,
                span,
            })),
            _ => Err(self.report(
                Code::InvalidDirective,
                span,
                value.span,
                "value of 'pragma' must be an object",
            )),
        }
    }

    /// The value of a directive, with the span of the whole expression.
    fn directive(
        &mut self,
        name: &str,
        expr: Spanned<Object>,
    ) -> Result<Spanned<crate::syntax::Value>, Reported> {
        let span = expr.span;
        let stranger = expr.value.iter().find(|(key, _)| key.value != name);
        if let Some((key, _)) = stranger {
            let message = format!("invalid '{name}' directive: it cannot have '{}'", key.value);
            return Err(self.report(Code::InvalidDirective, span, key.span, &message));
        }
        match expr.value.into_iter().next() {
            Some((_, value)) => Ok(Spanned { value, span }),
            None => Err(self.report(
                Code::InvalidDirective,
                span,
                span,
                &format!("invalid '{name}' directive"),
            )),
        }
    }

    /// Lets go of a block that no definition follows; reports one that names a definition.
    fn release_doc(&mut self) {
        let Some(block) = self.doc.take() else { return };
        let doc = block.doc;
        if !block.is_of_definition {
            self.items.push(Item::Comment(doc));
        } else if let Some(symbol) = doc.symbol
            && block.is_closed
        {
            let message = format!(
                "documentation for '{}' is not followed by the definition",
                symbol.value
            );
            self.report(Code::MisplacedDoc, doc.span, symbol.span, &message);
        }
    }

    /// The block in front of a definition. One that is free-form is reported.
    fn definition_doc(&mut self) -> Option<Doc> {
        let block = self.doc.take()?;
        // One that does not end is likely to be the end of one that does not start.
        if !block.is_of_definition && block.is_closed {
            let opening = Span {
                end: block.doc.span.start + 2,
                ..block.doc.span
            };
            let message = "definition documentation required";
            let help = "free-form documentation cannot stand in front of a definition";
            let error = Diagnostic::new(Code::MisplacedDoc, opening, message);
            self.errors.push(error.with_help(help));
        }
        Some(block.doc)
    }

    /// Skips to where the next top-level expression seems to start.
    fn recover(&mut self) {
        let reported = self.errors.len();
        loop {
            match self.token {
                Token::End => break,
                Token::OpenBrace | Token::Doc if self.lexer.starts_line(self.span) => break,
                _ => self.advance(),
            }
        }
        // What stands in the skipped text is likely to be wrong for the same reason.
        self.errors.truncate(reported);
    }

    fn advance(&mut self) {
        self.behind_comma = self.token == Token::Comma;
        (self.token, self.span) = self.lexer.next(self.errors);
    }

    /// Reports what is wrong at `span` of the expression or documentation block `whole`.
    fn report(&mut self, code: Code, whole: Span, span: Span, message: &str) -> Reported {
        let error = Diagnostic::new(code, span, message);
        self.errors.push(error.with_anchor(whole));
        Reported
    }
}

fn has_key(object: &Object, name: &str) -> bool {
    object.iter().any(|(key, _)| key.value == name)
}
