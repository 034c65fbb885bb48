//! The form of diagnostics for people.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Group, Level, Origin, Renderer};

use super::excerpt::{Header, Place, excerpts};
use super::{Diagnostic, Location};
use crate::source::{FileId, Source, Sources, Span};

/// How many diagnostics are shown: nobody reads more of them.
const MAX_SHOWN: usize = 100;

/// How many places are shown of one diagnostic, besides the one it is about.
const MAX_LABELS: usize = 8;

/// How many of the inclusions are shown that led to a file.
const MAX_INCLUDES: usize = 8;

pub(super) fn render(list: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in list.iter().take(MAX_SHOWN) {
        if !out.is_empty() {
            out.push('\n');
        }
        let mut headers = Vec::new();
        let group = group(diagnostic, sources, &mut headers);
        let mut rendered = renderer.render(&[group]);
        for header in headers {
            header.correct(&mut rendered);
        }
        out.push_str(&rendered);
        out.push('\n');
    }
    match list.len().saturating_sub(MAX_SHOWN) {
        0 => {}
        1 => out.push_str("\nand 1 more error\n"),
        more => out.push_str(&format!("\nand {more} more errors\n")),
    }
    out
}

fn group<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    headers: &mut Vec<Header>,
) -> Group<'a> {
    let title = Level::ERROR
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.as_str());
    let mut group = match &diagnostic.location {
        Location::File(path) => title.element(Origin::path(path.display().to_string())),
        Location::Span(span) => {
            let mut group = Group::with_title(title);
            for (source, places) in by_file(*span, &diagnostic.labels, sources) {
                for excerpt in excerpts(source, places) {
                    group = group.element(excerpt.snippet);
                    headers.extend(excerpt.header);
                }
            }
            group
        }
    };
    let more = diagnostic.labels.len().saturating_sub(MAX_LABELS);
    if more > 0 {
        let places = if more == 1 { "place" } else { "places" };
        group = group.element(Level::NOTE.message(format!("and {more} more {places}")));
    }
    if let Some(context) = &diagnostic.context {
        group = group.element(Level::NOTE.message(format!("in {context}")));
    }
    let chain = diagnostic.span().into_iter();
    let mut chain = chain.flat_map(|span| sources.include_chain(span.file));
    for include in chain.by_ref().take(MAX_INCLUDES) {
        let Some(source) = sources.find(include.file) else {
            continue;
        };
        let line = source.position(include.start).line;
        let path = source.path().display();
        group = group.element(Level::NOTE.message(format!("included from {path}:{line}")));
    }
    let more = chain.count();
    if more > 0 {
        let note = format!("and so on, {more} more levels");
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// The places to show of a diagnostic by file, the primary one's file first. Files that are not
/// among `sources` have nothing to show.
fn by_file<'a>(
    primary: Span,
    labels: &'a [(Span, String)],
    sources: &'a Sources,
) -> Vec<(&'a Source, Vec<Place<'a>>)> {
    let labels = labels.iter().take(MAX_LABELS);
    let labels = labels.map(|(span, label)| (*span, Some(label.as_str())));
    let mut files: Vec<(FileId, &Source, Vec<Place<'_>>)> = Vec::new();
    for (span, label) in [(primary, None)].into_iter().chain(labels) {
        let Some(source) = sources.find(span.file) else {
            continue;
        };
        let place = Place::new(source, span, label);
        match files.iter_mut().find(|(file, _, _)| *file == span.file) {
            Some((_, _, places)) => places.push(place),
            None => files.push((span.file, source, vec![place])),
        }
    }
    let without_id = |(_, source, places)| (source, places);
    files.into_iter().map(without_id).collect()
}
