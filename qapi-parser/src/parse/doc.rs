//! Documentation blocks: from comment lines to sections.

mod draft;
mod sections;

use crate::diagnostic::{Code, Diagnostic};
use crate::doc::Doc;
use crate::lex::{Lexer, is_space};
use crate::load::Strictness;
use crate::source::Span;

/// One line of a block, without its comment mark.
struct Line<'a> {
    text: &'a str,
    /// Where the text stands.
    span: Span,
}

impl Line<'_> {
    /// The bytes of white space that it starts with.
    fn indentation(&self) -> usize {
        self.text.len() - self.text.trim_start_matches(is_space).len()
    }
}

/// Parses the block that the line at `opening` opens, and reads all of it whatever is wrong.
pub(super) fn block(
    lexer: &mut Lexer<'_>,
    opening: Span,
    strictness: Strictness,
) -> Result<Doc, Box<Diagnostic>> {
    let mut failure = None;
    if lexer.text(opening) != "##" {
        let message = "junk after '##' at start of documentation comment";
        failure = Some(invalid(opening, message));
    }
    let mut lines = Vec::new();
    let end = loop {
        let Some((comment, span)) = lexer.comment() else {
            let end = lexer.next_char();
            let error = invalid(end, "documentation comment must end with '##'")
                .with_label(opening, "the comment starts here");
            failure = failure.or(Some(error));
            break end;
        };
        if comment.starts_with("##") {
            if comment != "##" {
                let message = "junk after '##' at end of documentation comment";
                failure = failure.or(Some(invalid(span, message)));
            }
            break span;
        }
        match line(comment, span) {
            Some(line) => lines.push(line),
            None => failure = failure.or(Some(invalid(span, "missing space after #"))),
        }
    };
    let parsed = sections::parse(&lines, end, strictness);
    match (parsed, failure) {
        (Ok(split), None) => Ok(Doc {
            span: Span {
                end: end.end,
                ..opening
            },
            symbol: split.symbol,
            sections: draft::finish(split.sections, strictness)?,
        }),
        (Ok(_), Some(failure)) => Err(failure.into()),
        (Err(error), Some(failure)) if failure.span() <= error.span() => Err(failure.into()),
        (Err(error), _) => Err(error),
    }
}

/// The text of a comment line; `None` where the `#` is not followed by a space.
fn line(comment: &str, span: Span) -> Option<Line<'_>> {
    let text = comment.strip_prefix('#')?;
    if text.is_empty() {
        return Some(Line { text, span });
    }
    let text = text.strip_prefix(' ')?.trim_end_matches(is_space);
    let start = span.start + "# ".len() as u32;
    let span = Span {
        start,
        end: start + text.len() as u32,
        ..span
    };
    Some(Line { text, span })
}

fn invalid(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::InvalidDoc, span, message)
}
