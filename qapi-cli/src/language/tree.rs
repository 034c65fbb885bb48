//! What is said in the words of a line, before it is known what they mean.

use std::ops::Range;

use super::mistake::{Mistake, Result};
use super::path::{Segment, segments};
use super::words::Word;

/// How many members of an object, or elements of a list, the words of a line can have. JSON can have
/// any number.
const MAX_MEMBERS: usize = 4096;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    /// Where it is.
    pub(super) span: Range<usize>,
    pub(super) form: Form,
}

/// The form of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    /// A word: what it means hangs on the type that is wanted.
    Word {
        text: String,
        is_quoted: bool,
    },
    /// No value: the name stands alone.
    Alone,
    /// What the dotted names of words make.
    Dotted(Vec<Entry>),
    /// JSON, which has types of its own.
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    List(Vec<Tree>),
    Object(Vec<Entry>),
}

/// A member.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Where the name is.
    pub(super) at: Range<usize>,
    pub(super) value: Tree,
}

impl Tree {
    /// Where in it something more would have to be said.
    pub(super) fn end(&self) -> Range<usize> {
        let end = self.span.end;
        match self.form {
            // In front of the bracket that closes it.
            Form::Object(_) => end.saturating_sub(1)..end,
            _ => end..end,
        }
    }
}

/// Puts a word where its dotted name says.
pub(super) fn insert(entries: &mut Vec<Entry>, word: &Word<'_>) -> Result<()> {
    let segments = segments(word.name, word.span.start)?;
    let Some((last, path)) = segments.split_last() else {
        return Err(Mistake::new(word.span.clone(), "a name is missing"));
    };
    let mut entries = entries;
    for segment in path {
        entries = nested(entries, segment, word.span.end)?;
    }
    if let Some(known) = entries.iter().find(|it| it.name == last.name) {
        let message = match known.value.form {
            Form::Dotted(_) => format!("`{}` has members already", word.name),
            _ => format!("`{}` is given twice", word.name),
        };
        return Err(Mistake::new(word.span.clone(), message));
    }
    let form = match &word.value {
        Some(text) => Form::Word {
            text: text.text.clone().into_owned(),
            is_quoted: text.is_quoted,
        },
        None => Form::Alone,
    };
    let value = word.value.as_ref().map(|text| text.span.clone());
    let entry = Entry {
        name: last.name.to_owned(),
        at: last.span.clone(),
        value: Tree {
            span: value.unwrap_or(last.span.clone()),
            form,
        },
    };
    add(entries, entry)
}

fn add(entries: &mut Vec<Entry>, entry: Entry) -> Result<()> {
    if entries.len() >= MAX_MEMBERS {
        let message = format!("there are more than {MAX_MEMBERS} members");
        return Err(Mistake::new(entry.at, message));
    }
    entries.push(entry);
    Ok(())
}

/// What is in the object or list `segment`, which is made if it is not there, and then ends at
/// `end`.
fn nested<'e>(
    entries: &'e mut Vec<Entry>,
    segment: &Segment<'_>,
    end: usize,
) -> Result<&'e mut Vec<Entry>> {
    let index = match entries.iter().position(|it| it.name == segment.name) {
        Some(index) => index,
        None => {
            let entry = Entry {
                name: segment.name.to_owned(),
                at: segment.span.clone(),
                value: Tree {
                    span: segment.span.clone(),
                    form: Form::Dotted(Vec::new()),
                },
            };
            add(entries, entry)?;
            entries.len() - 1
        }
    };
    match entries.get_mut(index).map(|entry| &mut entry.value) {
        Some(Tree {
            span,
            form: Form::Dotted(entries),
        }) => {
            span.end = end;
            Ok(entries)
        }
        _ => Err(Mistake::new(
            segment.span.clone(),
            format!(
                "`{}` has a value already, and can have no members",
                segment.name
            ),
        )),
    }
}
