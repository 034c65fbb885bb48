//! JSON that was valid, but not what it was read as.

use std::fmt;

/// Why JSON could not be read as a type, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Where: a JSONPath that starts at the value being decoded, such as
    /// `$[3].children[0].node-name`, or `$` for that value itself. A member whose name is
    /// not made of `[A-Za-z0-9_-]` is written `["odd name"]`.
    pub path: String,
    /// What is wrong there, without its place.
    pub message: String,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.path, self.message)
    }
}

impl std::error::Error for DecodeError {}
