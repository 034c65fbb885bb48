//! What a line says around the cursor, however unfinished it is.

use super::EXEC_OOB;
use super::mistake::floor;
use super::transaction::{self, Transaction};
use super::tree::{Entry, insert};
use super::words::{Word, Words};
use crate::vocabulary::{Type, Vocabulary};

/// What lines are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Commands.
    Commands,
    /// Actions, between `transaction(` and `)`.
    Actions,
}

/// What a line says.
#[derive(Debug)]
pub(super) struct Line<'l> {
    /// What the first word is the name of.
    pub(super) mode: Mode,
    /// Whether `exec-oob` stands in front.
    pub(super) oob: bool,
    /// The name of the command or the action; `None` if the cursor is still in it.
    pub(super) head: Option<&'l str>,
    /// The words that are finished.
    pub(super) words: Vec<Word<'l>>,
    /// The one that ends at the cursor.
    pub(super) current: Current<'l>,
}

/// A word up to the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Current<'l> {
    /// Where it begins.
    pub(super) start: usize,
    /// Its name.
    pub(super) name: &'l str,
    /// Its value, as it is written; `None` without `=`.
    pub(super) value: Option<&'l str>,
}

impl<'l> Line<'l> {
    /// What `line` says to a cursor at `cursor`; `None` if it is no line of words, but JSON.
    pub(super) fn new(line: &'l str, cursor: usize, mode: Mode) -> Option<Self> {
        let (start, end, mode) = match mode {
            Mode::Commands if !Transaction::is_opened_by(line) => (0, line.len(), mode),
            Mode::Commands | Mode::Actions => {
                let (start, end, _) = transaction::bounds(line);
                (start, end, Mode::Actions)
            }
        };
        let cursor = floor(line, cursor.min(end));
        let left = line.get(..cursor)?;
        if left.get(start..)?.trim_start().starts_with('{') {
            return None;
        }
        let mut words = Words::from(left, start);
        let mut head = words.bare();
        let oob = mode == Mode::Commands && head.is_some_and(|(_, name)| name == EXEC_OOB);
        if oob && !words.is_at_end() {
            head = words.bare();
        }
        let (at, name) = head.unwrap_or((cursor, ""));
        if words.is_at_end() {
            return Some(Line {
                mode,
                oob: oob && name != EXEC_OOB,
                head: None,
                words: Vec::new(),
                current: Current {
                    start: at,
                    name,
                    value: None,
                },
            });
        }
        let (mut finished, current) = split(words, left);
        let behind = line.get(cursor..end)?;
        let rest_of_word = behind.find(char::is_whitespace).unwrap_or(behind.len());
        let right = Words::from(line.get(..end)?, cursor + rest_of_word);
        finished.extend(right.map_while(Result::ok));
        Some(Line {
            mode,
            oob,
            head: Some(name),
            words: finished,
            current,
        })
    }

    /// What the finished words say, as far as it is right.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for word in &self.words {
            // What is wrong is told when the line is finished.
            let _ = insert(&mut entries, word);
        }
        entries
    }

    /// What the command or the action takes, if that is known.
    pub(super) fn arguments<'v>(&self, vocabulary: &'v Vocabulary) -> Option<Type<'v>> {
        let head = self.head?;
        match self.mode {
            Mode::Commands => vocabulary.command(head)?.arguments(),
            Mode::Actions => vocabulary.action(head),
        }
    }
}

/// The words in `left` that are finished, and the one at its end.
fn split<'l>(mut words: Words<'l>, left: &'l str) -> (Vec<Word<'l>>, Current<'l>) {
    let mut finished = Vec::new();
    loop {
        let start = words.skip_blanks();
        let unfinished = left.get(start..).unwrap_or_default();
        match words.next() {
            Some(Ok(word)) if word.span.end < left.len() => finished.push(word),
            // Either nothing, or a word, or one with a quote or a bracket that is not closed.
            None | Some(_) => {
                let (name, value) = match unfinished.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (unfinished, None),
                };
                return (finished, Current { start, name, value });
            }
        }
    }
}
