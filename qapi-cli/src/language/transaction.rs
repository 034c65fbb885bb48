//! The lines between `transaction(` and `)`, each an action, as in `qmp-shell`.

use super::guess::guess;
use super::json;
use super::mistake::{Mistake, Result};
use super::request::{Request, raw, tree};
use super::typed;
use super::words::Words;
use crate::vocabulary::Vocabulary;
use qapi_parser::nearest;

/// What opens a transaction.
const OPEN: &str = "transaction(";

/// The actions of a transaction so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transaction {
    /// As JSON.
    actions: Vec<String>,
    /// Whether more lines belong to it.
    is_open: bool,
}

impl Transaction {
    /// Whether a line begins a transaction. It may have the first action, and even `)`.
    pub(crate) fn is_opened_by(line: &str) -> bool {
        line.trim_start().starts_with(OPEN)
    }

    /// Whether more lines belong to it. It is closed before its first line, and by `)`.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// How many actions there are.
    pub(crate) fn len(&self) -> usize {
        self.actions.len()
    }

    /// Adds the action that a line has, if any: `blockdev-snapshot-sync device=a snapshot-file=b`.
    /// With `)`, alone or at the end, the transaction is the request that is returned.
    ///
    /// A line with a mistake adds nothing, and neither closes the transaction nor leaves it
    /// unopened, unless it would do both at once.
    pub(crate) fn add(
        &mut self,
        line: &str,
        vocabulary: Option<&Vocabulary>,
    ) -> Result<Option<Request>> {
        let (start, end, is_closed) = bounds(line);
        if vocabulary.is_some_and(|it| it.command("transaction").is_none()) {
            return Err(Mistake::new(0..end, "this server has no transactions"));
        }
        self.is_open |= !is_closed;
        let text = line.get(..end).unwrap_or(line);
        if let Some(action) = action(text, start, vocabulary)? {
            self.actions.push(action);
        }
        if !is_closed {
            return Ok(None);
        }
        self.is_open = false;
        let arguments = format!(r#"{{"actions": [{}]}}"#, self.actions.join(", "));
        Ok(Some(Request {
            command: "transaction".to_owned(),
            oob: false,
            arguments: Some(raw(&arguments, end)?),
            id: None,
            warning: None,
        }))
    }
}

/// Where in a line the action is, and whether `)` comes behind it.
pub(super) fn bounds(line: &str) -> (usize, usize, bool) {
    let text = line.trim_start();
    let text = text.strip_prefix(OPEN).unwrap_or(text);
    let start = line.len() - text.len();
    let before = text.trim_end().strip_suffix(')');
    // In quotes, or in a word, it closes nothing.
    match before.filter(|it| it.is_empty() || it.ends_with(char::is_whitespace)) {
        Some(action) => (start, start + action.len(), true),
        None => (start, line.len(), false),
    }
}

/// The action that `text` has from `start` on, as JSON.
fn action(text: &str, start: usize, vocabulary: Option<&Vocabulary>) -> Result<Option<String>> {
    let mut words = Words::from(text, start);
    let Some((at, name)) = words.bare() else {
        return Ok(None);
    };
    if name.starts_with('{') {
        let mut json = String::new();
        let rest = text.get(at..).unwrap_or_default();
        guess(&json::parse(rest.trim_end(), at)?, &mut json)?;
        return Ok(Some(json));
    }
    let ty = match vocabulary {
        Some(vocabulary) => {
            let known = vocabulary.action(name);
            Some(known.ok_or_else(|| unknown(name, at, vocabulary))?)
        }
        None => None,
    };
    let words = words.collect::<Result<Vec<_>>>()?;
    let mut data = String::new();
    let end = text.trim_end().len();
    typed::members(&tree(&words, end)?, name, ty, false, &mut data)?;
    let name = json::quote(name);
    Ok(Some(format!(r#"{{"type": {name}, "data": {data}}}"#)))
}

fn unknown(name: &str, at: usize, vocabulary: &Vocabulary) -> Mistake {
    let near = nearest(name, vocabulary.actions().map(|(action, _)| action));
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let message = format!("transactions have no action `{name}`");
    Mistake::new(at..at + name.len(), message).with_help(help)
}
