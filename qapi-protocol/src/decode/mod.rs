//! Reading JSON as a type, with errors that say where in the JSON they are.

mod locate;
mod scan;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::DeserializeOwned;

pub(crate) use self::locate::locate;
pub(crate) use self::scan::string_end;
use crate::path::{Path, Step};

/// How deep arrays and objects may be nested in what is read as a type: 127 levels, which is
/// serde_json's limit. On a thread with 2 MiB of stack, which is Rust's default, there is room
/// for that also without optimization.
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
/// Success costs what [`serde_json::from_slice`] costs. Failure costs up to two more attempts
/// and a scan of the text, for the place.
///
/// # Errors
///
/// When `json` is not JSON, or not what a `T` is read from, or has arrays and objects nested
/// deeper than [`MAX_NESTING`].
///
/// # Examples
///
/// ```
/// let error = qapi_protocol::decode::<Vec<u8>>("[1, 2, 300]").unwrap_err();
/// assert_eq!(error.path, "$[2]");
/// assert_eq!(error.message, "invalid value: integer `300`, expected u8");
/// ```
pub fn decode<T: DeserializeOwned>(json: impl AsRef<[u8]>) -> Result<T, DecodeError> {
    let json = json.as_ref();
    // All that depends on `T` is one instance of serde_json's parser: the search for the
    // place uses the same one again.
    serde_json::from_slice(json).map_err(|error| {
        locate(json, &error, &|json| {
            serde_json::from_slice::<T>(json).err()
        })
    })
}
