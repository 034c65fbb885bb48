//! Changes of whole lines.

use std::ops::Range;

use super::{Edit, exchange, relocate};
use crate::differential::random::Random;

pub(super) fn delete(random: &mut Random, text: &str) -> Option<Edit> {
    Some(vec![(random.pick(&lines(text))?.clone(), String::new())])
}

pub(super) fn duplicate(random: &mut Random, text: &str) -> Option<Edit> {
    let line = random.pick(&lines(text))?.clone();
    let copy = text.get(line.clone())?.to_owned();
    Some(vec![(line.end..line.end, copy)])
}

pub(super) fn swap(random: &mut Random, text: &str) -> Option<Edit> {
    let lines = lines(text);
    let first = random.below(lines.len());
    let second = first + 1 + random.below(2);
    exchange(text, lines.get(first)?.clone(), lines.get(second)?.clone())
}

/// To anywhere else.
pub(super) fn shift(random: &mut Random, text: &str) -> Option<Edit> {
    let lines = lines(text);
    let to = random.pick(&lines)?.start;
    relocate(text, random.pick(&lines)?.clone(), to)
}

pub(super) fn indent(random: &mut Random, text: &str) -> Option<Edit> {
    let start = random.pick(&lines(text))?.start;
    let new = *random.pick(&[" ", "  ", "    ", "\t", "#", "# "])?;
    Some(vec![(start..start, new.to_owned())])
}

/// With the line that follows.
pub(super) fn join(random: &mut Random, text: &str) -> Option<Edit> {
    let end = random.pick(&lines(text))?.end;
    let new = *random.pick(&["", " "])?;
    Some(vec![(end.checked_sub(1)?..end, new.to_owned())])
}

/// The lines of a text with their ends.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let line = |line: &str| {
        let range = start..start + line.len();
        start = range.end;
        range
    };
    text.split_inclusive('\n').map(line).collect()
}
