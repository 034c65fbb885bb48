//! Where lines come from: a person at a terminal, or a pipe.

use std::io::{self, BufRead as _, Read as _};

use anyhow::{Context as _, bail};

use super::editor::LineEditor;
use crate::language::Progress;

/// How many bytes a request from a pipe may have.
const MAX_REQUEST: u64 = 64 << 20;

/// How many characters go in a line where nobody says.
const PIPE_WIDTH: usize = 100;

/// Where lines come from.
pub(super) enum Source {
    /// A person, who is asked.
    Terminal(Box<LineEditor>),
    /// A pipe or a file, which is read to its end.
    Pipe,
}

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    /// A line for the server, or for the shell; or several, as long as brackets are open.
    Line,
    /// A line for the human monitor, in which brackets are characters as others are.
    Human,
    /// An action of a transaction.
    Action,
    /// The answer to a question.
    Answer,
}

impl Typing {
    /// Whether several lines may make up one request.
    pub(super) fn has_several_lines(self) -> bool {
        matches!(self, Typing::Line | Typing::Action)
    }
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// A line, or several.
    Text(String),
    /// Ctrl-C.
    Interrupt,
    /// Ctrl-D in an empty line, or the end of what there is.
    End,
}

impl Source {
    /// Whether somebody sees what is written, and can be asked.
    pub(super) fn is_person(&self) -> bool {
        matches!(self, Source::Terminal(_))
    }

    /// How many characters go in a line.
    pub(super) fn width(&mut self) -> usize {
        match self {
            Source::Terminal(editor) => editor.width(),
            Source::Pipe => PIPE_WIDTH,
        }
    }

    /// What is typed next; a person is shown `prompt`.
    pub(super) fn read(&mut self, prompt: &str, typing: Typing) -> anyhow::Result<Typed> {
        match self {
            Source::Terminal(editor) => editor.read(prompt, typing),
            Source::Pipe => read(&mut io::stdin().lock(), typing),
        }
    }

    /// Has a person decide. Nobody is there to decide for what comes from a pipe: it is meant.
    pub(super) fn confirms(&mut self, question: &str) -> anyhow::Result<bool> {
        match self {
            Source::Terminal(editor) => Ok(match editor.read(question, Typing::Answer)? {
                Typed::Text(text) => matches!(text.trim(), "y" | "Y" | "yes"),
                Typed::Interrupt | Typed::End => false,
            }),
            Source::Pipe => Ok(true),
        }
    }

    /// Remembers what a person typed.
    pub(super) fn remember(&mut self, request: &str) {
        if let Source::Terminal(editor) = self {
            editor.remember(request);
        }
    }
}

/// The next request: a line, or several as long as brackets are open.
fn read(from: &mut impl io::BufRead, typing: Typing) -> anyhow::Result<Typed> {
    let mut text = String::new();
    let mut progress = Progress::default();
    let mut from = from.take(MAX_REQUEST);
    loop {
        let length = from
            .read_line(&mut text)
            .context("cannot read standard input")?;
        if from.limit() == 0 {
            bail!("a request on standard input has more than {MAX_REQUEST} bytes");
        }
        if length == 0 || !typing.has_several_lines() || progress.is_complete(&text) {
            break;
        }
    }
    Ok(match text.is_empty() {
        true => Typed::End,
        false => Typed::Text(text),
    })
}

#[cfg(test)]
mod tests {
    use super::{Typed, Typing, read};

    #[test]
    fn a_pipe_gives_a_request_at_a_time() {
        let mut pipe = b"query-status\n{\"execute\":\n \"stop\"}\n\nlast".as_slice();
        let mut next = || read(&mut pipe, Typing::Line).unwrap();
        let text = |text: &str| Typed::Text(text.to_owned());
        assert_eq!(next(), text("query-status\n"));
        assert_eq!(next(), text("{\"execute\":\n \"stop\"}\n"));
        assert_eq!(next(), text("\n"));
        assert_eq!(next(), text("last"));
        assert_eq!(next(), Typed::End);

        let mut pipe = b"qom-set / a b={\ninfo name\n".as_slice();
        let mut next = || read(&mut pipe, Typing::Human).unwrap();
        assert_eq!(next(), text("qom-set / a b={\n"));
        assert_eq!(next(), text("info name\n"));
    }
}
