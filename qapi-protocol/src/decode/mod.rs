//! Reading JSON as a type, with errors that say where in the JSON they are.

mod scan;
#[cfg(test)]
mod tests;

use std::fmt;

use self::scan::Place;
use crate::codec::{self, Decode, Encode, Invalid, Reader, Writer};
use crate::path::{Path, Step};

/// How deep arrays and objects may be nested in what is read as a type: 127 levels. On a thread
/// with 2 MiB of stack, which is Rust's default, there is room for that also without
/// optimization.
pub const MAX_NESTING: usize = 127;

/// How long the message of an error may be, in bytes: 1 KiB.
pub const MAX_ERROR_MESSAGE: usize = 1024;

/// Why JSON could not be read as a type, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Where: a JSONPath that starts at the value being decoded, such as
    /// `$[3].children[0].node-name`, or `$` for that value itself. A member whose name is
    /// not made of `[A-Za-z0-9_-]` is written `["odd name"]`.
    ///
    /// It ends early, at an enclosing value, below 256 levels of nesting.
    pub path: String,
    /// What is wrong there, without its place. What is found there is shown; of a long text,
    /// the beginning and the end, so that a message has at most [`MAX_ERROR_MESSAGE`] bytes.
    pub message: String,
}

impl DecodeError {
    /// An error of the decoded value itself.
    pub(crate) fn at_root(message: &str) -> Self {
        DecodeError {
            path: Path::root().into_string(),
            message: message.to_owned(),
        }
    }

    /// The error as seen from an object that holds the decoded value as its member `key`.
    pub(crate) fn in_member(mut self, key: &str) -> Self {
        let mut path = Path::root();
        path.push(Step::Member(key));
        path.push_relative(self.path.strip_prefix('$').unwrap_or(&self.path));
        self.path = path.into_string();
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.path, self.message)
    }
}

impl std::error::Error for DecodeError {}

/// Reads `json`, in UTF-8, as a `T`.
///
/// What is wrong costs a scan of the text in front of it, for the place.
///
/// # Errors
///
/// When `json` is not JSON, or not what a `T` is read from, or has arrays and objects nested
/// deeper than [`MAX_NESTING`] where a `T` has some.
///
/// # Examples
///
/// ```
/// let error = qapi_protocol::decode::<Vec<u8>>("[1, 2, 300]").unwrap_err();
/// assert_eq!(error.path, "$[2]");
/// assert_eq!(error.message, "invalid value: integer `300`, expected u8");
/// ```
pub fn decode<T: Decode>(json: impl AsRef<[u8]>) -> Result<T, DecodeError> {
    let mut value = T::blank();
    read(text(json.as_ref())?, &mut value)?;
    Ok(value)
}

/// Reads `json` into `place`: what does not depend on the type of a value.
pub(crate) fn read(json: &str, place: &mut dyn Decode) -> Result<(), DecodeError> {
    run(json, |reader| {
        reader.read(place)?;
        reader.end()
    })
}

/// Runs `read` on `json`, and finds the place of what is wrong.
pub(crate) fn run<'t, T>(
    json: &'t str,
    read: impl FnOnce(&mut Reader<'t>) -> codec::Result<T>,
) -> Result<T, DecodeError> {
    read(&mut Reader::new(json)).map_err(|error| locate(json, &error))
}

/// The text in `json`, which has to be UTF-8.
pub(crate) fn text(json: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(json).map_err(|error| {
        let at = error.valid_up_to();
        locate_at(json, at, "invalid UTF-8")
    })
}

/// The JSON of `value`.
///
/// # Examples
///
/// ```
/// assert_eq!(qapi_protocol::encode(&vec![1, 2]), "[1,2]");
/// ```
pub fn encode(value: &dyn Encode) -> String {
    let mut writer = Writer::new();
    value.write(&mut writer);
    writer.into_text()
}

/// The error of ours for what is wrong with `json`.
#[cold]
pub(crate) fn locate(json: &str, error: &Invalid) -> DecodeError {
    locate_at(json.as_bytes(), error.at(), error.message())
}

fn locate_at(json: &[u8], at: usize, message: &str) -> DecodeError {
    let place = Place::behind(json.get(..at).unwrap_or(json));
    DecodeError {
        path: place.path().into_string(),
        message: abridged(message),
    }
}

/// The message, or, if it is too long, its beginning and its end, which says what was expected.
pub(crate) fn abridged(message: &str) -> String {
    const HALF: usize = (MAX_ERROR_MESSAGE - "…".len()) / 2;
    if message.len() <= MAX_ERROR_MESSAGE {
        return message.to_owned();
    }
    let boundary = |at: &usize| message.is_char_boundary(*at);
    let begin = (0..=HALF).rev().find(boundary).unwrap_or(0);
    let end = (message.len() - HALF..message.len()).find(boundary);
    let end = end.unwrap_or(message.len());
    format!("{}…{}", &message[..begin], &message[end..])
}
