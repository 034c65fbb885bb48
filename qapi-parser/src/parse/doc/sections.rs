//! The sections of a documentation block.
//!
//! QEMU's frontend of today ends a description at the first line that is not indented, and wants
//! sections in a certain order. That of 4.1 let a description go on, however indented, up to an
//! empty line that is followed by a line without indentation. The lenient rules are its rules.

use std::mem::{Discriminant, discriminant};

use smol_str::SmolStr;

use super::tags::{OLD_TAGS, kind, split_tag};
use super::{Errors, Line, invalid};
use crate::diagnostic::Diagnostic;
use crate::doc::{Section, SectionKind, indentation};
use crate::load::Strictness;
use crate::small_map::SmallMap;
use crate::source::{Span, Spanned};

/// The lines of a block by section.
pub(super) struct Split {
    /// The definition that the block is of.
    pub(super) symbol: Option<Spanned<SmolStr>>,
    /// Whether it is, or was meant to be, the block of a definition.
    pub(super) is_of_definition: bool,
    /// Without plain ones that are empty.
    pub(super) sections: Vec<Section>,
}

/// Splits the lines of a block, which stops at `end`, into sections.
pub(super) fn parse<'a>(
    lines: &'a [Line<'a>],
    end: Span,
    strictness: Strictness,
    errors: &mut Errors,
) -> Split {
    let mut parser = Parser {
        lines,
        at: 0,
        lenient: strictness == Strictness::Lenient,
        end,
        sections: Vec::new(),
        text: Vec::new(),
        seen: SmallMap::default(),
        errors,
    };
    let is_of_definition = lines.first().is_some_and(|line| line.text.starts_with('@'));
    let symbol = if is_of_definition {
        let symbol = parser.symbol();
        parser.definition();
        symbol
    } else {
        parser.free_form();
        None
    };
    parser.finish_section();
    let sections = parser.sections;
    Split {
        symbol,
        is_of_definition,
        sections,
    }
}

struct Parser<'a, 'e> {
    lines: &'a [Line<'a>],
    /// The line to look at.
    at: usize,
    lenient: bool,
    /// Where the block stops.
    end: Span,
    sections: Vec<Section>,
    /// The lines of the section at the end.
    text: Vec<&'a str>,
    /// The first section of each kind and name.
    seen: SmallMap<(Discriminant<SectionKind>, &'a str), Span>,
    errors: &'e mut Errors,
}

impl<'a> Parser<'a, '_> {
    fn line(&self) -> Option<&'a Line<'a>> {
        self.lines.get(self.at)
    }

    /// The name in the first line of a definition's block.
    fn symbol(&mut self) -> Option<Spanned<SmolStr>> {
        let line = self.line()?;
        let name = line.text.strip_prefix('@')?;
        let name = match name.strip_suffix(':') {
            Some("") => Err("name required after '@'"),
            Some(name) => Ok(name),
            None => Err("line should end with ':'"),
        };
        let symbol = match name {
            Ok(name) => Some(Spanned {
                value: name.into(),
                span: line.place(1..1 + name.len()),
            }),
            Err(message) => {
                self.report_here(invalid(line.place(..), message));
                None
            }
        };
        self.at += 1;
        symbol
    }

    fn free_form(&mut self) {
        let mut reported = self.lenient;
        while let Some(line) = self.line() {
            if let Some((name, _)) = self.at_name(line)
                && !reported
            {
                // The others are wrong for the same reason.
                reported = true;
                let message = format!("'@{name}:' not allowed in free-form documentation");
                let error = invalid(line.place(..), message);
                self.report_here(
                    error.with_help(
                        "the documentation of a definition starts with a line '# @NAME:'",
                    ),
                );
            }
            self.plain(line);
        }
    }

    fn definition(&mut self) {
        let mut features = None;
        let mut no_more_members = false;
        while let Some(line) = self.line() {
            if line.text.is_empty() {
                self.blank();
            } else if line.text == "Features:" {
                no_more_members = true;
                if let Some(first) = features
                    && !self.lenient
                {
                    let error = invalid(line.place(..), "duplicated 'Features:' line");
                    self.report_here(error.with_label(first, "first one here"));
                    self.features();
                } else if self.features() {
                    features = Some(line.place(..));
                } else if !self.lenient {
                    let place = self.line().map_or(self.end, |line| line.place(..));
                    self.report_here(invalid(place, "feature descriptions expected"));
                }
            } else if let Some((name, _)) = self.at_name(line) {
                if no_more_members && !self.lenient {
                    self.report_here(self.late_description(line, name));
                }
                no_more_members = true;
                while self.described(SectionKind::Member) {}
            } else if let Some((kind, text)) = self.tagged(line) {
                no_more_members = true;
                self.begin(kind, "", line, text);
            } else {
                self.paragraph(line);
            }
        }
    }

    /// The error about a description of `name` behind a section. That may be a part of a
    /// description which does not look like one.
    fn late_description(&self, line: &Line<'_>, name: &str) -> Diagnostic {
        let message = format!("description of '@{name}:' follows a section");
        let error = invalid(line.place(..), message);
        let plain = self.sections.last().zip(self.text.first());
        let Some((section, text)) = plain.filter(|(it, _)| it.kind == SectionKind::Plain) else {
            return error.with_help("descriptions come in front of all sections, and all together");
        };
        let first = Span {
            end: section.span.start + text.len() as u32,
            ..section.span
        };
        let help = if text.starts_with('@') {
            "a description starts with the name and a colon: '@NAME:'"
        } else {
            "descriptions come in front of all text; where one goes on, its lines are indented"
        };
        error.with_label(first, "this is a section").with_help(help)
    }

    /// Takes the descriptions of features, and says whether there are any.
    fn features(&mut self) -> bool {
        self.at += 1;
        while self.line().is_some_and(|line| line.text.is_empty()) {
            self.at += 1;
        }
        let mut any = false;
        while self.described(SectionKind::Feature) {
            any = true;
        }
        any
    }

    /// Takes one `@NAME:` description, if there is one here.
    fn described(&mut self, kind: fn(SmolStr) -> SectionKind) -> bool {
        let Some(line) = self.line() else {
            return false;
        };
        let Some((name, text)) = self.at_name(line) else {
            return false;
        };
        if name.is_empty() && !self.lenient {
            self.report_here(invalid(line.place(..), "invalid parameter name"));
        }
        self.begin(kind(name.into()), name, line, text);
        true
    }

    /// The tag that the line starts with, and the text behind it.
    fn tagged(&mut self, line: &Line<'a>) -> Option<(SectionKind, &'a str)> {
        let (tag, text) = split_tag(line.text)?;
        if let Some(kind) = kind(tag) {
            return Some((kind, text));
        }
        if OLD_TAGS.contains(&tag) && !self.lenient {
            let message = format!("the '{tag}' section is no longer supported");
            let help = match tag {
                "Note" | "Notes" => "use reST's '.. note::' or another admonition",
                _ => "use '.. qmp-example::' or other suitable markup",
            };
            self.report_here(invalid(line.place(..), message).with_help(help));
        }
        None
    }

    /// Takes a section other than a plain one.
    fn begin(&mut self, kind: SectionKind, name: &'a str, line: &Line<'a>, text: &'a str) {
        let place = line.place(..);
        let key = (discriminant(&kind), name);
        if let Some(first) = self.seen.get(&key)
            && kind != SectionKind::Todo
            && !self.lenient
        {
            let first = *first;
            let message = match &kind {
                SectionKind::Member(name) | SectionKind::Feature(name) => {
                    format!("'{name}' parameter name duplicated")
                }
                kind => format!("duplicated '{}' section", kind.tag()),
            };
            self.report_here(invalid(place, message).with_label(first, "first one here"));
        }
        self.seen.add(key, place);
        self.begin_section(kind, place);
        self.text.push(text);
        self.at += 1;
        while let Some(line) = self.line()
            && line.text.is_empty()
        {
            self.take(line);
        }
        if self.lenient {
            self.indented_old();
        } else {
            self.indented();
        }
    }

    /// Takes the lines that belong to the section just begun.
    fn indented(&mut self) {
        let Some(line) = self.line() else { return };
        let indent = indentation(line.text);
        if indent == 0 {
            return;
        }
        self.take(line);
        let mut is_second = true;
        while let Some(line) = self.line() {
            if self.at_name(line).is_some() {
                break;
            }
            if !line.text.is_empty() && indentation(line.text) < indent {
                if !is_second {
                    break;
                }
                let message = format!("unexpected de-indent (expected at least {indent} spaces)");
                self.report_here(invalid(line.place(..), message));
                self.until_blank();
            } else {
                self.take(line);
            }
            is_second = false;
        }
    }

    /// Takes the lines up to the next empty one, wherever they belong.
    fn until_blank(&mut self) {
        while let Some(line) = self.line()
            && !line.text.is_empty()
            && self.at_name(line).is_none()
        {
            self.take(line);
        }
    }

    /// Takes the lines that belong to the section just begun, by the rules of 4.1.
    fn indented_old(&mut self) {
        let before = self.at.checked_sub(1).and_then(|at| self.lines.get(at));
        let mut after_blank = before.is_some_and(|line| line.text.is_empty());
        while let Some(line) = self.line() {
            let is_flush = !line.text.is_empty() && indentation(line.text) == 0;
            if is_flush && (after_blank || self.starts_section(line)) {
                break;
            }
            after_blank = line.text.is_empty();
            self.take(line);
        }
    }

    /// Takes the lines up to the next empty one as plain text, `line` being the first.
    fn paragraph(&mut self, line: &'a Line<'a>) {
        self.plain(line);
        while let Some(line) = self.line()
            && !line.text.is_empty()
            && !(self.lenient && self.starts_section(line))
        {
            self.plain(line);
        }
    }

    /// Takes a line of plain text into the plain section at the end, or begins one.
    fn plain(&mut self, line: &'a Line<'a>) {
        let last = self.sections.last();
        if last.is_none_or(|last| last.kind != SectionKind::Plain) {
            self.begin_section(SectionKind::Plain, line.place(..));
        }
        self.take(line);
    }

    /// Takes an empty line; it matters where it separates paragraphs of plain text.
    fn blank(&mut self) {
        if let Some(last) = self.sections.last()
            && last.kind == SectionKind::Plain
            && self.text.last().is_some_and(|line| !line.is_empty())
        {
            self.text.push("");
        }
        self.at += 1;
    }

    /// Takes a line into the section at the end.
    fn take(&mut self, line: &'a Line<'a>) {
        if let Some(last) = self.sections.last_mut() {
            self.text.push(line.text);
            if !line.text.is_empty() {
                last.span.end = line.place(..).end;
            }
        }
        self.at += 1;
    }

    fn begin_section(&mut self, kind: SectionKind, span: Span) {
        self.finish_section();
        self.sections.push(Section {
            kind,
            raw: String::new(),
            span,
        });
    }

    /// Gives the section at the end its text, without empty lines around it.
    fn finish_section(&mut self) {
        let Some(last) = self.sections.last_mut() else {
            return;
        };
        let is_filled = |line: &&str| !line.is_empty();
        if let Some(first) = self.text.iter().position(is_filled) {
            let end = self.text.iter().rposition(is_filled);
            let text = self.text.get(first..=end.unwrap_or(first));
            last.raw = text.unwrap_or_default().join("\n");
        } else if last.kind == SectionKind::Plain {
            self.sections.pop();
        }
        self.text.clear();
    }

    /// The name in `@NAME:` at the start of a line, and what stands behind it.
    fn at_name(&self, line: &Line<'a>) -> Option<(&'a str, &'a str)> {
        let (name, text) = line.text.strip_prefix('@')?.split_once(':')?;
        // By the rules of 4.1, `@foo is obsolete: use @bar` describes no member.
        let is_name = !self.lenient || !name.contains(char::is_whitespace);
        is_name.then_some((name, text.trim_start_matches(' ')))
    }

    /// Whether a line starts a section by the rules of 4.1.
    fn starts_section(&self, line: &Line<'a>) -> bool {
        let tag = split_tag(line.text).map(|(tag, _)| tag);
        self.at_name(line).is_some()
            || line.text == "Features:"
            || tag.is_some_and(|tag| kind(tag).is_some() || OLD_TAGS.contains(&tag))
    }

    /// Reports what is wrong with the line to look at.
    fn report_here(&mut self, error: Diagnostic) {
        let line = self.line().map_or(self.end, |line| line.span);
        self.errors.push(self.at, line, error);
    }
}
