//! A section whose lines are being gathered.

use super::Line;
use crate::doc::{Section, SectionKind};
use crate::source::Span;

pub(super) struct Draft<'a> {
    pub(super) kind: SectionKind,
    /// From its first line to its last one with text.
    pub(super) span: Span,
    /// What stands behind the tag, in its line.
    first: Option<&'a str>,
    lines: Vec<&'a str>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(kind: SectionKind, line: &Line<'a>, first: Option<&'a str>) -> Self {
        Draft {
            kind,
            span: line.span,
            first,
            lines: Vec::new(),
        }
    }

    pub(super) fn extend(&mut self, line: &Line<'a>) {
        self.lines.push(line.text);
        if !line.text.is_empty() {
            self.span.end = line.span.end;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        let lines = self.first.iter().chain(&self.lines);
        lines.into_iter().all(|line| line.is_empty())
    }

    /// The section without common indentation and without empty lines around it; plain text
    /// only where there is some.
    pub(super) fn finish(self) -> Option<Section> {
        if self.kind == SectionKind::Plain && self.is_empty() {
            return None;
        }
        let filled = self.lines.iter().filter(|line| !line.is_empty());
        let indents = filled.map(|line| line.len() - line.trim_start().len());
        let indent = indents.min().unwrap_or(0);
        let mut text = self.first.unwrap_or("").to_owned();
        for line in &self.lines {
            text.push('\n');
            text.push_str(line.get(indent..).unwrap_or(line.trim_start()));
        }
        Some(Section {
            kind: self.kind,
            text: text.trim_matches('\n').to_owned(),
            span: self.span,
        })
    }
}
