//! Lines that are taken as they are.

use super::block::Blocks;
use super::line::{self, Line};

impl<'a> Blocks<'a> {
    /// Takes the lines with more indentation than `indent` as they are.
    pub(super) fn verbatim_below(&mut self, indent: usize) {
        let start = self.next;
        self.skip_below(indent);
        self.write_code(start);
    }

    /// Skips the lines with more indentation than `indent`, and empty ones.
    pub(super) fn skip_below(&mut self, indent: usize) {
        while let Some(line) = self.peek()
            && (line.is_blank() || line.indent > indent)
        {
            self.next += 1;
        }
    }

    /// Takes `first`, which is the line before the next, and the lines behind it as they are.
    pub(super) fn verbatim_while(&mut self, first: Line<'a>, holds: impl Fn(Line<'a>) -> bool) {
        let start = self.restart(first);
        while self.peek().is_some_and(&holds) {
            self.next += 1;
        }
        self.write_code(start);
    }

    /// Puts back the line taken last, as far as it is not dealt with; gives its place.
    fn restart(&mut self, line: Line<'a>) -> usize {
        self.next -= 1;
        if let Some(place) = self.lines.get_mut(self.next) {
            *place = line;
        }
        self.next
    }

    fn write_code(&mut self, start: usize) {
        self.write_lead();
        let lines = self.lines.get(start..self.next).unwrap_or(&[]);
        self.out.code(lines);
    }

    /// Lines that a bar at their start asks to keep apart.
    pub(super) fn barred_lines(&mut self, first: Line<'a>) {
        let start = self.restart(first);
        while let Some(line) = self.lines.get_mut(self.next)
            && let Some(rest) = line::barred(line.text)
        {
            let text = rest.trim_start();
            line.indent = rest.len() - text.len();
            line.text = text;
            self.next += 1;
        }
        self.write_code(start);
    }

    /// What goes over the wire, up to the prose behind it.
    pub(super) fn wire(&mut self, first: Line<'a>) {
        let start = self.restart(first);
        let mut after_blank = false;
        let mut end = start + 1;
        self.next = end;
        while let Some(line) = self.peek() {
            self.next += 1;
            if line.is_blank() {
                after_blank = true;
                continue;
            }
            let is_prose = if after_blank {
                !line::is_wire(line.text) && !line.text.starts_with(['{', '}', '[', ']'])
            } else {
                line.text.starts_with(|char: char| char.is_alphanumeric())
            };
            if is_prose && line.indent <= first.indent {
                break;
            }
            after_blank = false;
            end = self.next;
        }
        self.next = end;
        self.write_code(start);
    }
}
