//! Drawing what was on a screen, frame after frame, as an animated SVG.

use std::fmt::Write as _;
use std::time::Duration;

use super::ansi::{Look, Span};

/// How large a character is, with the space below its line.
const WIDTH: f64 = 8.43;
const HEIGHT: f64 = 19.0;

/// How large its letters are.
const FONT_SIZE: u8 = 14;

/// The space around the text.
const MARGIN: f64 = 14.0;

/// How long the last frame stays.
const END: Duration = Duration::from_secs(3);

const BACKGROUND: &str = "#1b1d23";
const TEXT: &str = "#d6d9e0";

/// The eight colours of terminals.
const COLORS: [&str; 8] = [
    "#5c6370", "#ff7b85", "#98d982", "#ecc678", "#7fb4ff", "#d09bf0", "#6fd0d6", "#d6d9e0",
];

/// What is on the screen for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) lines: Vec<Vec<Span>>,
    /// The column and the row of the cursor.
    pub(super) cursor: (usize, usize),
}

/// Frames, each with the time at which it begins.
pub(super) struct Film {
    columns: usize,
    rows: usize,
    frames: Vec<(Duration, Frame)>,
    length: Duration,
}

/// Something that is on the screen from one time to another.
struct Appearance {
    drawn: String,
    from: Duration,
    to: Duration,
}

impl Film {
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        Film {
            columns,
            rows,
            frames: Vec::new(),
            length: Duration::ZERO,
        }
    }

    /// Adds a frame that is there for a time.
    pub(super) fn add(&mut self, frame: Frame, time: Duration) {
        self.frames.push((self.length, frame));
        self.length += time;
    }

    /// The whole of it, from the beginning again and again. Where nothing moves, it is the last
    /// frame.
    pub(super) fn draw(&self) -> String {
        let length = self.length + END;
        let (columns, rows) = (to_f64(self.columns), to_f64(self.rows));
        let width = 2.0 * MARGIN + columns * WIDTH;
        let height = 2.0 * MARGIN + rows * HEIGHT;
        let mut svg = String::new();
        // A string takes whatever is written to it.
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"ui-monospace, SFMono-Regular, \
             Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"{FONT_SIZE}\" \
             fill=\"{TEXT}\">\n<title>qapi shell</title>\n<rect width=\"100%\" height=\"100%\" \
             rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
        );
        for appearance in self.appearances(length) {
            appearance.draw(&mut svg, length);
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn appearances(&self, length: Duration) -> Vec<Appearance> {
        let mut appearances = Vec::new();
        for row in 0..self.rows {
            let drawn = |frame: &Frame| frame.lines.get(row).map(|line| draw_line(line, row));
            self.follow(drawn, length, &mut appearances);
        }
        self.follow(
            |frame| Some(draw_cursor(frame.cursor)),
            length,
            &mut appearances,
        );
        appearances
    }

    /// What a part of the screen is, from change to change.
    fn follow(
        &self,
        draw: impl Fn(&Frame) -> Option<String>,
        length: Duration,
        to: &mut Vec<Appearance>,
    ) {
        let mut now: Option<Appearance> = None;
        for (begin, frame) in &self.frames {
            let drawn = draw(frame).unwrap_or_default();
            if now.as_ref().is_some_and(|now| now.drawn == drawn) {
                continue;
            }
            let next = Appearance {
                drawn,
                from: *begin,
                to: length,
            };
            if let Some(mut before) = now.replace(next) {
                before.to = *begin;
                to.push(before);
            }
        }
        to.extend(now);
        to.retain(|it| !it.drawn.is_empty() && it.from < it.to);
    }
}

impl Appearance {
    fn draw(&self, svg: &mut String, length: Duration) {
        let part = |time: Duration| time.as_secs_f64() / length.as_secs_f64();
        let (from, to) = (part(self.from), part(self.to));
        let is_last = self.to == length;
        let values = match (self.from.is_zero(), is_last) {
            (true, true) => {
                svg.push_str(&self.drawn);
                return;
            }
            (true, false) => format!("visible;hidden\" keyTimes=\"0;{to:.4}"),
            (false, true) => format!("hidden;visible\" keyTimes=\"0;{from:.4}"),
            (false, false) => format!("hidden;visible;hidden\" keyTimes=\"0;{from:.4};{to:.4}"),
        };
        let rest = if is_last { "visible" } else { "hidden" };
        let seconds = length.as_secs_f64();
        let _ = writeln!(
            svg,
            "<g visibility=\"{rest}\"><animate attributeName=\"visibility\" values=\"{values}\" \
             dur=\"{seconds:.2}s\" calcMode=\"discrete\" repeatCount=\"indefinite\"/>{}</g>",
            self.drawn
        );
    }
}

/// A line; nothing for an empty one.
fn draw_line(line: &[Span], row: usize) -> String {
    if line.is_empty() {
        return String::new();
    }
    let y = MARGIN + (to_f64(row) + 0.75) * HEIGHT;
    let mut text = format!("<text y=\"{y:.1}\" xml:space=\"preserve\">");
    for span in line {
        let x = MARGIN + to_f64(span.column) * WIDTH;
        let length = to_f64(span.text.chars().count()) * WIDTH;
        let _ = write!(
            text,
            "<tspan x=\"{x:.1}\" textLength=\"{length:.1}\"{}>{}</tspan>",
            attributes(span.look),
            escape(&span.text)
        );
    }
    text.push_str("</text>");
    text
}

fn attributes(look: Look) -> String {
    let mut text = String::new();
    if let Some(color) = look.color.and_then(|it| COLORS.get(usize::from(it))) {
        let _ = write!(text, " fill=\"{color}\"");
    }
    if look.bold {
        text.push_str(" font-weight=\"bold\"");
    }
    if look.dim {
        text.push_str(" fill-opacity=\"0.55\"");
    }
    text
}

fn draw_cursor((column, row): (usize, usize)) -> String {
    let x = MARGIN + to_f64(column) * WIDTH;
    let y = MARGIN + to_f64(row) * HEIGHT;
    format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" fill-opacity=\"0.5\"/>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Columns and rows are few.
fn to_f64(count: usize) -> f64 {
    f64::from(u16::try_from(count).unwrap_or(u16::MAX))
}
