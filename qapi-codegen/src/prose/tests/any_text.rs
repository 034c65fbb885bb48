//! What holds for any text, well formed or not.

use proptest::prelude::*;

use super::{Everywhere, to_markdown};
use crate::prose::{self, without_since};

/// Pieces that mean something to one language or the other.
const PIECES: [&str; 49] = [
    "\n",
    "\n",
    "\n\n",
    "\n  ",
    "\n    ",
    "\n         ",
    " ",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "12) ",
    "#. ",
    "# ",
    "> ",
    "= ",
    "===",
    "---",
    "***",
    "_",
    "__",
    "*",
    "**",
    "`",
    "``",
    "```",
    "~~~",
    "::",
    ":",
    ".. ",
    ".. note:: ",
    ".. qmp-example::",
    ":annotated:",
    ":ref:",
    "<a>",
    "<",
    ">",
    "[",
    "](",
    "|",
    "\\",
    "@a",
    "b-c",
    "http://a.b/",
    "-> ",
    "{",
    "Note: ",
    "(since 1.2)",
    "word",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(&PIECES[..]);
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// What is wrong with the lines of `markdown`: outside fences, each starts exactly where the
/// content of a list item around it does, or in the first column.
fn flaw(markdown: &str) -> Option<String> {
    let mut fence = None;
    let mut items: Vec<usize> = Vec::new();
    for line in markdown.lines() {
        let mut text = line.trim_start_matches(' ');
        let mut column = line.len() - text.len();
        if let Some(open) = fence {
            if text == open {
                fence = None;
            }
            continue;
        }
        if text.is_empty() {
            continue;
        }
        items.retain(|item| *item <= column);
        if column != items.last().copied().unwrap_or(0) {
            return Some(format!("indented: {line:?}"));
        }
        while let Some(width) = marker_width(text) {
            column += width;
            items.push(column);
            text = &text[width..];
        }
        if text.starts_with("```") && !text.trim_start_matches('`').contains('`') {
            match text.strip_suffix("text") {
                Some(open) => fence = Some(open),
                None => return Some(format!("a fence without a language: {line:?}")),
            }
        }
    }
    fence.map(|open| format!("not closed: {open:?}"))
}

fn marker_width(text: &str) -> Option<usize> {
    let (marker, _) = text.split_once(' ')?;
    let digits = marker.trim_end_matches(['.', ')']);
    let is_number = digits.len() < marker.len() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_marker = matches!(marker, "-" | "+" | "*") || is_number;
    is_marker.then_some(marker.len() + 1)
}

proptest! {
    #[test]
    fn markdown_is_never_an_indented_block(text in pieces()) {
        let markdown = to_markdown(&text);
        prop_assert_eq!(flaw(&markdown), None, "{}", markdown);
        let markdown = prose::to_markdown(&text, &Everywhere);
        prop_assert_eq!(flaw(&markdown), None, "{}", markdown);
    }

    #[test]
    fn any_characters_will_do(text in any::<String>()) {
        prop_assert_eq!(flaw(&to_markdown(&text)), None);
        without_since(&text);
    }

    #[test]
    fn taking_the_release_out_adds_no_text(text in pieces()) {
        let rest = without_since(&text);
        let count = |text: &str| text.chars().filter(|char| !char.is_whitespace()).count();
        prop_assert!(count(&rest) <= count(&text));
        prop_assert_eq!(rest.trim(), &rest);
    }
}
