//! The attributes that users add to generated items, and the traits that items derive.

use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token};

use super::Additions;
use super::docs::Kind;
use crate::error::Misfit;

/// What stands for every definition, or for every member.
const ALL: &str = ".";

/// The attributes that one option gives, by the paths that it names.
pub(super) struct Attributes<'o> {
    option: &'static str,
    by_path: BTreeMap<&'o str, Entry>,
}

#[derive(Default)]
struct Entry {
    additions: Additions,
    used: bool,
}

impl<'o> Attributes<'o> {
    /// Reads those of types, commands and events, and says which are no attributes.
    pub(super) fn of_types(entries: &'o [(String, String)], misfits: &mut Vec<Misfit>) -> Self {
        Self::new("type_attribute", entries, misfits, read)
    }

    /// Reads those of members, which derive nothing.
    pub(super) fn of_members(entries: &'o [(String, String)], misfits: &mut Vec<Misfit>) -> Self {
        let read = |text: &str| match read(text) {
            Ok(additions) if !additions.derives.is_empty() => {
                Err("is for types, commands and events: members derive no traits".to_owned())
            }
            other => other,
        };
        Self::new("member_attribute", entries, misfits, read)
    }

    fn new(
        option: &'static str,
        entries: &'o [(String, String)],
        misfits: &mut Vec<Misfit>,
        read: impl Fn(&str) -> Result<Additions, String>,
    ) -> Self {
        let mut by_path: BTreeMap<&str, Entry> = BTreeMap::new();
        for (path, text) in entries {
            let entry = by_path.entry(path).or_default();
            // Of everything there may be none.
            entry.used = path == ALL;
            match read(text) {
                Ok(additions) => entry.additions.extend(&additions),
                Err(why) => {
                    misfits.push(Misfit::new(option, format!("'{text}' of '{path}' {why}")));
                }
            }
        }
        Attributes { option, by_path }
    }

    /// What all items get, and those that one of `paths` names, in this order.
    pub(super) fn take<const N: usize>(&mut self, paths: [&str; N]) -> Additions {
        let mut additions = Additions::default();
        for path in [ALL].into_iter().chain(paths) {
            if let Some(entry) = self.by_path.get_mut(path) {
                entry.used = true;
                additions.extend(&entry.additions);
            }
        }
        additions
    }

    pub(super) fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    /// A complaint about each path that names nothing, which says so by `why`.
    pub(super) fn unused(&self, why: impl Fn(&str) -> String) -> Vec<Misfit> {
        let unused = self.by_path.iter().filter(|(_, entry)| !entry.used);
        unused
            .map(|(path, _)| Misfit::new(self.option, why(path)))
            .collect()
    }
}

impl Additions {
    /// What every type of a kind derives.
    pub(super) fn of_kind(kind: Kind) -> Self {
        let derives: &[&str] = match kind {
            Kind::Enum => &["Clone", "Debug", "PartialEq", "Eq", "Hash"],
            Kind::Struct | Kind::Union | Kind::Alternate | Kind::Command | Kind::Event => {
                &["Clone", "Debug", "PartialEq"]
            }
        };
        Additions {
            derives: derives.iter().map(|it| (*it).to_owned()).collect(),
            attributes: Vec::new(),
        }
    }

    /// Adds those of `others`: a trait that is derived already is not derived again.
    pub(super) fn extend(&mut self, others: &Additions) {
        for derive in &others.derives {
            self.derive(derive);
        }
        self.attributes.extend(others.attributes.iter().cloned());
    }

    pub(super) fn derive(&mut self, derive: &str) {
        let derives = &mut self.derives;
        if !derives.iter().any(|other| other == derive) {
            derives.push(derive.to_owned());
        }
    }
}

/// Reads outer attributes; or says what is wrong with them.
fn read(text: &str) -> Result<Additions, String> {
    let attributes = Attribute::parse_outer
        .parse_str(text)
        .map_err(|error| format!("is no attribute: {error}"))?;
    if attributes.is_empty() {
        return Err("is no attribute".to_owned());
    }
    let mut additions = Additions::default();
    for attribute in &attributes {
        if attribute.path().is_ident("derive") {
            let derives = attribute.parse_args_with(traits);
            let derives = derives.map_err(|error| format!("derives no traits: {error}"))?;
            derives.iter().for_each(|it| additions.derive(&name(it)));
        } else {
            let tokens = attribute.to_token_stream();
            if has_controls(tokens.clone()) {
                let why = "has a literal over several lines, or with control characters";
                return Err(why.to_owned());
            }
            additions.attributes.push(tokens.to_string());
        }
    }
    Ok(additions)
}

fn traits(input: ParseStream<'_>) -> syn::Result<Punctuated<Path, Token![,]>> {
    Punctuated::parse_terminated_with(input, Path::parse_mod_style)
}

/// A path as `a::b`; a trait of the standard library's prelude under its bare name.
fn name(path: &Path) -> String {
    const PRELUDE: [&str; 8] = [
        "Clone",
        "Copy",
        "Default",
        "Eq",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Debug",
    ];
    let text = path.to_token_stream().to_string().replace(' ', "");
    let standard = ["::std::", "::core::", "std::", "core::"];
    let is_standard = standard.iter().any(|start| text.starts_with(start));
    match text.rsplit("::").next() {
        Some(last) if is_standard && (PRELUDE.contains(&last) || last == "Hash") => last.to_owned(),
        _ => text,
    }
}

/// Whether printed literals would be damaged by what is done to printed code.
fn has_controls(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_controls(group.stream()),
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            // As documentation it is printed without quotes.
            syn::Lit::Str(text) => text.value().contains(char::is_control),
            other => other
                .to_token_stream()
                .to_string()
                .contains(char::is_control),
        },
        TokenTree::Ident(_) | TokenTree::Punct(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_are_told_from_other_attributes() {
        let text = "#[derive(Eq, ::serde::Serialize,)] #[serde(rename = \"a\")] /// Text.";
        let additions = read(text).unwrap();
        assert_eq!(additions.derives, ["Eq", "::serde::Serialize"]);
        assert_eq!(
            additions.attributes,
            ["# [serde (rename = \"a\")]", "# [doc = \" Text.\"]"]
        );
    }

    #[test]
    fn what_is_derived_already_is_not_derived_again() {
        let mut all = Additions::of_kind(Kind::Enum);
        all.extend(
            &read("#[derive(Hash, Ord)] #[derive(std::clone::Clone, Ord, other::Eq)]").unwrap(),
        );
        assert_eq!(
            all.derives,
            [
                "Clone",
                "Debug",
                "PartialEq",
                "Eq",
                "Hash",
                "Ord",
                "other::Eq"
            ]
        );
    }

    #[test]
    fn what_is_no_attribute_is_refused() {
        for text in [
            "",
            "derive(Eq)",
            "#[derive(Eq)",
            "#![derive(Eq)]",
            "#[derive(Eq)] struct Foo;",
            "#[derive(\"Eq\")]",
            "#[derive]",
            "#[derive(Into<String>)]",
            "#[default value]",
            "#[]",
            "#[doc = \"a\nb\"]",
            "#[doc = \"a\\nb\"]",
            "#[doc(a = [\"\u{1}7\"])]",
            "#[doc = \"\\u{1}7\"]",
            "// nothing",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
