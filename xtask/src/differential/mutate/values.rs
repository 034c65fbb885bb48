//! Changes of keys and values.

use std::ops::Range;

use super::{Edit, exchange as exchange_ranges};
use crate::differential::random::Random;
use crate::differential::tokens::{Kind, Token, expression_tokens, value_end};

/// The keys of the language.
const KEYS: [&str; 33] = [
    "enum",
    "struct",
    "union",
    "alternate",
    "command",
    "event",
    "include",
    "pragma",
    "data",
    "base",
    "discriminator",
    "prefix",
    "if",
    "features",
    "returns",
    "boxed",
    "gen",
    "success-response",
    "allow-oob",
    "allow-preconfig",
    "coroutine",
    "name",
    "type",
    "all",
    "any",
    "not",
    "doc-required",
    "command-name-exceptions",
    "command-returns-exceptions",
    "documentation-exceptions",
    "member-name-exceptions",
    "x",
    "*x",
];

/// Values that some key has.
const VALUES: [&str; 24] = [
    "true",
    "false",
    "'int'",
    "'x'",
    "''",
    "{ }",
    "[ ]",
    "[ 'int' ]",
    "[ 'x' ]",
    "[ 'x', 'x' ]",
    "{ 'x': 'int' }",
    "{ 'type': 'int' }",
    "{ 'name': 'x' }",
    "[ { 'name': 'x' } ]",
    "{ 'all': [ 'X' ] }",
    "{ 'any': [ ] }",
    "{ 'not': 'X' }",
    "{ 'all': 'X' }",
    "[ 'deprecated' ]",
    "[ 'unstable' ]",
    "[ 'allow-oob' ]",
    "[ { } ]",
    "[ true ]",
    "{ 'not': { 'all': [ 'A', 'B' ] } }",
];

/// A key, what it is the key of, and both with the colon between them.
struct Entry {
    key: Range<usize>,
    value: Range<usize>,
    /// With the comma behind it, or the one in front where it is the last.
    with_comma: Range<usize>,
}

pub(super) fn another_kind(random: &mut Random, text: &str) -> Option<Edit> {
    let value = random.pick(&values(text))?.clone();
    let old = text.get(value.clone())?;
    let new = match random.below(6) {
        0 => format!("[ {old} ]"),
        1 => format!("{{ 'type': {old} }}"),
        2 => format!("{{ 'name': {old} }}"),
        _ => (*random.pick(&VALUES)?).to_owned(),
    };
    Some(vec![(value, new)])
}

/// A string for `''`, which QEMU takes for no name at all in places.
pub(super) fn empty_string(random: &mut Random, text: &str) -> Option<Edit> {
    let value = random.pick(&values(text))?.clone();
    let is_string = text.get(value.clone())?.starts_with('\'');
    is_string.then(|| vec![(value, "''".to_owned())])
}

/// A value for a value from elsewhere.
pub(super) fn exchange(random: &mut Random, text: &str) -> Option<Edit> {
    let values = values(text);
    let (one, other) = (random.pick(&values)?, random.pick(&values)?);
    let (one, other) = if one.start <= other.start {
        (one, other)
    } else {
        (other, one)
    };
    let edit = exchange_ranges(text, one.clone(), other.clone())?;
    (one.end <= other.start).then_some(edit)
}

pub(super) fn drop_key(random: &mut Random, text: &str) -> Option<Edit> {
    let entries = entries(text);
    Some(vec![(
        random.pick(&entries)?.with_comma.clone(),
        String::new(),
    )])
}

pub(super) fn add_key(random: &mut Random, text: &str) -> Option<Edit> {
    let entries = entries(text);
    let entry = random.pick(&entries)?;
    let key = if random.below(8) == 0 {
        text.get(entry.key.clone())?.trim_matches('\'')
    } else {
        random.pick(&KEYS)?
    };
    let new = format!(", '{key}': {}", random.pick(&VALUES)?);
    Some(vec![(entry.value.end..entry.value.end, new)])
}

pub(super) fn rename_key(random: &mut Random, text: &str) -> Option<Edit> {
    let entries = entries(text);
    let key = random.pick(&entries)?.key.clone();
    let new = if random.below(4) == 0 {
        text.get(random.pick(&entries)?.key.clone())?.to_owned()
    } else {
        format!("'{}'", random.pick(&KEYS)?)
    };
    Some(vec![(key, new)])
}

/// The values of keys, and the elements of lists.
fn values(text: &str) -> Vec<Range<usize>> {
    let tokens = expression_tokens(text);
    let mut values: Vec<Range<usize>> = entries_of(text, &tokens);
    for (index, pair) in tokens.windows(2).enumerate() {
        if let [before, first] = pair
            && matches!(text.get(before.range.clone()), Some("[" | ","))
            && first.kind == Kind::String
            && tokens
                .get(index + 2)
                .is_none_or(|next| text.get(next.range.clone()) != Some(":"))
        {
            values.push(first.range.clone());
        }
    }
    values
}

fn entries_of(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let entries = keys(text, tokens).filter_map(|index| entry(text, tokens, index));
    entries.map(|entry| entry.value).collect()
}

fn entries(text: &str) -> Vec<Entry> {
    let tokens = expression_tokens(text);
    let keys: Vec<usize> = keys(text, &tokens).collect();
    let entries = keys.into_iter();
    entries
        .filter_map(|index| entry(text, &tokens, index))
        .collect()
}

/// The numbers of the tokens that are keys.
fn keys(text: &str, tokens: &[Token]) -> impl Iterator<Item = usize> {
    let is_key = |(index, pair): (usize, &[Token])| match pair {
        [key, colon] => {
            let is_colon = text.get(colon.range.clone()) == Some(":");
            (key.kind == Kind::String && is_colon).then_some(index)
        }
        _ => None,
    };
    tokens.windows(2).enumerate().filter_map(is_key)
}

fn entry(text: &str, tokens: &[Token], index: usize) -> Option<Entry> {
    let range = |index: usize| tokens.get(index).map(|token| token.range.clone());
    let is_comma = |index: usize| range(index).is_some_and(|range| text.get(range) == Some(","));
    let key = range(index)?;
    let first = range(index + 2)?;
    let end = value_end(text, tokens, index + 2)?;
    let value = first.start..range(end)?.end;
    let with_comma = if is_comma(end + 1) {
        key.start..range(end + 1)?.end
    } else if index > 0 && is_comma(index - 1) {
        range(index - 1)?.start..value.end
    } else {
        key.start..value.end
    };
    Some(Entry {
        key,
        value,
        with_comma,
    })
}
