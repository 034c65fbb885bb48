//! Changes of lines of documentation.

use std::ops::Range;

use super::lines::lines;
use super::{Edit, relocate};
use crate::differential::random::Random;

/// Lines that mean something, and some that nearly do.
const LINES: [&str; 32] = [
    "# @x: text",
    "# @x",
    "# @x:",
    "#@x: text",
    "# @: text",
    "# @x y: text",
    "#  @x: text",
    "# @x : text",
    "# Features:",
    "# Features: x",
    "# Returns: text",
    "# Returns:",
    "# Returns text",
    "# Errors:",
    "# Errors: text",
    "# Since: 1.0",
    "# since: 1.0",
    "# TODO:",
    "# TODO: text",
    "# Note: text",
    "# Notes:",
    "# Example:",
    "# .. note:: text",
    "# = Heading",
    "# ::",
    "# .. qmp-example::",
    "#",
    "##",
    "# ",
    "#text",
    "#     text",
    "# text.  A line of text that is longer than seventy characters, which is the most that it may be",
];

const INDENTS: [&str; 7] = ["#", "# ", "#  ", "#    ", "#     ", "#\t", ""];

pub(super) fn delete_or_duplicate(random: &mut Random, text: &str) -> Option<Edit> {
    let line = random.pick(&comments(text))?.clone();
    if random.below(2) == 0 {
        return Some(vec![(line, String::new())]);
    }
    let copy = text.get(line.clone())?.to_owned();
    Some(vec![(line.end..line.end, copy)])
}

/// By a few lines, mostly.
pub(super) fn shift(random: &mut Random, text: &str) -> Option<Edit> {
    let comments = comments(text);
    let from = random.below(comments.len());
    let to = match random.below(4) {
        0 => random.below(comments.len()),
        _ => (from + random.below(9)).checked_sub(4)?,
    };
    relocate(text, comments.get(from)?.clone(), comments.get(to)?.start)
}

pub(super) fn indent(random: &mut Random, text: &str) -> Option<Edit> {
    let line = random.pick(&comments(text))?.clone();
    let old = text.get(line.clone())?;
    let content = old.trim_start_matches(['#', ' ']);
    let new = format!("{}{content}", random.pick(&INDENTS)?);
    Some(vec![(line, new)])
}

pub(super) fn insert(random: &mut Random, text: &str) -> Option<Edit> {
    let at = random.pick(&comments(text))?.end;
    Some(vec![(at..at, format!("{}\n", random.pick(&LINES)?))])
}

/// The lines that are comments.
fn comments(text: &str) -> Vec<Range<usize>> {
    let mut lines = lines(text);
    lines.retain(|line| {
        text.get(line.clone())
            .is_some_and(|line| line.starts_with('#'))
    });
    lines
}
