//! The form of diagnostics for people.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Location};
use crate::source::{FileId, Source, Sources, Span};

pub(super) fn render(list: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in list {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&renderer.render(&[group(diagnostic, sources)]));
        out.push('\n');
    }
    out
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let title = Level::ERROR
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let mut group = match &diagnostic.location {
        Location::File(path) => title.element(Origin::path(path.display().to_string())),
        Location::Span(span) => {
            let mut group = Group::with_title(title);
            for (file, places) in by_file(*span, &diagnostic.labels) {
                group = group.element(excerpt(sources.get(file), &places));
            }
            group
        }
    };
    if let Some(context) = &diagnostic.context {
        group = group.element(Level::NOTE.message(format!("in {context}")));
    }
    if let Some(span) = diagnostic.span() {
        for include in sources.include_chain(span.file) {
            let source = sources.get(include.file);
            let line = source.position(include.start).line;
            let path = source.path().display();
            group = group.element(Level::NOTE.message(format!("included from {path}:{line}")));
        }
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// A place to show: the primary one has no label.
type Place<'a> = (Range<usize>, Option<&'a str>);

/// The places of a diagnostic by file, the primary one's file first.
fn by_file(primary: Span, labels: &[(Span, String)]) -> Vec<(FileId, Vec<Place<'_>>)> {
    let mut files = vec![(primary.file, vec![(primary.range(), None)])];
    for (span, label) in labels {
        let place = (span.range(), Some(label.as_str()));
        match files.iter_mut().find(|(file, _)| *file == span.file) {
            Some((_, places)) => places.push(place),
            None => files.push((span.file, vec![place])),
        }
    }
    files
}

/// The lines from the first place to the last, so that the cost does not hang on the file's size.
fn excerpt<'a>(source: &'a Source, places: &[Place<'a>]) -> Snippet<'a, Annotation<'a>> {
    let first = places.iter().map(|(range, _)| range.start).min();
    let last = places.iter().map(|(range, _)| range.end).max();
    let lines = source.lines_around(first.unwrap_or(0)..last.unwrap_or(0));
    let line = source.position(lines.start as u32).line;
    let text = source.text().get(lines.clone()).unwrap_or("");
    Snippet::source(text)
        .path(source.path().display().to_string())
        .line_start(line as usize)
        .annotations(places.iter().map(|(range, label)| {
            let kind = match label {
                None => AnnotationKind::Primary,
                Some(_) => AnnotationKind::Context,
            };
            let start = range.start - lines.start;
            let end = range.end - lines.start;
            kind.span(start..end).label(*label)
        }))
}
