//! The releases that documentation names.
//!
//! A definition states its release in its `Since:` section, whose text starts with a version.
//! A paragraph that is nothing but `Since VERSION` counts too: some definitions lack the colon.
//!
//! A member, value, branch, argument or feature states it in its description, as
//!
//! ```text
//! SINCE = 'since' [ ':' ] VERSION
//! VERSION = NUMBER '.' NUMBER [ '.' NUMBER ]
//! ```
//!
//! in small or in capital letters, over line breaks too, at one of two places:
//!
//! - in parentheses, at their start or behind a `,`, `;` or `--`: `(since 2.1)`,
//!   `(Since: 5.0)`, `(default: off; since 5.1)`, `(since 10.1 -- since 9.1 on s390x --)`,
//! - as a sentence or a description of its own: `@rbd: Since 6.1`, `... off.  Since 3.1`. As the
//!   last line it needs no full stop in front of it, but a capital letter.
//!
//! Of several such places, the earliest release counts: a later one is about a part of it, or a
//! change. Other words in front of the version (`since Linux 5.10.1`) and
//! mentions inside a sentence (`is available since 6.1`) state no release.

use super::{Doc, Section, SectionKind};
use crate::schema::Version;

impl Doc {
    /// The release that the documentation says introduced the definition.
    pub fn introduced(&self) -> Option<Version> {
        self.since()
            .and_then(|section| leading_version(&section.raw))
            .or_else(|| self.sections.iter().find_map(bare_since))
    }
}

impl Section {
    /// The release that a description says introduced what it describes.
    pub fn introduced(&self) -> Option<Version> {
        stated(&self.text())
    }
}

/// The release that the text of a description says introduced what it describes.
pub(crate) fn stated(text: &str) -> Option<Version> {
    // Most descriptions state none.
    if !text.contains("ince") && !text.contains("INCE") {
        return None;
    }
    let mentions = WORDS.iter().flat_map(|word| text.match_indices(word));
    let releases = mentions.filter_map(|(at, word)| {
        let (front, mention) = text.split_at_checked(at)?;
        since(mention.strip_prefix(word)?, place(front, word))
    });
    releases.min()
}

/// What a mention of `word` behind `front` is.
fn place(front: &str, word: &str) -> Place {
    let before = front.trim_end();
    let starts_line = front.is_empty() || front.ends_with('\n');
    let starts_clause = before.ends_with(['(', ',', ';']) || before.ends_with("--");
    if before.is_empty() || before.ends_with('.') || (starts_line && word.starts_with('S')) {
        Place::Sentence
    } else if starts_clause && is_in_parentheses(front) {
        Place::Parentheses
    } else {
        Place::Other
    }
}

/// Whether a parenthesis is open at the end of a text.
fn is_in_parentheses(text: &str) -> bool {
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth > 0
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// The start of a sentence.
    Sentence,
    /// The start of a clause in parentheses.
    Parentheses,
    Other,
}

/// How people write it.
const WORDS: [&str; 3] = ["since", "Since", "SINCE"];

/// The version that stands behind the word `since`.
fn since(rest: &str, place: Place) -> Option<Version> {
    if place == Place::Other {
        return None;
    }
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let number = rest.trim_start();
    if number.len() == rest.len() {
        return None;
    }
    let (version, behind) = split_version(number)?;
    let ends = behind.is_empty() || behind.starts_with('.');
    (place == Place::Parentheses || ends).then_some(version)
}

/// The version that a `Since:` section starts with.
fn leading_version(text: &str) -> Option<Version> {
    split_version(text.trim_start()).map(|(version, _)| version)
}

/// The version of a plain paragraph `Since VERSION`.
fn bare_since(section: &Section) -> Option<Version> {
    if section.kind != SectionKind::Plain {
        return None;
    }
    let text = section.text();
    let mut paragraphs = text.split("\n\n");
    paragraphs.find_map(|paragraph| {
        let paragraph = paragraph.trim();
        let rest = WORDS.iter().find_map(|word| paragraph.strip_prefix(word))?;
        since(rest, Place::Sentence)
    })
}

/// A version, and what stands behind it.
fn split_version(text: &str) -> Option<(Version, &str)> {
    let length = text
        .find(|char: char| !char.is_ascii_digit() && char != '.')
        .unwrap_or(text.len());
    let version = text.get(..length)?.trim_end_matches('.');
    let behind = text.get(version.len()..)?;
    // `2.4rc1` and `2.4-foo` are no versions.
    let ends = !behind.starts_with(|char: char| char.is_alphanumeric() || char == '-');
    if ends {
        Version::parse(version).map(|version| (version, behind.trim_end()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn section(kind: SectionKind, text: &str) -> Section {
        Section {
            kind,
            raw: text.into(),
            span: Span::new(FileId(0), 0..0),
        }
    }

    fn member(text: &str) -> Option<String> {
        let section = section(SectionKind::Member("m".into()), text);
        section.introduced().map(|version| version.to_string())
    }

    #[test]
    fn a_description_states_its_release_in_parentheses() {
        for (text, version) in [
            ("a thing (since 10.1)", "10.1"),
            ("a thing (Since: 2.1).", "2.1"),
            ("a thing (since 2.4 )", "2.4"),
            ("a thing (default: off; since 5.1)", "5.1"),
            ("a thing (default on, since 4.2)", "4.2"),
            ("a thing (since 6.0; default: auto)", "6.0"),
            ("a thing (since\n1.5.3)", "1.5.3"),
            ("a thing (since: 10.1 -- since 9.1 elsewhere --)", "9.1"),
            ("a thing (since 10.1 --\nsince 9.1 elsewhere)", "9.1"),
            ("a thing (since 10.1 - since 9.1 elsewhere)", "10.1"),
            ("a thing (Since 2.4 (here), 3.1 (there))", "2.4"),
            ("now for more (since 10.1); a thing (since 10.0)", "10.0"),
            ("one (like this) and (only there;\nsince 2.11)", "2.11"),
        ] {
            assert_eq!(member(text).as_deref(), Some(version), "{text}");
        }
    }

    #[test]
    fn a_description_states_its_release_as_a_sentence() {
        for (text, version) in [
            ("since 2.12", "2.12"),
            ("Since 6.1.", "6.1"),
            ("Off by default.\nSince 3.1", "3.1"),
            ("Waits for input.  Since 1.3.", "1.3"),
            ("The emulator\nSince: 2.11", "2.11"),
        ] {
            assert_eq!(member(text).as_deref(), Some(version), "{text}");
        }
    }

    #[test]
    fn other_mentions_state_no_release() {
        for text in [
            "a thing (since Linux 5.10.1)",
            "is available since 6.1.",
            "is available\nsince 6.1.",
            "Each bitmap.  Since 7.1 a bitmap may be named",
            "the time since 1.1.1970, in seconds",
            "sinc\u{e9} (since2.1)",
            "(since 2)",
            "(since 2.4rc1)",
        ] {
            assert_eq!(member(text), None, "{text}");
        }
    }

    #[test]
    fn a_definition_states_its_release_in_a_section() {
        let doc = |kind, text| Doc {
            span: Span::new(FileId(0), 0..0),
            symbol: None,
            sections: vec![section(kind, text)],
        };
        for (kind, text, version) in [
            (SectionKind::Since, "1.4 (some since 2.2)", Some("1.4")),
            (SectionKind::Since, "2.2; some since 2.4", Some("2.2")),
            (SectionKind::Since, "always", None),
            (SectionKind::Plain, "A thing.\n\nSince 3.0", Some("3.0")),
            (SectionKind::Plain, "A thing.\nSince 3.0 it works", None),
        ] {
            let introduced = doc(kind, text).introduced();
            let introduced = introduced.map(|version| version.to_string());
            assert_eq!(introduced.as_deref(), version, "{text}");
        }
    }
}
