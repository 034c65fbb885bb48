//! A section whose lines are being gathered.

use super::{Line, invalid};
use crate::diagnostic::Diagnostic;
use crate::doc::{Section, SectionKind};
use crate::lex::is_space;
use crate::load::Strictness;
use crate::source::Span;

pub(super) struct Draft<'a> {
    pub(super) kind: SectionKind,
    /// From its first line to its last one with text.
    pub(super) span: Span,
    /// What stands behind the tag, in its line.
    first: Option<&'a str>,
    lines: Vec<&'a str>,
}

/// Finishes the sections of a block. Plain ones without text are nothing; others without text are
/// wrong by the strict rules.
pub(super) fn finish(
    drafts: Vec<Draft<'_>>,
    strictness: Strictness,
) -> Result<Vec<Section>, Box<Diagnostic>> {
    let mut sections = Vec::with_capacity(drafts.len());
    for draft in drafts {
        if !draft.is_empty() {
            sections.push(draft.finish());
        } else if draft.kind != SectionKind::Plain {
            if strictness == Strictness::Strict {
                let message = format!("text required after '{}:'", tag(&draft.kind));
                return Err(invalid(draft.span, message).into());
            }
            sections.push(draft.finish());
        }
    }
    Ok(sections)
}

/// How a section starts, without the colon.
pub(super) fn tag(kind: &SectionKind) -> String {
    match kind {
        SectionKind::Plain => String::new(),
        SectionKind::Member(name) | SectionKind::Feature(name) => format!("@{name}"),
        SectionKind::Returns => "Returns".to_owned(),
        SectionKind::Errors => "Errors".to_owned(),
        SectionKind::Since => "Since".to_owned(),
        SectionKind::Todo => "TODO".to_owned(),
    }
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

    fn is_empty(&self) -> bool {
        let lines = self.first.iter().chain(&self.lines);
        lines.into_iter().all(|line| line.is_empty())
    }

    /// The section without common indentation and without empty lines around it.
    fn finish(self) -> Section {
        let indent = |line: &str| line.len() - line.trim_start_matches(is_space).len();
        let filled = self.lines.iter().filter(|line| !line.is_empty());
        let common = filled.map(|line| indent(line)).min().unwrap_or(0);
        let mut text = self.first.unwrap_or("").to_owned();
        for line in &self.lines {
            text.push('\n');
            text.push_str(line.get(common..).unwrap_or(line.trim_start()));
        }
        Section {
            kind: self.kind,
            text: text.trim_matches('\n').to_owned(),
            span: self.span,
        }
    }
}
