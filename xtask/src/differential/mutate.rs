//! Small changes to a schema's text, of the kinds that people make and of those that nobody does.

mod characters;
mod definitions;
mod docs;
mod lines;
mod names;
mod tokens;
mod values;

use std::ops::Range;

use super::random::Random;

/// A kind of change.
pub(super) struct Mutation {
    /// Its name in the report.
    pub(super) name: &'static str,
    /// Makes a change of the kind, when the text has a place for one.
    apply: fn(&mut Random, &str) -> Option<Edit>,
}

/// Parts of a text and what comes instead: in order, without overlap.
type Edit = Vec<(Range<usize>, String)>;

/// All kinds, each as likely as the others.
pub(super) const ALL: [Mutation; 29] = [
    new("character: delete", characters::delete),
    new("character: insert", characters::insert),
    new("character: replace", characters::replace),
    new("token: delete", tokens::delete),
    new("token: duplicate", tokens::duplicate),
    new("token: swap", tokens::swap),
    new("token: replace", tokens::replace),
    new("line: delete", lines::delete),
    new("line: duplicate", lines::duplicate),
    new("line: swap", lines::swap),
    new("line: move", lines::shift),
    new("line: indent", lines::indent),
    new("line: join", lines::join),
    new("name: another", names::another),
    new("name: affix", names::affix),
    new("name: respell", names::respell),
    new("value: another kind", values::another_kind),
    new("value: empty string", values::empty_string),
    new("value: exchange", values::exchange),
    new("key: drop", values::drop_key),
    new("key: add", values::add_key),
    new("key: rename", values::rename_key),
    new("definition: drop", definitions::delete),
    new("definition: duplicate", definitions::duplicate),
    new("definition: swap", definitions::swap),
    new("doc: line", docs::delete_or_duplicate),
    new("doc: move", docs::shift),
    new("doc: indent", docs::indent),
    new("doc: insert", docs::insert),
];

const fn new(name: &'static str, apply: fn(&mut Random, &str) -> Option<Edit>) -> Mutation {
    Mutation { name, apply }
}

impl Mutation {
    /// The text with a change; `None` where there is no place for one.
    pub(super) fn apply(&self, random: &mut Random, text: &str) -> Option<String> {
        let edit = (self.apply)(random, text)?;
        let mut changed = String::with_capacity(text.len());
        let mut done = 0;
        for (range, new) in edit {
            changed.push_str(text.get(done..range.start)?);
            changed.push_str(&new);
            done = range.end;
        }
        changed.push_str(text.get(done..)?);
        (changed != text).then_some(changed)
    }
}

/// Exchanges two parts of a text, of which the first is in front of the other.
fn exchange(text: &str, one: Range<usize>, other: Range<usize>) -> Option<Edit> {
    let (first, second) = (text.get(one.clone())?, text.get(other.clone())?);
    Some(vec![(one, second.to_owned()), (other, first.to_owned())])
}

/// Moves a part of a text to another place outside of it.
fn relocate(text: &str, part: Range<usize>, to: usize) -> Option<Edit> {
    let moved = (to..to, text.get(part.clone())?.to_owned());
    let gone = (part.clone(), String::new());
    if to <= part.start {
        Some(vec![moved, gone])
    } else {
        (to >= part.end).then_some(vec![gone, moved])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
##
# @Color:
#
# A color.
#
# @red: like blood
# @dark-blue: like the sea
#
# Since: 1.0
##
{ 'enum': 'Color',
  'data': [ 'red', { 'name': 'dark-blue', 'if': 'X' } ] }

{ 'struct': 'S', 'data': { 'a': 'Color', '*b': [ 'int' ] } }
";

    #[test]
    fn each_kind_changes_a_schema_in_the_same_way_for_the_same_seed() {
        for mutation in &ALL {
            let changed = |case| mutation.apply(&mut Random::new(1, case), TEXT);
            let all: Vec<String> = (0..200).filter_map(changed).collect();
            assert!(all.len() > 20, "{}", mutation.name);
            assert!(
                all.iter().all(|changed| changed != TEXT),
                "{}",
                mutation.name
            );
            assert_eq!(all, (0..200).filter_map(changed).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_text_is_too_small_or_too_odd() {
        for text in [
            "", "\n", "#", "'", "{", "##\n##", "\u{e9}", "}\n{ 'a'", "{ 'a': ", "# @a:",
        ] {
            for mutation in &ALL {
                for case in 0..20 {
                    mutation.apply(&mut Random::new(3, case), text);
                }
            }
        }
    }

    #[test]
    fn parts_change_their_places() {
        let apply = |edit: Option<Edit>| {
            let mut text = "0123456789".to_owned();
            for (range, new) in edit.unwrap().into_iter().rev() {
                text.replace_range(range, &new);
            }
            text
        };
        assert_eq!(apply(exchange("0123456789", 1..3, 7..8)), "0734561289");
        assert_eq!(apply(relocate("0123456789", 1..3, 7)), "0345612789");
        assert_eq!(apply(relocate("0123456789", 7..9, 1)), "0781234569");
        assert_eq!(relocate("0123456789", 1..3, 2), None);
    }
}
