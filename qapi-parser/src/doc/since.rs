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
        // Most descriptions state none: there is no need to read them word for word.
        if !self.raw.contains("ince") && !self.raw.contains("INCE") {
            return None;
        }
        let mut earliest: Option<Version> = None;
        let mut depth = 0_usize;
        // The text up to the last character that is not white space: what the next word starts
        // behind.
        let mut before = "";
        let mut starts_line = true;
        let text = self.text();
        for (offset, char) in text.char_indices() {
            let rest = text.get(offset..).unwrap_or("");
            let starts_clause = before.ends_with(['(', ',', ';']) || before.ends_with("--");
            let place = if before.is_empty() || before.ends_with('.') || starts_line && char == 'S'
            {
                Place::Sentence
            } else if depth > 0 && starts_clause {
                Place::Parentheses
            } else {
                Place::Other
            };
            if let Some(version) = since(rest, place)
                && earliest.as_ref().is_none_or(|earliest| version < *earliest)
            {
                earliest = Some(version);
            }
            match char {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            starts_line = char == '\n';
            if !char.is_whitespace() {
                let end = offset + char.len_utf8();
                before = text.get(..end).unwrap_or("");
            }
        }
        earliest
    }
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

/// The version, where `text` starts with the word `since` and one.
fn since(text: &str, place: Place) -> Option<Version> {
    if place == Place::Other {
        return None;
    }
    let rest = WORDS.iter().find_map(|word| text.strip_prefix(word))?;
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
    paragraphs.find_map(|paragraph| since(paragraph.trim(), Place::Sentence))
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
