//! The form of diagnostics for programs: a JSON object a line.

use std::io::{self, Write};

use qapi_parser::diagnostic::{Diagnostic, Diagnostics};
use qapi_parser::source::{Sources, Span};
use serde::Serialize;

/// A diagnostic. `qapi check --help` says what the members mean.
#[derive(Serialize)]
struct Message<'a> {
    code: &'a str,
    message: &'a str,
    context: Option<&'a str>,
    #[serde(flatten)]
    place: Option<Place>,
    spans: Vec<LabelledSpan<'a>>,
    help: Option<&'a str>,
}

/// The place of a diagnostic, as in the short format.
#[derive(Serialize)]
struct Place {
    path: String,
    line: u32,
    column: u32,
}

/// Some text of a file.
#[derive(Serialize)]
struct LabelledSpan<'a> {
    path: String,
    line_start: u32,
    column_start: u32,
    line_end: u32,
    column_end: u32,
    byte_start: u32,
    byte_end: u32,
    is_primary: bool,
    label: Option<&'a str>,
}

/// Writes the diagnostics, a line each.
pub(super) fn write(out: &mut impl Write, diagnostics: &Diagnostics) -> io::Result<()> {
    for diagnostic in diagnostics {
        let line = serde_json::to_string(&message(diagnostic, diagnostics.sources()))?;
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn message<'a>(diagnostic: &'a Diagnostic, sources: &Sources) -> Message<'a> {
    let primary = diagnostic.span().map(|span| (span, None));
    let labels = diagnostic.labels.iter();
    let labels = labels.map(|(span, label)| (*span, Some(label.as_str())));
    let spans = primary.into_iter().chain(labels);
    Message {
        code: diagnostic.code.as_str(),
        message: &diagnostic.message,
        context: diagnostic.context.as_deref(),
        place: diagnostic.place().and_then(|span| place(span, sources)),
        spans: spans
            .filter_map(|(span, label)| labelled(span, label, sources))
            .collect(),
        help: diagnostic.help.as_deref(),
    }
}

fn place(span: Span, sources: &Sources) -> Option<Place> {
    let source = sources.find(span.file)?;
    let position = source.position(span.start);
    Some(Place {
        path: source.path().display().to_string(),
        line: position.line,
        column: position.column,
    })
}

fn labelled<'a>(span: Span, label: Option<&'a str>, sources: &Sources) -> Option<LabelledSpan<'a>> {
    let source = sources.find(span.file)?;
    let (start, end) = (source.position(span.start), source.position(span.end));
    Some(LabelledSpan {
        path: source.path().display().to_string(),
        line_start: start.line,
        column_start: start.column,
        line_end: end.line,
        column_end: end.column,
        byte_start: span.start,
        byte_end: span.end,
        is_primary: label.is_none(),
        label,
    })
}
