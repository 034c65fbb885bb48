//! What names have to look like.
//!
//! See section "Naming rules and reserved names" of QEMU's `docs/devel/qapi-code-gen.rst`.

use std::fmt::Display;

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// What a name is of, which says how it is to be written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum NameOf {
    /// `CamelCase`
    Type,
    /// `lower-case`
    Command,
    /// `UPPER_CASE`
    Event,
    /// `lower-case`
    Member,
    /// `lower-case`; it may start with a digit.
    Value,
    /// `lower-case`
    Branch,
    /// `lower-case`
    Feature,
}

impl Checker<'_> {
    /// Checks the name of a definition of the kind `meta`.
    pub(super) fn definition_name(&mut self, name: &str, span: Span, meta: &str) {
        let of = match meta {
            "command" => NameOf::Command,
            "event" => NameOf::Event,
            _ => NameOf::Type,
        };
        self.name(name, span, &meta, of);
        if of == NameOf::Type && name.ends_with("List") {
            let message = format!("{meta} name should not end in 'List'");
            let error = Diagnostic::new(Code::ReservedName, span, message);
            self.push(error.with_help("such names are for the arrays of other types"));
        }
    }

    /// Checks a name, which `source` describes.
    pub(super) fn name(&mut self, name: &str, span: Span, source: &dyn Display, of: NameOf) {
        // A digit is nothing special at the start of a value.
        let starts_with_digit = name.starts_with(|c: char| c.is_ascii_digit());
        let stem = if of == NameOf::Value && starts_with_digit {
            Some(name).filter(|name| is_word(name))
        } else {
            stem(name)
        };
        let Some(stem) = stem else {
            let error = Diagnostic::new(
                Code::InvalidName,
                span,
                format!("{source} has an invalid name"),
            );
            self.push(error.with_help(why_invalid(name, of)));
            return;
        };
        if has_prefix(name, "q") {
            let message = format!("{source} has an invalid name");
            let error = Diagnostic::new(Code::ReservedName, span, message);
            self.push(error.with_help("names that start with 'q_' or 'q-' are reserved"));
            return;
        }
        if !self.any_name
            && let Some(problem) = self.case(name, stem, of)
        {
            let message = format!("name of {source} {problem}");
            let mut error = Diagnostic::new(Code::NameCase, span, message);
            if let Some(better) = better(name, stem, of) {
                error = error.with_help(format!("write '{better}'"));
            }
            self.push(error);
        }
    }

    /// Checks the name of a member, which is not optional or is.
    pub(super) fn member_name(
        &mut self,
        name: &str,
        optional: bool,
        span: Span,
        source: &dyn Display,
    ) {
        let reported = self.errors.len();
        self.name(name, span, source, NameOf::Member);
        // QEMU before 6.0 did not see that an optional member's name is reserved.
        if self.errors.len() > reported || (optional && self.is_lenient()) {
            return;
        }
        if name == "u" || has_prefix(name, "has") {
            let message = format!("{source} uses reserved name");
            let error = Diagnostic::new(Code::ReservedName, span, message);
            let help = "'u' and names that start with 'has-' are members of generated C code";
            self.push(error.with_help(help));
        }
    }

    /// Whether a definition of the kind `meta` is exempt from the naming rules of members.
    pub(super) fn is_exempt(&self, name: &str, meta: &str) -> bool {
        let exceptions = &self.rules.pragmas.member_name_exceptions;
        if self.is_lenient() {
            // QEMU 4.1 wanted the names of implicit types there.
            let base = format!("q_obj_{name}-base");
            let arguments = format!("q_obj_{name}-arg");
            let enumeration = format!("{name}Kind");
            let names = [name, &base, &arguments, &enumeration];
            return names.iter().any(|name| exceptions.contains(*name));
        }
        matches!(meta, "enum" | "struct" | "union") && exceptions.contains(name)
    }

    /// What is wrong with the case of a name whose part without prefixes is `stem`.
    fn case(&self, name: &str, stem: &str, of: NameOf) -> Option<&'static str> {
        if self.is_lenient() {
            return self.old_case(stem, of);
        }
        let pragmas = &self.rules.pragmas;
        let (upper, underscore) = match of {
            NameOf::Type => {
                return (!is_camel(stem)).then_some("must use CamelCase");
            }
            NameOf::Event => {
                let is_wrong = stem.contains(|c: char| c.is_ascii_lowercase() || c == '-');
                return is_wrong.then_some("must not use lowercase or '-'");
            }
            NameOf::Command => (false, pragmas.command_name_exceptions.contains(name)),
            NameOf::Member | NameOf::Value => (self.is_exempt, self.is_exempt),
            NameOf::Branch | NameOf::Feature => (false, false),
        };
        let is_wrong = |c: char| c.is_ascii_uppercase() && !upper || c == '_' && !underscore;
        stem.contains(is_wrong)
            .then_some("must not use uppercase or '_'")
    }

    /// The same before QEMU 6.0, where the rules are fewer; those of features are fewest in 7.0.
    fn old_case(&self, stem: &str, of: NameOf) -> Option<&'static str> {
        let is_free = match of {
            NameOf::Type | NameOf::Command | NameOf::Event | NameOf::Feature => true,
            NameOf::Member | NameOf::Value | NameOf::Branch => self.is_exempt,
        };
        let is_wrong = !is_free && stem.contains(|c: char| c.is_ascii_uppercase());
        is_wrong.then_some("must not use uppercase")
    }
}

/// A name without the prefixes that it may have, `__RFQDN_` and `x-`; `None` where it is not
/// well formed.
fn stem(name: &str) -> Option<&str> {
    let name = match name.strip_prefix("__") {
        None => name,
        Some(rest) => {
            let (domain, name) = rest.split_once('_')?;
            let is_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
            if domain.is_empty() || !domain.chars().all(is_domain) {
                return None;
            }
            name
        }
    };
    let starts_with_letter = |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic());
    let experimental = name.strip_prefix("x-").or(name.strip_prefix("X-"));
    let stem = experimental
        .filter(|stem| starts_with_letter(stem))
        .unwrap_or(name);
    (starts_with_letter(stem) && is_word(stem)).then_some(stem)
}

/// Whether a name starts with a word and what is `_` in C.
fn has_prefix(name: &str, word: &str) -> bool {
    let rest = name.strip_prefix(word);
    rest.is_some_and(|rest| rest.starts_with(|c: char| !c.is_ascii_alphanumeric()))
}

/// Whether a name has the characters only that names have.
fn is_word(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

fn is_camel(stem: &str) -> bool {
    stem.starts_with(|c: char| c.is_ascii_uppercase())
        && stem.contains(|c: char| c.is_ascii_lowercase())
        && stem.chars().all(|c| c.is_ascii_alphanumeric())
}

fn why_invalid(name: &str, of: NameOf) -> &'static str {
    if name.is_empty() {
        "it is empty"
    } else if name.ends_with('?') && of == NameOf::Member {
        "it is a '*' in front of its name that makes a member optional"
    } else if !is_word(name) && !name.starts_with("__") {
        "names consist of letters, digits, '-' and '_'"
    } else {
        "names start with a letter, behind a prefix '__RFQDN_' of other vendors than QEMU"
    }
}

/// A name as it should be written, where that is plain.
fn better(name: &str, stem: &str, of: NameOf) -> Option<String> {
    let prefix = name.strip_suffix(stem)?;
    let stem = match of {
        NameOf::Type => camel(stem)?,
        NameOf::Event => words(stem).join("_").to_ascii_uppercase(),
        _ => words(stem).join("-").to_ascii_lowercase(),
    };
    Some(format!("{prefix}{stem}"))
}

fn camel(stem: &str) -> Option<String> {
    let words = words(stem);
    let words = words.iter().map(|word| {
        let (first, rest) = word.split_at(1);
        format!(
            "{}{}",
            first.to_ascii_uppercase(),
            rest.to_ascii_lowercase()
        )
    });
    Some(words.collect()).filter(|name: &String| is_camel(name))
}

/// The words of a name: between `-` and `_`, and where an upper-case letter follows a lower-case
/// one.
fn words(stem: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in stem.split(['-', '_']) {
        let mut rest = part;
        while let Some(at) = hump(rest) {
            let (word, behind) = rest.split_at(at);
            words.push(word);
            rest = behind;
        }
        words.push(rest);
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Where the first word of a name in camel case ends, if another one follows.
fn hump(name: &str) -> Option<usize> {
    let bytes = name.as_bytes().windows(2);
    let is_hump = |pair: &[u8]| match pair {
        [before, at] => !before.is_ascii_uppercase() && at.is_ascii_uppercase(),
        _ => false,
    };
    bytes
        .enumerate()
        .find(|(_, pair)| is_hump(pair))
        .map(|(index, _)| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_no_part_of_the_stem() {
        for (name, expected) in [
            ("foo", Some("foo")),
            ("x-foo", Some("foo")),
            ("X-foo", Some("foo")),
            ("x-", Some("x-")),
            ("x-1", Some("x-1")),
            ("__com.example-org_foo", Some("foo")),
            ("__com.example_x-foo_bar", Some("foo_bar")),
            ("__com.example_1", None),
            ("__foo", None),
            ("___foo", None),
            ("_foo", None),
            ("1foo", None),
            ("foo.bar", None),
            ("", None),
        ] {
            assert_eq!(stem(name), expected, "{name}");
        }
    }

    #[test]
    fn a_better_name_keeps_the_words_and_the_prefix() {
        for (name, of, expected) in [
            ("blockJob_ready", NameOf::Event, Some("BLOCK_JOB_READY")),
            ("FooBar_baz", NameOf::Member, Some("foo-bar-baz")),
            ("x-Foo", NameOf::Command, Some("x-foo")),
            ("block-job", NameOf::Type, Some("BlockJob")),
            ("HTTP", NameOf::Type, Some("Http")),
            ("X", NameOf::Type, None),
        ] {
            let stem = stem(name).expect("the name is well formed");
            assert_eq!(better(name, stem, of).as_deref(), expected, "{name}");
        }
    }
}
