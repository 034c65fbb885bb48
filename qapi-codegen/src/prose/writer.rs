//! Writing Markdown: empty lines between blocks, indentation inside list items.

use super::line::Line;

#[derive(Default)]
pub(super) struct Writer {
    out: String,
    /// An empty line is due before the next line.
    gap: bool,
    /// The list items around what is written next, outermost first.
    items: Vec<Item>,
}

struct Item {
    marker: String,
    /// The marker waits for the first line, so that an item without text leaves no trace.
    is_written: bool,
}

impl Writer {
    pub(super) fn finish(self) -> String {
        self.out.trim_end().to_owned()
    }

    /// Asks for an empty line before the next line.
    pub(super) fn gap(&mut self) {
        self.gap = !self.out.is_empty();
    }

    /// Begins a block, which stands apart from what is before it unless a marker is.
    pub(super) fn begin_block(&mut self) {
        if self.items.last().is_none_or(|item| item.is_written) {
            self.gap();
        }
    }

    pub(super) fn open_item(&mut self, marker: String) {
        self.items.push(Item {
            marker,
            is_written: false,
        });
    }

    pub(super) fn close_item(&mut self) {
        self.items.pop();
    }

    pub(super) fn is_in_item(&self) -> bool {
        !self.items.is_empty()
    }

    pub(super) fn line(&mut self, text: &str) {
        if std::mem::take(&mut self.gap) {
            self.out.push('\n');
        }
        let text = text.trim_end();
        if !text.is_empty() {
            for item in &mut self.items {
                if item.is_written {
                    let width = item.marker.len();
                    self.out.extend(std::iter::repeat_n(' ', width));
                } else {
                    self.out.push_str(&item.marker);
                    item.is_written = true;
                }
            }
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    pub(super) fn lines(&mut self, text: &str) {
        for line in text.lines() {
            self.line(line);
        }
    }

    /// A block of code that is not Rust, with the indentation that its lines have in common
    /// taken off.
    pub(super) fn code(&mut self, lines: &[Line<'_>]) {
        let filled = || lines.iter().filter(|line| !line.is_blank());
        let Some(indent) = filled().map(|line| line.indent).min() else {
            return;
        };
        let first = lines.iter().position(|line| !line.is_blank()).unwrap_or(0);
        let end = lines.iter().rposition(|line| !line.is_blank());
        let lines = lines.get(first..=end.unwrap_or(first)).unwrap_or(lines);
        let backticks = lines.iter().map(|line| longest_run(line.text)).max();
        let fence = "`".repeat(backticks.map_or(3, |run| (run + 1).max(3)));
        self.begin_block();
        self.line(&format!("{fence}text"));
        for line in lines {
            let indent = line.indent.saturating_sub(indent);
            self.line(&format!("{}{}", " ".repeat(indent), line.text));
        }
        self.line(&fence);
        self.gap();
    }
}

/// How many backticks `text` has in a row.
pub(super) fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for byte in text.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
