//! What is compared: one of the two arguments.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use qapi_client::ConnectOptions;
use qapi_parser::{Schema, Strictness};
use qapi_protocol::introspection::QueryQmpSchema;

use super::dump;
use super::tree::Tree;
use crate::color::Color;
use crate::connect::{CONNECT_TIMEOUT, Connecting};
use crate::endpoint::Endpoint;
use crate::input;

/// One of the two that are compared.
pub(super) enum Side {
    /// A source tree.
    Tree(Tree),
    /// A schema.
    Schema(Schema),
    /// What a server says of itself, as a schema whose types have no names.
    Server(Schema),
}

impl Side {
    /// Finds out what an argument is, and reads it, but for the schemas of a tree.
    pub(super) fn open(argument: &OsStr, color: Color) -> anyhow::Result<Self> {
        let path = Path::new(argument);
        if is_stdin(argument) {
            return Side::read(path, color);
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Ok(Side::Tree(Tree::open(path.into())?)),
            Ok(metadata) if is_socket(&metadata) => Side::ask(&Endpoint::Unix(path.into())),
            Ok(_) => Side::read(path, color),
            Err(error) => match Endpoint::parse(argument.into()) {
                Ok(endpoint @ Endpoint::Tcp { .. }) => Side::ask(&endpoint),
                _ => Err(error).with_context(|| format!("can't read '{}'", path.display())),
            },
        }
    }

    /// Reads a file, which says itself what it is.
    fn read(path: &Path, color: Color) -> anyhow::Result<Self> {
        let name = input::name(path).display();
        let content = input::read(path).with_context(|| format!("can't read '{name}'"))?;
        match looks_like(&content) {
            Some(Format::Schema) => {
                let schema = input::load_read(path, content, Strictness::Lenient);
                Ok(Side::Schema(
                    schema.map_err(|failure| failure.shown(path, color))?,
                ))
            }
            Some(Format::Json) => {
                let answer = dump::read(&content)
                    .with_context(|| format!("'{name}' is no answer to query-qmp-schema"))?;
                Side::said(&answer).with_context(|| format!("can't compare '{name}'"))
            }
            None => bail!(
                "'{name}' is neither a schema, nor an answer to query-qmp-schema, which is JSON"
            ),
        }
    }

    /// Asks a server.
    fn ask(endpoint: &Endpoint) -> anyhow::Result<Self> {
        let connecting = Connecting {
            endpoint,
            timeout: CONNECT_TIMEOUT,
            options: ConnectOptions::new(),
            show: None,
        };
        let mut client = connecting.blocking_client()?;
        let answer = client
            .execute(QueryQmpSchema)
            .with_context(|| format!("'{endpoint}' does not say what it has"))?;
        Side::said(&answer).with_context(|| format!("can't compare '{endpoint}'"))
    }

    fn said(answer: &qapi_protocol::introspection::Schema) -> anyhow::Result<Self> {
        Ok(Side::Server(dump::schema(answer)?))
    }

    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Side::Tree(_) => "a source tree",
            Side::Schema(_) => "a schema",
            Side::Server(_) => "what a server says",
        }
    }
}

/// Whether an argument is standard input.
pub(super) fn is_stdin(argument: &OsStr) -> bool {
    input::is_stdin(Path::new(argument))
}

#[cfg(unix)]
fn is_socket(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_socket(_: &fs::Metadata) -> bool {
    false
}

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Schema,
    Json,
}

/// What a file is by how it begins. A schema has comments, and strings in single quotes.
fn looks_like(content: &[u8]) -> Option<Format> {
    let mut has_comments = false;
    let mut rest = content.trim_ascii_start();
    while rest.starts_with(b"#") {
        has_comments = true;
        let end = rest.iter().position(|byte| *byte == b'\n');
        rest = end.map_or(&[][..], |end| rest.split_at(end).1.trim_ascii_start());
    }
    match rest {
        [] if has_comments => Some(Format::Schema),
        [b'[', ..] => Some(Format::Json),
        [b'{', rest @ ..] => match rest.trim_ascii_start() {
            [b'"' | b'}', ..] => Some(Format::Json),
            _ => Some(Format::Schema),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, looks_like};

    #[test]
    fn a_file_says_what_it_is() {
        let schema = Some(Format::Schema);
        let json = Some(Format::Json);
        for (text, expected) in [
            ("", None),
            (" \n", None),
            ("# a schema to be", schema),
            ("# -*-\n\n#\n{ 'event': 'E' }", schema),
            ("{'event': 'E'}", schema),
            ("{ # comment\n'event': 'E' }", schema),
            ("[]", json),
            ("\n [ {\"name\": \"x\"} ]", json),
            ("{\"return\": []}", json),
            ("{ \n \"return\": []}", json),
            ("{}", json),
            ("\u{feff}[]", None),
            ("hello", None),
            ("# hello\nworld", None),
            ("\0\u{1}", None),
        ] {
            assert_eq!(looks_like(text.as_bytes()), expected, "{text:?}");
        }
    }
}
