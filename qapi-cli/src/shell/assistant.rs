//! What helps while a line is typed: completion, hints, and whether the line is whole.

use std::borrow::Cow;
use std::cell::Cell;
use std::time::Duration;

use rustyline::CompletionType;
use rustyline::completion::{Completer, Pair};
use rustyline::highlight::Highlighter;
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper, Result};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::learn::Dialect;

use super::paint::Paint;
use super::screen::Screen;
use super::source::Typing;
use crate::language::{self, Candidate, Mode};

/// How long Tab waits for a server that has not yet said what it has.
const PATIENCE: Duration = Duration::from_secs(3);

/// How many candidates are shown: the editor counts no further than 65535, and nobody reads on.
const MAX_CANDIDATES: usize = 2000;

/// The words of the shell itself.
const WORDS: [&str; 4] = ["exit", "help", "reconnect", "transaction("];

/// What stands between a candidate and what is said of it.
const NOTE: &str = "  ";

/// Helps the editor.
pub(super) struct Assistant {
    pub(super) dialect: Dialect,
    pub(super) screen: Screen,
    pub(super) paint: Paint,
    pub(super) typing: Cell<Typing>,
    /// How many columns a line and its hint may have.
    pub(super) columns: Cell<usize>,
}

/// What is shown behind the line, and is not for taking over.
pub(super) struct Note(String);

impl Hint for Note {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Assistant {
    fn candidates(&self, line: &str, at: usize) -> Option<(usize, Vec<Pair>)> {
        let mode = self.mode()?;
        match &self.dialect {
            Dialect::Human(commands) => {
                let names = commands.wait(PATIENCE)?.complete(line.get(..at)?);
                let pairs = names.into_iter().map(|name| Pair {
                    display: name.clone(),
                    replacement: format!("{name} "),
                });
                Some((0, pairs.collect()))
            }
            Dialect::Qapi(vocabulary) => {
                let vocabulary = vocabulary.wait(PATIENCE)?;
                let found = language::complete(line, at, mode, &vocabulary, &WORDS);
                let is_only = found.candidates.len() == 1;
                let pair = |it: Candidate| Pair {
                    display: match it.note.as_str() {
                        "" => it.text.clone(),
                        note => format!("{}{NOTE}{note}", it.text),
                    },
                    replacement: match it.is_final && is_only {
                        true => it.text + " ",
                        false => it.text,
                    },
                };
                Some((
                    found.start,
                    found.candidates.into_iter().map(pair).collect(),
                ))
            }
        }
    }

    fn note(&self, line: &str) -> Option<String> {
        let mode = self.mode()?;
        match &self.dialect {
            Dialect::Human(commands) => commands.get()?.hint(line),
            Dialect::Qapi(vocabulary) => language::hint(line, mode, &*vocabulary.get()?),
        }
    }

    /// What the words of a line are, unless it has none for a server.
    fn mode(&self) -> Option<Mode> {
        match self.typing.get() {
            Typing::Line | Typing::Human => Some(Mode::Commands),
            Typing::Action => Some(Mode::Actions),
            Typing::Answer => None,
        }
    }
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> Result<(usize, Vec<Self::Candidate>)> {
        let (start, mut candidates) = self.candidates(line, at).unwrap_or_default();
        // What a server calls its commands is for it to say, but not what the terminal does.
        candidates.retain(|it| !it.display.contains(char::is_control));
        candidates.truncate(MAX_CANDIDATES);
        Ok((start, candidates))
    }
}

impl Hinter for Assistant {
    type Hint = Note;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<Note> {
        // The editor asks when it is about to show the line.
        self.screen.line_is_shown();
        if at < line.len() || line.contains('\n') {
            return None;
        }
        let room = self.columns.get().checked_sub(line.width() + 1)?;
        cut(&self.note(line)?, room).map(Note)
    }
}

/// What fits of a note into a number of columns, unless that is too little to be of use.
fn cut(note: &str, room: usize) -> Option<String> {
    /// How much is of use.
    const LEAST: usize = 8;

    let note: String = note.chars().filter(|c| !c.is_control()).collect();
    if note.width() <= room {
        return Some(note);
    }
    if room < LEAST {
        return None;
    }
    let mut text = String::new();
    for c in note.chars() {
        if text.width() + c.width().unwrap_or(0) >= room {
            break;
        }
        text.push(c);
    }
    text.push('…');
    Some(text)
}

impl Highlighter for Assistant {
    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.paint.dim(hint))
    }

    fn highlight_candidate<'c>(&self, candidate: &'c str, _: CompletionType) -> Cow<'c, str> {
        match candidate.split_once(NOTE) {
            Some((text, note)) => Cow::Owned(format!("{text}{NOTE}{}", self.paint.dim(note))),
            None => Cow::Borrowed(candidate),
        }
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> Result<ValidationResult> {
        let has_several_lines = self.typing.get().has_several_lines();
        if has_several_lines && !language::is_complete(context.input()) {
            return Ok(ValidationResult::Incomplete);
        }
        self.screen.line_is_done();
        Ok(ValidationResult::Valid(None))
    }
}

impl Helper for Assistant {}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_hint_is_cut_where_the_line_ends() {
        let note = "size=<int> [node-name=<str>]";
        assert_eq!(cut(note, 28).as_deref(), Some(note));
        assert_eq!(cut(note, 12).as_deref(), Some("size=<int> …"));
        assert_eq!(cut(note, 7), None);
        // What is two columns wide may leave one free.
        assert_eq!(cut("日本語日本語", 8).as_deref(), Some("日本語…"));
        assert_eq!(cut("a\x1b[2Jb", 8).as_deref(), Some("a[2Jb"));
    }
}
