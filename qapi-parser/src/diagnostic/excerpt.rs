//! What is shown of a file: the lines around some places, at a cost that hangs on the number of
//! places alone, whatever the size of the file and of its lines.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Snippet};

use crate::source::{Source, Span};

/// How many lines there may be between two places for one excerpt to show both; also how many
/// lines of a place are shown.
const MAX_GAP: usize = 20;

/// The length in bytes above which a line is cut.
const MAX_LINE: usize = 400;

/// How many bytes of a line that is cut are shown on either side of each end of a place.
const MARGIN: usize = 60;

/// What stands for the rest of a line.
const CUT: &str = "...";

/// A place to show: the primary one has no label.
pub(super) struct Place<'a> {
    range: Range<usize>,
    label: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// What a span covers of the text: a span that somebody made up may lead out of it, or into
    /// the midst of a character. Of many lines, only the first ones are shown.
    pub(super) fn new(source: &Source, span: Span, label: Option<&'a str>) -> Self {
        let text = source.text();
        let start = floor(text, span.range().start);
        let end = ceil(text, span.range().end).max(start);
        let last = source.line(source.line_index(start) + MAX_GAP);
        let last = last.map_or(text.len(), |last| last.end);
        Place {
            range: start..end.min(last),
            label,
        }
    }
}

/// Lines of a file with some places in them.
pub(super) struct Excerpt<'a> {
    pub(super) snippet: Snippet<'a, Annotation<'a>>,
    /// What the renderer cannot know where lines are cut.
    pub(super) header: Option<Header>,
}

/// The path and the line in front of an excerpt, `a.json:4:`, and the column behind them.
pub(super) struct Header {
    line: String,
    column: u32,
}

impl Header {
    /// Puts the column in the place of the one that the renderer found in the line as cut.
    pub(super) fn correct(&self, rendered: &mut String) {
        let Some(at) = rendered.find(&self.line) else {
            return;
        };
        let start = at + self.line.len();
        let found = rendered.get(start..).unwrap_or("");
        let digits = found.len() - found.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rendered.replace_range(start..start + digits, &self.column.to_string());
    }
}

/// An excerpt for each group of places that are near each other, the first place's group first.
pub(super) fn excerpts<'a>(source: &'a Source, places: Vec<Place<'a>>) -> Vec<Excerpt<'a>> {
    let first = places.first().map(|place| place.range.clone());
    let mut sorted = places;
    sorted.sort_by_key(|place| (place.range.start, place.range.end));
    let mut groups: Vec<(usize, Vec<Place<'a>>)> = Vec::new();
    for place in sorted {
        let from = source.line_index(place.range.start);
        let to = source.line_index(place.range.end);
        match groups.last_mut() {
            Some((last, group)) if from <= *last + MAX_GAP => {
                *last = to.max(*last);
                group.push(place);
            }
            _ => groups.push((to, vec![place])),
        }
    }
    let has_first = |group: &[Place<'_>]| {
        group
            .iter()
            .any(|place| Some(&place.range) == first.as_ref())
    };
    groups.sort_by_key(|(_, group)| !has_first(group));
    groups
        .into_iter()
        .map(|(_, group)| excerpt(source, &group))
        .collect()
}

fn excerpt<'a>(source: &'a Source, places: &[Place<'a>]) -> Excerpt<'a> {
    let start = places.iter().map(|place| place.range.start).min();
    let end = places.iter().map(|place| place.range.end).max();
    let first = source.line_index(start.unwrap_or(0));
    let last = source.line_index(end.unwrap_or(0));
    let mut text = Text::default();
    for line in (first..=last).filter_map(|line| source.line(line)) {
        text.add_line(source.text(), line, places);
    }
    let annotations: Vec<Annotation<'a>> = places
        .iter()
        .map(|place| {
            let kind = match place.label {
                None => AnnotationKind::Primary,
                Some(_) => AnnotationKind::Context,
            };
            let range = text.place(place.range.start)..text.place(place.range.end);
            kind.span(range).label(place.label)
        })
        .collect();
    let path = source.path().display().to_string();
    let header = text.is_cut.then(|| {
        let primary = places.iter().find(|place| place.label.is_none());
        let shown = primary.or(places.first());
        let position = source.position(shown.map_or(0, |place| place.range.start as u32));
        Header {
            line: format!("{path}:{}:", position.line),
            column: position.column,
        }
    });
    let snippet = Snippet::source(text.text).path(path).line_start(first + 1);
    Excerpt {
        snippet: snippet.annotations(annotations),
        header,
    }
}

/// The text of an excerpt.
#[derive(Default)]
struct Text {
    text: String,
    /// The parts of the file that are in it, each with its place in the text.
    parts: Vec<(Range<usize>, usize)>,
    is_cut: bool,
}

impl Text {
    fn add_line(&mut self, file: &str, line: Range<usize>, places: &[Place<'_>]) {
        if line.len() <= MAX_LINE {
            return self.add(file, line);
        }
        self.is_cut = true;
        let mut shown = line.start..line.start;
        for window in windows(file, &line, places) {
            if window.start <= shown.end {
                shown.end = shown.end.max(window.end);
                continue;
            }
            self.add_between(file, &line, shown);
            shown = window;
        }
        let is_whole = shown.end == line.end;
        self.add_between(file, &line, shown);
        if !is_whole {
            self.text.push_str(CUT);
            self.text.push('\n');
        }
    }

    /// Adds a part of a line behind what is left out in front of it.
    fn add_between(&mut self, file: &str, line: &Range<usize>, part: Range<usize>) {
        if part.is_empty() {
            return;
        }
        if part.start > line.start {
            self.text.push_str(CUT);
        }
        self.add(file, part);
    }

    fn add(&mut self, file: &str, part: Range<usize>) {
        self.parts.push((part.clone(), self.text.len()));
        self.text.push_str(file.get(part).unwrap_or(""));
    }

    /// Where the text has what stands at an offset of the file.
    fn place(&self, offset: usize) -> usize {
        let behind = self.parts.partition_point(|(part, _)| part.start <= offset);
        let part = behind
            .checked_sub(1)
            .and_then(|index| self.parts.get(index));
        part.map_or(0, |(part, at)| at + offset.min(part.end) - part.start)
    }
}

/// The parts of a line around the ends of places, in order.
fn windows(file: &str, line: &Range<usize>, places: &[Place<'_>]) -> Vec<Range<usize>> {
    let ends = places
        .iter()
        .flat_map(|place| [place.range.start, place.range.end]);
    let mut ends: Vec<usize> = ends
        .filter(|end| (line.start..=line.end).contains(end))
        .collect();
    ends.sort_unstable();
    let window = |end: usize| {
        let start = floor(file, end.saturating_sub(MARGIN));
        let end = ceil(file, end + MARGIN);
        start.max(line.start)..end.min(line.end)
    };
    ends.into_iter().map(window).collect()
}

/// The start of the character that an offset is in; the end for an offset behind it.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The end of the character that an offset is in; the end for an offset behind it.
fn ceil(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset += 1;
    }
    offset
}
