//! Which words of a tree's documentation are not in what was made of it.
//!
//! A text has arrived when its words stand in the code's documentation side by side, as they do in
//! the tree. Markup has no words here, nor have the remarks that say since when there is something:
//! releases are told from all versions.

use std::collections::HashSet;

use qapi_parser::Schema;
use qapi_parser::doc::SectionKind;

/// How many words side by side are looked for together.
const RUN: usize = 3;

/// The marks of examples, tables and the like: their names do not show.
const SILENT: [&str; 5] = [
    ".. admonition::",
    ".. code-block::",
    ".. qmp-example::",
    ".. seealso::",
    ".. table::",
];

/// All runs of up to [`RUN`] words of the documentation in some code.
#[derive(Default)]
pub(super) struct Words(HashSet<String>);

/// What became of the words of some documentation.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Arrival {
    /// How many words there are.
    pub(super) total: usize,
    /// How many of them did not arrive.
    pub(super) lost: usize,
    /// Those, a line for each text that lost some, with the name of what it is about.
    pub(super) lines: Vec<String>,
}

impl Words {
    /// Adds the documentation in a file of generated code.
    pub(super) fn add(&mut self, code: &str) {
        let mut text = String::new();
        for line in code.lines().map(str::trim_start) {
            let comment = line
                .strip_prefix("///")
                .or_else(|| line.strip_prefix("//!"));
            // What deprecation says is in an attribute.
            let is_note = line.starts_with("#[deprecated");
            match comment.or(is_note.then_some(line)).map(str::trim) {
                Some(fence) if fence.starts_with("```") => {}
                Some(comment) => {
                    text.push_str(comment);
                    text.push('\n');
                }
                None => {}
            }
        }
        let words = words(&without(&text, "](", ")"));
        for length in 1..=RUN {
            self.0
                .extend(words.windows(length).map(|run| run.join(" ")));
        }
    }

    /// Looks for all that a schema says.
    pub(super) fn look_for(&self, schema: &Schema, arrival: &mut Arrival) {
        for (doc, _) in schema.docs() {
            for section in &doc.sections {
                if matches!(section.kind, SectionKind::Since | SectionKind::Todo) {
                    continue;
                }
                let words = words(&plain(&section.text()));
                let lost = self.lost(&words);
                arrival.total += words.len();
                arrival.lost += lost.len();
                if !lost.is_empty() {
                    let name = doc.symbol.as_ref().map_or("free-form", |it| &it.value);
                    let part = section.kind.name().map(|part| format!(", {part}"));
                    let part = part.unwrap_or_default();
                    arrival
                        .lines
                        .push(format!("{name}{part}: {}", lost.join(" ")));
                }
            }
        }
    }

    /// The words that are in no run of words that is there.
    fn lost<'w>(&self, words: &'w [String]) -> Vec<&'w str> {
        let length = RUN.min(words.len()).max(1);
        let mut arrived = vec![false; words.len()];
        for (start, run) in words.windows(length).enumerate() {
            if self.0.contains(&run.join(" ")) {
                let run = arrived.iter_mut().skip(start).take(length);
                run.for_each(|word| *word = true);
            }
        }
        let lost = words.iter().zip(arrived).filter(|(_, arrived)| !arrived);
        lost.map(|(word, _)| word.as_str()).collect()
    }
}

/// A text of the tree, without the words of its markup.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for line in text.lines() {
        let mut rest = line.trim_start();
        if let Some(mark) = SILENT.iter().find(|mark| rest.starts_with(**mark)) {
            // The language of a block of code is markup, too.
            rest = match *mark {
                ".. code-block::" => "",
                mark => rest.strip_prefix(mark).unwrap_or(rest),
            };
        } else if let Some((name, value)) = rest.strip_prefix(':').and_then(|it| it.split_once(':'))
            && (value.is_empty() || value.starts_with(' '))
        {
            rest = if matches!(name, "title" | "caption") {
                value
            } else {
                ""
            };
        }
        plain.push_str(rest);
        plain.push('\n');
    }
    // `title <target>`, and the roles in front of such references.
    let plain = without(&plain, " <", ">`");
    let mut parts = plain.split(":`");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let role = text.rfind([' ', '\n', '(']).map_or(0, |space| space + 1);
        if text.get(role..).is_some_and(|role| role.starts_with(':')) {
            text.truncate(role);
        }
        text.push_str(part);
    }
    text
}

/// `text` without what stands from each `open` up to the next `close`, unless a line ends before.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(close) {
            Some((inside, behind)) if !inside.contains('\n') => rest.push_str(behind),
            _ => {
                rest.push_str(open);
                rest.push_str(part);
            }
        }
    }
    rest
}

/// The words of a text in lower case, but for `since X.Y`.
fn words(text: &str) -> Vec<String> {
    let is_inside = |char: char| char.is_alphanumeric();
    let words = text.split(|char| !is_inside(char));
    let words = words.filter(|word| !word.is_empty());
    let mut all: Vec<String> = Vec::new();
    let mut in_since = false;
    for word in words {
        let word = word.to_lowercase();
        in_since = word == "since" || in_since && word.bytes().all(|byte| byte.is_ascii_digit());
        if !in_since {
            all.push(word);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(tree: &str, code: &str) -> Vec<String> {
        let mut known = Words::default();
        known.add(code);
        let words = words(&plain(tree));
        let lost = known.lost(&words);
        lost.into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn markup_is_no_loss() {
        for (tree, code) in [
            (
                "See @the-house, ``now``.",
                "/// See [`the-house`](type@super::House), `now`.",
            ),
            (
                ":qapi:cmd:`stop` (:ref:`it <here>`)",
                "  /// `stop`\n  /// (it)",
            ),
            (
                ".. note:: Bricks\n   fall.",
                "/// **Note:** Bricks\n/// fall.",
            ),
            (
                ".. code-block:: c\n   :linenos:\n\n   int a;",
                "/// ```text\n/// int a;\n/// ```",
            ),
            (
                ".. qmp-example::\n   :title: One\n\n   -> {}",
                "//! **Example: One**",
            ),
            ("the size (since 1.2.3)", "/// the size"),
            ("old; use @new", "#[deprecated = \"old; use new\"]"),
            ("red", "/// red"),
            ("", ""),
        ] {
            assert_eq!(arrived(tree, code), [""; 0], "of {tree:?}");
        }
    }

    #[test]
    fn words_that_are_not_there_are_lost_and_so_are_words_elsewhere() {
        for (tree, code, lost) in [
            ("one two three four", "/// one two three", &["four"][..]),
            (
                "one two three four",
                "/// one two\n/// four three",
                &["one", "two", "three", "four"],
            ),
            ("one two three", "one two three", &["one", "two", "three"]),
            (
                "red house",
                "/// red\nfn a() {}\n/// roof, house",
                &["red", "house"],
            ),
        ] {
            assert_eq!(arrived(tree, code), lost, "of {tree:?}");
        }
    }
}
