//! Documentation blocks: from comment lines to sections.
//!
//! What is wrong is reported in the order of the lines, and of one line first what is wrong with
//! how it is set: as QEMU's frontend comes across it.

mod sections;
mod style;
mod tags;

use std::ops::{Bound, RangeBounds};

use crate::diagnostic::{Code, Diagnostic};
use crate::doc::{Doc, SectionKind};
use crate::lex::{Lexer, is_space};
use crate::load::Strictness;
use crate::source::Span;
use style::{Flaw, Style};

/// A block that was read, however wrong it is.
pub(super) struct Block {
    pub(super) doc: Doc,
    /// Whether its first line is, or was meant to be, that of a definition's documentation.
    pub(super) is_of_definition: bool,
    /// Whether it ends with `##`.
    pub(super) is_closed: bool,
}

/// One line of a block.
struct Line<'a> {
    /// What stands behind the comment mark.
    text: &'a str,
    /// The length of the comment mark.
    mark: u32,
    /// The line, from its comment mark on.
    span: Span,
}

/// What is wrong, each with the number of its line.
#[derive(Default)]
struct Errors(Vec<(usize, Diagnostic)>);

impl Errors {
    /// Reports what is wrong with the line of that number, which starts with its comment mark at
    /// `line`: QEMU's frontend gives that as the place.
    fn push(&mut self, number: usize, line: Span, error: Diagnostic) {
        self.0.push((number, error.with_anchor(line)));
    }

    fn sorted(mut self) -> impl Iterator<Item = Diagnostic> {
        self.0.sort_by_key(|(number, _)| *number);
        self.0.into_iter().map(|(_, error)| error)
    }
}

/// Reads the block that the line at `opening` opens; appends what is wrong with its lines to
/// `errors`.
pub(super) fn read(
    lexer: &mut Lexer<'_>,
    opening: Span,
    strictness: Strictness,
    errors: &mut Vec<Diagnostic>,
) -> Block {
    if lexer.text(opening) != "##" {
        let message = "junk after '##' at start of documentation comment";
        errors.push(invalid(opening, message));
    }
    let mut found = Errors::default();
    let mut style = (strictness == Strictness::Strict).then(Style::default);
    let mut lines = Vec::with_capacity(32);
    let end = loop {
        let Some((comment, span)) = lexer.comment() else {
            break None;
        };
        let number = lines.len();
        if comment.starts_with("##") {
            if comment != "##" {
                let message = "junk after '##' at end of documentation comment";
                found.push(number, span, invalid(span, message));
            }
            break Some(span);
        }
        let (mark, text) = match comment.strip_prefix("# ") {
            Some(text) => (2, text),
            None => {
                if comment != "#" {
                    found.push(number, span, invalid(span, "missing space after #"));
                }
                (1, comment.get(1..).unwrap_or(""))
            }
        };
        let line = Line {
            text: text.trim_end_matches(is_space),
            mark,
            span,
        };
        for flaw in style.iter_mut().flat_map(|style| style.check(line.text)) {
            found.0.push((number, line.flaw(lexer, flaw)));
        }
        lines.push(line);
    };
    let place = end.unwrap_or_else(|| lexer.here());
    let split = sections::parse(&lines, place, strictness, &mut found);
    if end.is_none() {
        // That it does not end is the reason for what is missing at the end.
        found.0.retain(|(number, _)| *number < lines.len());
    }
    errors.extend(found.sorted());
    Block {
        doc: Doc {
            span: Span {
                end: place.end,
                ..opening
            },
            symbol: split.symbol,
            sections: split.sections,
        },
        is_of_definition: split.is_of_definition,
        is_closed: end.is_some(),
    }
}

/// Reports the sections of a block that lack text.
pub(super) fn require_text(doc: &Doc, errors: &mut Vec<Diagnostic>) {
    for section in &doc.sections {
        let needs_text = match &section.kind {
            SectionKind::Plain => false,
            // That the name is missing was reported.
            SectionKind::Member(name) | SectionKind::Feature(name) => !name.is_empty(),
            _ => true,
        };
        if needs_text && section.raw.is_empty() {
            let message = format!("text required after '{}:'", section.kind.tag());
            errors.push(invalid(section.span, message));
        }
    }
}

/// The error of a block, opened at `opening`, which goes on with something else than a comment.
pub(super) fn unclosed(opening: Span, next: Span) -> Diagnostic {
    invalid(next, "documentation comment must end with '##'")
        .with_label(opening, "the comment starts here")
}

impl Line<'_> {
    /// Where its text stands, or a part of that.
    fn place(&self, part: impl RangeBounds<usize>) -> Span {
        let start = self.span.start + self.mark;
        let offset = |bound: Bound<&usize>, default| match bound {
            Bound::Included(&offset) | Bound::Excluded(&offset) => start + offset as u32,
            Bound::Unbounded => start + default as u32,
        };
        Span {
            start: offset(part.start_bound(), 0),
            end: offset(part.end_bound(), self.text.len()),
            ..self.span
        }
    }

    fn flaw(&self, lexer: &Lexer<'_>, flaw: Flaw) -> Diagnostic {
        match flaw {
            Flaw::TooLong(excess) => {
                let message = "documentation line longer than 70 characters";
                Diagnostic::new(Code::DocStyle, self.place(excess), message)
                    .with_anchor(self.span)
                    .with_help("only an address alone in its line may be longer")
            }
            Flaw::SingleSpace(space) => {
                let message = "use two spaces between sentences";
                let error = Diagnostic::new(Code::DocStyle, self.place(space.clone()), message);
                // QEMU's frontend counts as if the comment mark stood in the first column.
                let text = self.text.get(..space.start).unwrap_or("");
                let column = self.mark as usize + text.chars().count();
                let error = error.with_anchor(lexer.in_line(self.span, column));
                error.with_help(
                    "'.', '!' or '?' ends a sentence where a space and a capital letter, a digit \
                     or '(' follow",
                )
            }
        }
    }
}

fn invalid(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::InvalidDoc, span, message)
}
