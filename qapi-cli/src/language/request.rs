//! Requests, as lines say them.

use std::ops::Range;

use qapi_parser::nearest;
use qapi_protocol::{RawRequest, RawValue};

use super::EXEC_OOB;
use super::guess::guess;
use super::json;
use super::mistake::{Mistake, Result};
use super::tree::{Entry, Form, Tree, insert};
use super::typed;
use super::words::{Word, Words};
use crate::vocabulary::{Command, Vocabulary};

/// What is in a request.
const MEMBERS: [&str; 4] = ["execute", EXEC_OOB, "arguments", "id"];

/// A command to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The name of the command.
    pub(crate) command: String,
    /// Whether it is to be executed out of band.
    pub(crate) oob: bool,
    /// Its arguments, if there are any: an object.
    pub(crate) arguments: Option<RawValue<'static>>,
    /// The `id` of a request that was pasted as it is on the wire.
    pub(crate) id: Option<RawValue<'static>>,
    /// What the schema has against what was pasted.
    pub(crate) warning: Option<Mistake>,
}

/// The request that `text` is: a line, or a request as it is on the wire, in any number of lines.
pub(crate) fn parse(text: &str, vocabulary: Option<&Vocabulary>) -> Result<Request> {
    if text.trim_start().starts_with('{') {
        return pasted(text, vocabulary);
    }
    let mut words = Words::new(text);
    let first = words.bare();
    let (oob, first) = match first {
        Some((_, EXEC_OOB)) => (true, words.bare()),
        first => (false, first),
    };
    let Some((at, name)) = first else {
        let end = text.trim_end().len();
        return Err(Mistake::new(end..end, "the name of a command is missing"));
    };
    let span = at..at + name.len();
    let command = match vocabulary {
        Some(vocabulary) => Some(find(vocabulary, name, span.clone())?),
        None => None,
    };
    if oob && command.is_some_and(|it| it.arguments().is_some() && !it.allows_oob()) {
        let message = format!("`{name}` cannot be executed out of band");
        return Err(Mistake::new(span, message));
    }
    let words = words.collect::<Result<Vec<_>>>()?;
    let end = text.trim_end().len();
    request(name, oob, &words, end, command)
}

/// The request that a command and the words of a command line are, each `NAME=VALUE`, which the
/// user's own shell has parted and freed of quotes. Places in a mistake are those in
/// [`line_of`] the words.
pub(crate) fn arguments(
    name: &str,
    words: &[String],
    vocabulary: Option<&Vocabulary>,
) -> Result<Request> {
    let command = match vocabulary {
        Some(vocabulary) => Some(find(vocabulary, name, 0..name.len())?),
        None => None,
    };
    let mut at = name.len();
    let words = words.iter().map(|word| {
        let start = at + 1;
        at = start + word.len();
        Word::plain(start, word)
    });
    let words: Vec<_> = words.collect();
    request(name, false, &words, at, command)
}

/// The line that a command and words make, for the places of mistakes in it.
pub(crate) fn line_of(name: &str, words: &[String]) -> String {
    let mut line = name.to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    line
}

/// Whether nothing more has to come: all brackets are closed, or an empty line says that there
/// will be no more.
pub(crate) fn is_complete(text: &str) -> bool {
    Progress::default().is_complete(text)
}

/// What is missing of a request that comes line by line. What was looked at once is not looked at
/// again, so that a request of many lines takes no longer than it has to.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Where a value begins of which brackets are not closed, and these.
    open: Option<(usize, json::Brackets)>,
}

impl Progress {
    /// Whether nothing more has to come behind `text`, which is what was there before and more.
    pub(crate) fn is_complete(&mut self, text: &str) -> bool {
        if text.trim_end_matches([' ', '\t']).ends_with("\n\n") {
            return true;
        }
        loop {
            let (start, brackets) = match &mut self.open {
                Some(open) => open,
                None => match open_value(text) {
                    Some(start) => self.open.insert((start, json::Brackets::default())),
                    None => return true,
                },
            };
            let value = text.get(*start..).unwrap_or_default();
            if brackets.length(value).is_none() {
                return false;
            }
            self.open = None;
        }
    }
}

/// Where a value begins of which a bracket is not closed.
fn open_value(text: &str) -> Option<usize> {
    let request = text.trim_start();
    if request.starts_with('#') {
        return None;
    }
    if request.starts_with('{') {
        let start = text.len() - request.len();
        return json::length(request).is_none().then_some(start);
    }
    let mut words = Words::new(text);
    words.by_ref().for_each(drop);
    words.open()
}

fn request(
    name: &str,
    oob: bool,
    words: &[Word<'_>],
    end: usize,
    command: Option<Command<'_>>,
) -> Result<Request> {
    let mut json = String::new();
    typed::arguments(&tree(words, end)?, name, command, &mut json)?;
    let arguments = match words {
        [] => None,
        _ => Some(raw(&json, end)?),
    };
    Ok(Request {
        command: name.to_owned(),
        oob,
        arguments,
        id: None,
        warning: None,
    })
}

/// What the words say, up to `end`.
pub(super) fn tree(words: &[Word<'_>], end: usize) -> Result<Tree> {
    let mut entries = Vec::new();
    for word in words {
        insert(&mut entries, word)?;
    }
    let start = words.first().map_or(end, |word| word.span.start);
    Ok(Tree {
        span: start..end,
        form: Form::Dotted(entries),
    })
}

/// What was written as JSON, as JSON.
pub(super) fn raw(json: &str, end: usize) -> Result<RawValue<'static>> {
    RawValue::parse(json)
        .map(RawValue::into_owned)
        .map_err(|error| Mistake::new(end..end, error.to_string()))
}

/// The command `name`, which is at `span`.
fn find<'v>(vocabulary: &'v Vocabulary, name: &str, span: Range<usize>) -> Result<Command<'v>> {
    vocabulary.command(name).ok_or_else(|| {
        let near = nearest(name, vocabulary.commands().map(Command::name));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        Mistake::new(span, format!("there is no command `{name}`")).with_help(help)
    })
}

/// A request as it is on the wire.
fn pasted(text: &str, vocabulary: Option<&Vocabulary>) -> Result<Request> {
    let start = text.len() - text.trim_start().len();
    let tree = json::parse(text.trim(), start)?;
    let request = match RawValue::parse(text.trim()) {
        Ok(json) => json,
        // With single quotes, say: the same in the JSON that all servers read.
        Err(_) => {
            let mut json = String::new();
            guess(&tree, &mut json)?;
            raw(&json, start)?.into_owned()
        }
    };
    let parsed = RawRequest::parse(request.get().as_bytes());
    let parsed = parsed.map_err(|_| {
        let message = "a request needs either `execute` or `exec-oob`, the name of a command";
        Mistake::new(start..start + 1, message)
    })?;
    let mut request = Request {
        command: parsed.command.clone().into_owned(),
        oob: parsed.oob,
        arguments: parsed.arguments.map(RawValue::into_owned),
        id: parsed.id.map(RawValue::into_owned),
        warning: None,
    };
    if let Form::Object(entries) = &tree.form {
        for entry in entries {
            if !MEMBERS.contains(&entry.name.as_str()) {
                let message = format!("requests have no member `{}`", entry.name);
                let help = format!("they have `{}`", MEMBERS.join("`, `"));
                return Err(Mistake::new(entry.at.clone(), message).with_help(help));
            }
        }
        request.warning = vocabulary.and_then(|it| check(it, &request, entries, tree.span).err());
    }
    Ok(request)
}

/// What the schema has against a request.
fn check(
    vocabulary: &Vocabulary,
    request: &Request,
    entries: &[Entry],
    span: Range<usize>,
) -> Result<()> {
    let member = |name: &str| entries.iter().find(|it| it.name == name);
    let name = member(if request.oob { EXEC_OOB } else { "execute" });
    let place = name.map_or(span, |it| it.value.span.clone());
    let command = find(vocabulary, &request.command, place.clone())?;
    let nothing = Tree {
        span: place.end..place.end,
        form: Form::Object(Vec::new()),
    };
    let arguments = member("arguments").map_or(&nothing, |it| &it.value);
    typed::arguments(
        arguments,
        &request.command,
        Some(command),
        &mut String::new(),
    )
}
