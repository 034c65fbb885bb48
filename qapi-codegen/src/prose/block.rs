//! The blocks of a text: paragraphs, lists, headings, examples, tables.

use super::Links;
use super::directive::{self, Directive};
use super::inline;
use super::line::{self, Line};
use super::writer::Writer;

/// Lists and directives inside each other beyond this depth are read as part of the innermost.
const MAX_DEPTH: usize = 6;

/// The depth of the headings that one character underlines.
const UNDERLINES: [(char, usize); 3] = [('=', 2), ('-', 3), ('~', 4)];

/// The depth of headings that another one underlines.
const OTHER_UNDERLINE: usize = 5;

/// Markdown has no deeper headings.
const DEEPEST_HEADING: usize = 6;

pub(super) struct Blocks<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// The next line to look at.
    pub(super) next: usize,
    /// What is open around that line, outermost first.
    containers: Vec<Container>,
    paragraph: Option<Paragraph<'a>>,
    /// The words in bold that the next block starts with, with their punctuation.
    lead: Option<String>,
    /// After a paragraph that ended in `::`: lines with more indentation are an example.
    example_below: Option<usize>,
    pub(super) out: Writer,
    links: &'a dyn Links,
}

/// Ends at a line whose indentation is not larger than its own.
struct Container {
    indent: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Item { is_ordered: bool },
    DirectiveBody,
}

struct Paragraph<'a> {
    indent: usize,
    lead: Option<String>,
    /// The term, when the paragraph defines one.
    term: Option<&'a str>,
    lines: Vec<&'a str>,
}

impl Container {
    fn is_item(&self) -> bool {
        matches!(self.kind, Kind::Item { .. })
    }
}

impl Paragraph<'_> {
    /// A single line may turn out to be a heading, or a term that the next line defines.
    fn may_be_special(&self) -> bool {
        self.lines.len() == 1 && self.lead.is_none() && self.term.is_none()
    }
}

pub(super) fn convert<'a>(lines: Vec<Line<'a>>, links: &'a dyn Links) -> String {
    let mut blocks = Blocks {
        lines,
        next: 0,
        containers: Vec::new(),
        paragraph: None,
        lead: None,
        example_below: None,
        out: Writer::default(),
        links,
    };
    while let Some(line) = blocks.take_line() {
        if line.is_blank() {
            blocks.end_paragraph();
            blocks.out.gap();
        } else if !blocks.continues_paragraph(line) {
            blocks.end_paragraph();
            blocks.begin(line);
        }
    }
    blocks.end_paragraph();
    blocks.write_lead();
    blocks.out.finish()
}

impl<'a> Blocks<'a> {
    fn take_line(&mut self) -> Option<Line<'a>> {
        let line = self.peek()?;
        self.next += 1;
        Some(line)
    }

    pub(super) fn peek(&self) -> Option<Line<'a>> {
        self.lines.get(self.next).copied()
    }

    /// Takes the line into the open paragraph, unless there is none or the line starts another
    /// block.
    fn continues_paragraph(&mut self, line: Line<'a>) -> bool {
        let Some(mut paragraph) = self.paragraph.take() else {
            return false;
        };
        let is_underlined = line::rule(line.text).filter(|_| paragraph.may_be_special());
        if let (Some(char), [title]) = (is_underlined, &*paragraph.lines) {
            let level = UNDERLINES.iter().find(|(underline, _)| *underline == char);
            self.write_heading(level.map_or(OTHER_UNDERLINE, |(_, level)| *level), title);
            return true;
        }
        if self.interrupts(&paragraph, line) {
            self.paragraph = Some(paragraph);
            return false;
        }
        if paragraph.may_be_special()
            && line.indent > paragraph.indent
            && !self.innermost().is_some_and(Container::is_item)
        {
            paragraph.term = paragraph.lines.pop();
        }
        paragraph.lines.push(line.text);
        self.paragraph = Some(paragraph);
        true
    }

    /// Does the line start a block of its own, though no empty line is before it?
    ///
    /// reStructuredText wants one in most cases, but older schemas do without, and some newer
    /// ones. A line that could be a list item just because the text was wrapped there is none.
    fn interrupts(&self, paragraph: &Paragraph<'a>, line: Line<'a>) -> bool {
        let before = paragraph.lines.last().copied().unwrap_or("");
        let left = self
            .innermost()
            .filter(|innermost| line.indent <= innermost.indent);
        let leaves_item = left.is_some_and(Container::is_item);
        left.is_some_and(|left| !left.is_item())
            || line::is_wire(line.text)
            || matches!(directive::parse(line.text), Some(Directive::Named { .. }))
            || line::lead(line.text).is_some() && (before.ends_with(['.', ':']) || leaves_item)
            || line::marker(line.text).is_some_and(|marker| {
                before.ends_with(':')
                    || self.has_sibling(line, marker.is_ordered)
                    || !marker.is_ordered
                        && (before.ends_with(['.', ',', ';']) || line.indent > paragraph.indent)
            })
    }

    /// Does a list item of the same kind start in the same column, around the line or below it?
    fn has_sibling(&self, line: Line<'_>, is_ordered: bool) -> bool {
        let is_below = self.peek().is_some_and(|next| {
            let marker = line::marker(next.text);
            next.indent == line.indent && marker.is_some_and(|next| next.is_ordered == is_ordered)
        });
        let kind = Kind::Item { is_ordered };
        let mut around = self.containers.iter();
        is_below || around.any(|outer| outer.kind == kind && outer.indent == line.indent)
    }

    fn innermost(&self) -> Option<&Container> {
        self.containers.last()
    }

    /// Begins the block that the line starts.
    fn begin(&mut self, mut line: Line<'a>) {
        if let Some(indent) = self.example_below.take()
            && line.indent > indent
        {
            self.next -= 1;
            self.verbatim_below(indent);
            return;
        }
        // A line can start several: an item that is a note, say. Each round takes some of it.
        loop {
            let before = self.close_containers(line.indent);
            let has_room = self.containers.len() < MAX_DEPTH;
            if let Some(marker) = line::marker(line.text).filter(|_| has_room) {
                self.write_lead();
                let kind = Kind::Item {
                    is_ordered: marker.is_ordered,
                };
                // Markdown does not let a number other than 1 interrupt a paragraph.
                if before != Some(kind) && (marker.is_ordered || !self.out.is_in_item()) {
                    self.out.begin_block();
                }
                self.out.open_item(marker.markdown);
                self.open(line.indent, kind);
                line.indent += marker.width;
                line.text = marker.rest;
            } else if let Some(directive) = directive::parse(line.text) {
                match self.directive(directive, line) {
                    Some(argument) => line = argument,
                    None => return,
                }
            } else if let Some((word, rest)) = line::lead(line.text) {
                self.open_lead(format!("{word}:"));
                if rest.is_empty() {
                    return;
                }
                line.indent += line.text.len() - rest.len();
                line.text = rest;
            } else {
                break;
            }
        }
        self.begin_plain(line);
    }

    /// Begins a block that is neither a list item nor a directive.
    fn begin_plain(&mut self, line: Line<'a>) {
        if line::is_wire(line.text) || line.text.starts_with('{') {
            self.wire(line);
        } else if line::opens_table(line.text) {
            self.verbatim_while(line, |line| !line.is_blank());
        } else if line::barred(line.text).is_some() {
            self.barred_lines(line);
        } else if let Some((level, title)) = line::old_heading(line.text) {
            self.write_heading(level, title);
        } else if let Some(title) = self.overlined(line.text) {
            self.next += 2;
            self.write_heading(1, title);
        } else {
            self.paragraph = Some(Paragraph {
                indent: line.indent,
                lead: self.lead.take(),
                term: None,
                lines: vec![line.text],
            });
        }
    }

    pub(super) fn open_body(&mut self, indent: usize) {
        if self.containers.len() < MAX_DEPTH {
            self.open(indent, Kind::DirectiveBody);
        }
    }

    fn open(&mut self, indent: usize, kind: Kind) {
        self.containers.push(Container { indent, kind });
    }

    /// Closes what a line of such indentation ends; gives the kind of the last thing closed, if
    /// that starts in the same column.
    fn close_containers(&mut self, indent: usize) -> Option<Kind> {
        let mut before = None;
        while let Some(closed) = self.containers.pop_if(|inner| inner.indent >= indent) {
            self.write_lead();
            if closed.is_item() {
                self.out.close_item();
            }
            before = (closed.indent == indent).then_some(closed.kind);
        }
        before
    }

    pub(super) fn open_lead(&mut self, lead: String) {
        self.write_lead();
        self.lead = Some(lead);
    }

    /// Writes the lead that no paragraph took.
    pub(super) fn write_lead(&mut self) {
        if let Some(lead) = self.lead.take() {
            self.out.begin_block();
            self.out.line(&self.bold(&lead));
            self.out.gap();
        }
    }

    fn end_paragraph(&mut self) {
        let Some(mut paragraph) = self.paragraph.take() else {
            return;
        };
        let mut text = paragraph.lines.join("\n");
        if let Some(shortened) = text.strip_suffix("::") {
            self.example_below = Some(paragraph.indent);
            let stands_alone = shortened.is_empty() || shortened.ends_with(char::is_whitespace);
            let colon = if stands_alone { "" } else { ":" };
            text = format!("{}{colon}", shortened.trim_end());
        }
        if let Some((word, "")) = line::lead(&text) {
            text.clear();
            self.lead = paragraph.lead.take();
            self.open_lead(format!("{word}:"));
        }
        if text.is_empty() && paragraph.term.is_none() {
            self.lead = self.lead.take().or(paragraph.lead);
            return;
        }
        self.write_paragraph(&paragraph, &text);
    }

    fn write_paragraph(&mut self, paragraph: &Paragraph<'_>, text: &str) {
        let mut markdown = String::new();
        if let Some(lead) = &paragraph.lead {
            markdown.push_str(&self.bold(lead));
            markdown.push(' ');
        }
        if let Some(term) = paragraph.term {
            markdown.push_str(&inline::to_markdown(term, self.links));
            // A line break, where the definition follows.
            markdown.push_str(if text.is_empty() { "" } else { "\\\n" });
        }
        markdown.push_str(&inline::to_markdown(text, self.links));
        self.out.begin_block();
        self.out.lines(&markdown);
    }

    fn write_heading(&mut self, level: usize, title: &str) {
        self.write_lead();
        let title = inline::to_markdown(title, self.links);
        self.out.begin_block();
        let level = "#".repeat(level.min(DEEPEST_HEADING));
        self.out.line(&format!("{level} {title}"));
        self.out.gap();
    }

    fn bold(&self, lead: &str) -> String {
        format!("**{}**", inline::to_markdown(lead, self.links))
    }

    /// The title, where `text` is a rule above it and the same rule follows below.
    fn overlined(&self, text: &str) -> Option<&'a str> {
        let rule = line::rule(text)?;
        let title = self.peek()?.text;
        let below = self.lines.get(self.next + 1)?.text;
        let is_title = !title.is_empty() && line::rule(title).is_none();
        (is_title && line::rule(below) == Some(rule)).then_some(title)
    }
}
