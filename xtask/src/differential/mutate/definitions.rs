//! Changes of whole definitions, with their documentation or without.

use std::ops::Range;

use super::{Edit, exchange};
use crate::differential::random::Random;
use crate::differential::tokens::{Kind, Token, tokens, value_end};

pub(super) fn delete(random: &mut Random, text: &str) -> Option<Edit> {
    Some(vec![(random.pick(&parts(text))?.clone(), String::new())])
}

pub(super) fn duplicate(random: &mut Random, text: &str) -> Option<Edit> {
    let parts = parts(text);
    let part = random.pick(&parts)?;
    let copy = format!("\n{}\n", text.get(part.clone())?);
    let to = random.pick(&parts)?.end;
    Some(vec![(to..to, copy)])
}

/// A definition and one of those that follow; often without what documents them.
pub(super) fn swap(random: &mut Random, text: &str) -> Option<Edit> {
    let parts = parts(text);
    let first = random.below(parts.len());
    let second = first + 1 + random.below(4);
    exchange(text, parts.get(first)?.clone(), parts.get(second)?.clone())
}

/// The expressions at the top, and the blocks of comment lines.
fn parts(text: &str) -> Vec<Range<usize>> {
    let tokens: Vec<Token> = tokens(text)
        .into_iter()
        .filter(|token| token.kind != Kind::Space)
        .collect();
    let mut parts: Vec<(bool, Range<usize>)> = Vec::new();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let is_comment = token.kind == Kind::Comment;
        let last = if is_comment {
            index
        } else {
            value_end(text, &tokens, index).unwrap_or(index)
        };
        let end = tokens.get(last).map_or(text.len(), |last| last.range.end);
        match parts.last_mut() {
            Some((true, block)) if is_comment => block.end = end,
            _ => parts.push((is_comment, token.range.start..end)),
        }
        index = last + 1;
    }
    parts.into_iter().map(|(_, part)| part).collect()
}
