//! Changes of single tokens of expressions.

use super::{Edit, exchange};
use crate::differential::random::Random;
use crate::differential::tokens::{Token, expression_tokens};

/// What a token becomes.
const TOKENS: [&str; 16] = [
    "{", "}", "[", "]", ":", ",", "true", "false", "null", "0", "-1", "''", "'int'", "'*'",
    "\"int\"", "'\\\\'",
];

pub(super) fn delete(random: &mut Random, text: &str) -> Option<Edit> {
    let tokens = expression_tokens(text);
    Some(vec![(random.pick(&tokens)?.range.clone(), String::new())])
}

pub(super) fn duplicate(random: &mut Random, text: &str) -> Option<Edit> {
    let tokens = expression_tokens(text);
    let token = random.pick(&tokens)?;
    let copy = format!(" {}", text.get(token.range.clone())?);
    Some(vec![(token.range.end..token.range.end, copy)])
}

/// A token and one of those that follow.
pub(super) fn swap(random: &mut Random, text: &str) -> Option<Edit> {
    let tokens = expression_tokens(text);
    let first = random.below(tokens.len());
    let second = first + 1 + random.below(3);
    let range = |index: usize| tokens.get(index).map(|token: &Token| token.range.clone());
    exchange(text, range(first)?, range(second)?)
}

/// By another of the text, or by one that may not be in the text.
pub(super) fn replace(random: &mut Random, text: &str) -> Option<Edit> {
    let tokens = expression_tokens(text);
    let range = random.pick(&tokens)?.range.clone();
    let new = if random.below(2) == 0 {
        text.get(random.pick(&tokens)?.range.clone())?
    } else {
        random.pick(&TOKENS)?
    };
    Some(vec![(range, new.to_owned())])
}
