//! Changes of what stands in strings: names, mostly.

use std::ops::Range;

use super::Edit;
use crate::differential::random::Random;
use crate::differential::tokens::{Kind, expression_tokens};

/// Names that mean something, and some that are none.
const NAMES: [&str; 32] = [
    "int",
    "str",
    "any",
    "null",
    "bool",
    "number",
    "size",
    "uint8",
    "QType",
    "q_empty",
    "u",
    "has-x",
    "type",
    "kind",
    "data",
    "base",
    "features",
    "deprecated",
    "unstable",
    "name",
    "if",
    "MAX",
    "unsigned",
    "StrList",
    "XKind",
    "__org.x_name",
    "__x",
    "1st",
    "a.b",
    "A-b",
    "",
    "x ",
];

const FRONT: [&str; 13] = [
    "*",
    "q_",
    "q-",
    "has_",
    "has-",
    "u",
    "_",
    "__org.example_",
    "__org_",
    "1",
    "A",
    "**",
    "-",
];

const BACK: [&str; 9] = ["List", "Kind", "-", "_", "1", "-MAX", " ", ".", "\\n"];

/// By another of the text, or by one that may not be in the text.
pub(super) fn another(random: &mut Random, text: &str) -> Option<Edit> {
    let names = names(text);
    let range = random.pick(&names)?.clone();
    let new = if random.below(3) == 0 {
        random.pick(&NAMES)?
    } else {
        text.get(random.pick(&names)?.clone())?
    };
    Some(vec![(range, new.to_owned())])
}

/// With something in front or behind.
pub(super) fn affix(random: &mut Random, text: &str) -> Option<Edit> {
    let range = random.pick(&names(text))?.clone();
    let (at, new) = if random.below(2) == 0 {
        (range.start, random.pick(&FRONT)?)
    } else {
        (range.end, random.pick(&BACK)?)
    };
    Some(vec![(at..at, (*new).to_owned())])
}

/// In other letters, or with what stands in front left out.
pub(super) fn respell(random: &mut Random, text: &str) -> Option<Edit> {
    let range = random.pick(&names(text))?.clone();
    let name = text.get(range.clone())?;
    let new = match random.below(7) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => name.replace('-', "_"),
        3 => name.replace('_', "-"),
        4 => name.chars().skip(1).collect(),
        5 => name
            .chars()
            .rev()
            .skip(1)
            .collect::<Vec<_>>()
            .iter()
            .rev()
            .collect(),
        _ => {
            let mut chars = name.chars();
            let first = chars.next()?;
            let first = if first.is_uppercase() {
                first.to_ascii_lowercase()
            } else {
                first.to_ascii_uppercase()
            };
            first.to_string() + chars.as_str()
        }
    };
    Some(vec![(range, new)])
}

/// What stands in the strings of a text, without the quotes.
fn names(text: &str) -> Vec<Range<usize>> {
    let strings = expression_tokens(text).into_iter();
    let strings = strings.filter(|token| token.kind == Kind::String && token.range.len() > 1);
    strings
        .map(|token| token.range.start + 1..token.range.end - 1)
        .collect()
}
