//! Words that have no meaning.

/// What other languages have, by how it starts, and what to write.
const MISTAKES: [(&str, &str); 14] = [
    ("\u{feff}", "save the file without a byte order mark"),
    ("\"", "strings are enclosed in 'single quotes'"),
    ("\u{2018}", PLAIN_QUOTES),
    ("\u{2019}", PLAIN_QUOTES),
    ("\u{201c}", PLAIN_QUOTES),
    ("\u{201d}", PLAIN_QUOTES),
    ("True", "booleans are written true and false"),
    ("False", "booleans are written true and false"),
    ("//", "comments start with '#'"),
    ("/*", "comments start with '#'"),
    (";", "nothing separates definitions"),
    ("<<<<<<<", "a merge left a conflict here"),
    ("=======", "a merge left a conflict here"),
    (">>>>>>>", "a merge left a conflict here"),
];

const PLAIN_QUOTES: &str = "strings are enclosed in plain 'single quotes'";

/// What to write for a word that has no meaning.
pub(super) fn help(word: &str) -> Option<&'static str> {
    let known = MISTAKES.iter().find(|(mark, _)| word.starts_with(mark));
    if let Some((_, help)) = known {
        Some(help)
    } else if word == "null" || word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        Some("the schema language has no numbers and no null")
    } else if word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '*')) {
        Some("names are written in 'single quotes'")
    } else {
        None
    }
}

/// A text in one line, whatever is in it.
pub(super) fn printable(text: &str) -> String {
    let mut printable = String::new();
    for char in text.chars() {
        match char {
            '"' | '\\' => printable.push(char),
            _ => printable.extend(char.escape_debug()),
        }
    }
    printable
}
