//! The sections of a documentation block.
//!
//! QEMU's frontend of today ends a description at the first line that is not indented, and wants
//! sections in a certain order. That of 4.1 let a description go on, however indented, up to an
//! empty line that is followed by a line without indentation. The lenient rules are its rules.

use std::collections::HashMap;

use super::draft::{self, Draft};
use super::{Line, invalid};
use crate::diagnostic::Diagnostic;
use crate::doc::SectionKind;
use crate::load::Strictness;
use crate::source::{Span, Spanned};

/// The lines of a block by section.
pub(super) struct Split<'a> {
    /// The definition that the block is of.
    pub(super) symbol: Option<Spanned<String>>,
    pub(super) sections: Vec<Draft<'a>>,
}

/// Splits the lines of a block, which stops at `end`, into sections.
pub(super) fn parse<'a>(
    lines: &'a [Line<'a>],
    end: Span,
    strictness: Strictness,
) -> Result<Split<'a>, Box<Diagnostic>> {
    let mut parser = Parser {
        lines,
        at: 0,
        lenient: strictness == Strictness::Lenient,
        end,
        sections: Vec::new(),
        seen: HashMap::new(),
    };
    let symbol = parser.symbol()?;
    if symbol.is_some() {
        parser.definition()?;
    } else {
        parser.free_form()?;
    }
    Ok(Split {
        symbol,
        sections: parser.sections,
    })
}

struct Parser<'a> {
    lines: &'a [Line<'a>],
    /// The line to look at.
    at: usize,
    lenient: bool,
    /// Where the block stops.
    end: Span,
    sections: Vec<Draft<'a>>,
    /// The tagged sections so far.
    seen: HashMap<SectionKind, Span>,
}

impl<'a> Parser<'a> {
    fn line(&self) -> Option<&'a Line<'a>> {
        self.lines.get(self.at)
    }

    /// The name in the first line of a definition's block.
    fn symbol(&mut self) -> Result<Option<Spanned<String>>, Box<Diagnostic>> {
        let Some(line) = self.line() else {
            return Ok(None);
        };
        let Some(name) = line.text.strip_prefix('@') else {
            return Ok(None);
        };
        let Some(name) = name.strip_suffix(':') else {
            return Err(invalid(line.span, "line should end with ':'").into());
        };
        if name.is_empty() {
            return Err(invalid(line.span, "name required after '@'").into());
        }
        self.at += 1;
        let start = line.span.start + 1;
        let span = Span {
            start,
            end: start + name.len() as u32,
            ..line.span
        };
        Ok(Some(Spanned {
            value: name.to_owned(),
            span,
        }))
    }

    fn free_form(&mut self) -> Result<(), Box<Diagnostic>> {
        while let Some(line) = self.line() {
            if let Some((name, _)) = self.at_name(line)
                && !self.lenient
            {
                let message = format!("'@{name}:' not allowed in free-form documentation");
                return Err(invalid(line.span, message).into());
            }
            self.plain(line);
        }
        Ok(())
    }

    fn definition(&mut self) -> Result<(), Box<Diagnostic>> {
        let mut had_features = false;
        let mut no_more_members = false;
        while let Some(line) = self.line() {
            if line.text.is_empty() {
                self.blank();
            } else if line.text == "Features:" {
                if had_features && !self.lenient {
                    return Err(invalid(line.span, "duplicated 'Features:' line").into());
                }
                had_features = true;
                no_more_members = true;
                self.features()?;
            } else if let Some((name, _)) = self.at_name(line) {
                if no_more_members && !self.lenient {
                    let message = format!("description of '@{name}:' follows a section");
                    return Err(invalid(line.span, message).into());
                }
                no_more_members = true;
                while self.described(SectionKind::Member)? {}
            } else if let Some((kind, text)) = self.tagged(line)? {
                no_more_members = true;
                self.begin(kind, line, text)?;
            } else {
                self.paragraph(line);
            }
        }
        Ok(())
    }

    fn features(&mut self) -> Result<(), Box<Diagnostic>> {
        self.at += 1;
        while self.line().is_some_and(|line| line.text.is_empty()) {
            self.at += 1;
        }
        let mut any = false;
        while self.described(SectionKind::Feature)? {
            any = true;
        }
        if any || self.lenient {
            return Ok(());
        }
        let place = self.line().map_or(self.end, |line| line.span);
        Err(invalid(place, "feature descriptions expected").into())
    }

    /// Takes one `@NAME:` description, if there is one here.
    fn described(&mut self, kind: fn(String) -> SectionKind) -> Result<bool, Box<Diagnostic>> {
        let Some(line) = self.line() else {
            return Ok(false);
        };
        let Some((name, text)) = self.at_name(line) else {
            return Ok(false);
        };
        if name.is_empty() && !self.lenient {
            return Err(invalid(line.span, "invalid parameter name").into());
        }
        self.begin(kind(name.to_owned()), line, text)?;
        Ok(true)
    }

    /// The tag that the line starts with, and the text behind it.
    fn tagged(&self, line: &Line<'a>) -> Result<Option<(SectionKind, &'a str)>, Box<Diagnostic>> {
        let Some((tag, text)) = split_tag(line.text) else {
            return Ok(None);
        };
        let kind = match tag {
            "Returns" => SectionKind::Returns,
            "Errors" => SectionKind::Errors,
            "Since" => SectionKind::Since,
            "TODO" => SectionKind::Todo,
            "Note" | "Notes" | "Example" | "Examples" if !self.lenient => {
                let message = format!("the '{tag}' section is no longer supported");
                let help = match tag {
                    "Note" | "Notes" => "use reST's '.. note::' or another admonition",
                    _ => "use '.. qmp-example::' or other suitable markup",
                };
                return Err(invalid(line.span, message).with_help(help).into());
            }
            _ => return Ok(None),
        };
        Ok(Some((kind, text)))
    }

    /// Takes a section other than a plain one.
    fn begin(
        &mut self,
        kind: SectionKind,
        line: &Line<'a>,
        text: &'a str,
    ) -> Result<(), Box<Diagnostic>> {
        let first = self.seen.insert(kind.clone(), line.span);
        if let Some(first) = first
            && kind != SectionKind::Todo
            && !self.lenient
        {
            let message = match &kind {
                SectionKind::Member(name) | SectionKind::Feature(name) => {
                    format!("'{name}' parameter name duplicated")
                }
                _ => format!("duplicated '{}' section", draft::tag(&kind)),
            };
            return Err(invalid(line.span, message)
                .with_label(first, "first one here")
                .into());
        }
        self.sections.push(Draft::new(kind, line, Some(text)));
        self.at += 1;
        while let Some(line) = self.line()
            && line.text.is_empty()
        {
            self.take(line);
        }
        if self.lenient {
            self.indented_old();
            Ok(())
        } else {
            self.indented()
        }
    }

    /// Takes the lines that belong to the section just begun.
    fn indented(&mut self) -> Result<(), Box<Diagnostic>> {
        let Some(line) = self.line() else {
            return Ok(());
        };
        let indent = line.indentation();
        if indent == 0 {
            return Ok(());
        }
        self.take(line);
        let mut is_second = true;
        while let Some(line) = self.line() {
            if self.at_name(line).is_some() {
                break;
            }
            if !line.text.is_empty() && line.indentation() < indent {
                if !is_second {
                    break;
                }
                let message = format!("unexpected de-indent (expected at least {indent} spaces)");
                return Err(invalid(line.span, message).into());
            }
            self.take(line);
            is_second = false;
        }
        Ok(())
    }

    /// The same, by the rules of 4.1.
    fn indented_old(&mut self) {
        let before = self.at.checked_sub(1).and_then(|at| self.lines.get(at));
        let mut after_blank = before.is_some_and(|line| line.text.is_empty());
        while let Some(line) = self.line() {
            let is_flush = !line.text.is_empty() && line.indentation() == 0;
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
        if self
            .last()
            .is_none_or(|last| last.kind != SectionKind::Plain)
        {
            self.sections
                .push(Draft::new(SectionKind::Plain, line, None));
        }
        self.take(line);
    }

    /// Takes an empty line; it matters where it separates paragraphs of plain text.
    fn blank(&mut self) {
        if let Some(line) = self.line()
            && let Some(last) = self.sections.last_mut()
            && last.kind == SectionKind::Plain
        {
            last.extend(line);
        }
        self.at += 1;
    }

    /// Takes a line into the section at the end.
    fn take(&mut self, line: &'a Line<'a>) {
        if let Some(last) = self.sections.last_mut() {
            last.extend(line);
        }
        self.at += 1;
    }

    fn last(&self) -> Option<&Draft<'a>> {
        self.sections.last()
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
        self.at_name(line).is_some()
            || line.text == "Features:"
            || matches!(self.tagged(line), Ok(Some(_)))
    }
}

/// What stands in front of the first colon, and behind it. `::` is reST markup.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let (tag, text) = text.split_once(':')?;
    (!text.starts_with(':')).then_some((tag, text.trim_start_matches(' ')))
}
