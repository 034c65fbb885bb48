//! What is written to standard output.

use std::io::{self, BufWriter, IsTerminal as _, Write as _};

use qapi_protocol::{Error, RawValue, Response};

use crate::json::{Json, Style};
use crate::language::Request;
use crate::output::{Output, Printable, standard_output};

/// What is written of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// What the command returned.
    Value,
    /// The whole answer.
    Reply,
    /// The text that it returned.
    Text,
}

/// Standard output, and what comes there: all of an answer as soon as it is known.
pub(super) struct Report {
    out: BufWriter<Output>,
    form: Form,
    style: Style,
    /// Whether a person reads it at a terminal.
    is_terminal: bool,
}

impl Report {
    pub(super) fn new(form: Form, style: Style) -> Self {
        Report {
            out: standard_output(),
            form,
            style,
            is_terminal: io::stdout().is_terminal(),
        }
    }

    /// Writes what a command returned.
    pub(super) fn returned(&mut self, request: &Request, value: RawValue<'_>) -> io::Result<()> {
        match self.form {
            Form::Value => self.line(value.get()),
            Form::Reply => self.reply(request, Ok(value)),
            Form::Text => match value.decode::<String>() {
                Ok(text) => self.text(&text),
                Err(_) => self.line(value.get()),
            },
        }
    }

    /// Writes that a command failed, if that is what is wanted here; whether it is.
    pub(super) fn failed(&mut self, request: &Request, error: &Error) -> io::Result<bool> {
        match self.form {
            Form::Reply => self.reply(request, Err(error.clone())).map(|()| true),
            Form::Value | Form::Text => Ok(false),
        }
    }

    fn reply(&mut self, request: &Request, result: Result<RawValue<'_>, Error>) -> io::Result<()> {
        let id = request.id.clone();
        self.line(&qapi_protocol::encode(&Response { id, result }))
    }

    /// Writes the text of the human monitor, which ends its lines as terminals want it.
    fn text(&mut self, text: &str) -> io::Result<()> {
        let text = text.replace("\r\n", "\n");
        match self.is_terminal {
            true => write!(self.out, "{}", Printable(&text))?,
            false => self.out.write_all(text.as_bytes())?,
        }
        if !text.is_empty() && !text.ends_with('\n') {
            writeln!(self.out)?;
        }
        self.out.flush()
    }

    /// Writes a value.
    pub(super) fn line(&mut self, json: &str) -> io::Result<()> {
        let style = self.style;
        writeln!(self.out, "{}", Json { text: json, style })?;
        self.out.flush()
    }
}
