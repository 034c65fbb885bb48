//! Changes of single characters.

use std::ops::Range;

use super::Edit;
use crate::differential::random::Random;

/// What is put in: what means something to the language or to Python, and some others.
const CHARACTERS: [&str; 40] = [
    "'",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "#",
    "##",
    "@",
    "\\",
    "\"",
    " ",
    "  ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "\u{7f}",
    "\u{a0}",
    "\u{e9}",
    "\u{2028}",
    "\u{feff}",
    "\u{1f600}",
    "_",
    "-",
    "*",
    ".",
    "=",
    "+",
    "/",
    "0",
    "9",
    "a",
    "Z",
    "q_",
];

pub(super) fn delete(random: &mut Random, text: &str) -> Option<Edit> {
    Some(vec![(character(random, text)?, String::new())])
}

pub(super) fn insert(random: &mut Random, text: &str) -> Option<Edit> {
    let at = character(random, text)?.start;
    Some(vec![(at..at, (*random.pick(&CHARACTERS)?).to_owned())])
}

pub(super) fn replace(random: &mut Random, text: &str) -> Option<Edit> {
    let range = character(random, text)?;
    let new = match text.get(range.clone())?.chars().next()? {
        char if char.is_ascii_alphabetic() && random.below(2) == 0 => {
            char::from(char as u8 ^ 0x20).to_string()
        }
        _ => (*random.pick(&CHARACTERS)?).to_owned(),
    };
    Some(vec![(range, new)])
}

/// Where some character is.
fn character(random: &mut Random, text: &str) -> Option<Range<usize>> {
    let mut start = random.below(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let length = text.get(start..)?.chars().next()?.len_utf8();
    Some(start..start + length)
}
