//! From an error of serde_json to the place of what is wrong.
//!
//! serde_json says at which byte its parser stood. Which value that is depends on the kind of
//! error:
//!
//! - Text that is not JSON: the offending byte is the last one taken.
//! - A value of the wrong type: the parser stands behind it when it had to read it to tell (a
//!   number, string or literal), and in front of it when its first byte told (an array or
//!   object).
//! - A complaint about an object or array as a whole, such as a missing member: behind its
//!   closing bracket.
//! - A complaint about a value made by code that runs when the value has been read: wherever
//!   the parser has got to when it hears of it, at the next token of the container.
//!
//! Two of these can look alike. A second attempt on a text that was changed where they differ
//! tells them apart.

use serde_json::error::Category;

use super::{
    DecodeError, MAX_ERROR_MESSAGE,
    scan::{Place, Spot},
};
use crate::codec::split;
use crate::path::{Path, Step};

/// Attempts to read a text as the type in question; the error, if it fails.
pub(crate) type Attempt<'a> = &'a dyn Fn(&[u8]) -> Option<serde_json::Error>;

/// The error of ours for an `error` that `attempt` gives for `json`.
pub(crate) fn locate(json: &[u8], error: &serde_json::Error, attempt: Attempt<'_>) -> DecodeError {
    let stop = offset(json, error.line(), error.column());
    let message = message(error);
    let mut path = match error.classify() {
        Category::Data => wrong_value(json, stop, &message, attempt),
        // The end of the text is the offending byte, and was not taken.
        Category::Eof => unreadable(&json[..stop]),
        Category::Syntax | Category::Io => unreadable(&json[..stop.saturating_sub(1)]),
    };
    let message = abridged(join_relative(&mut path, &message));
    DecodeError {
        path: path.into_string(),
        message,
    }
}

/// The path of the place behind `read`, at which the JSON ceases to be JSON.
fn unreadable(read: &[u8]) -> Path {
    let place = Place::behind(read);
    match place.spot {
        Spot::BeforeValue | Spot::Scalar | Spot::Key => place.path(),
        Spot::AfterValue | Spot::BeforeKey => place.container_path(),
    }
}

/// The path of the value that was refused with `message` when the parser stood at `stop`.
fn wrong_value(json: &[u8], stop: usize, message: &str, attempt: Attempt<'_>) -> Path {
    let same = |json: &[u8]| attempt(json).is_some_and(|error| self::message(&error) == message);
    let read = &json[..stop];
    let place = Place::behind(read);
    match (place.spot, place.element()) {
        (Spot::BeforeValue, Some(index)) => {
            let next_refused = match json.get(stop) {
                Some(b'[') => message.starts_with("invalid type: sequence"),
                Some(b'{') => message.starts_with("invalid type: map"),
                _ => false,
            };
            // Something else in its place would have got another answer, if it was looked at.
            if next_refused && !same(&[read, b"0"].concat()) {
                place.path()
            } else if index > 0 {
                // The parser took the comma before it passed on a complaint about what
                // stands in front of the comma.
                let mut path = place.container_path();
                path.push(Step::Element(index - 1));
                path
            } else {
                place.container_path()
            }
        }
        (Spot::AfterValue, _) if matches!(read.last(), Some(b']' | b'}')) => {
            let inside = &read[..stop - 1];
            let last = Place::behind(inside);
            // The complaint is about the last thing in the brackets if it comes before
            // anybody asks whether there is more.
            if matches!(last.spot, Spot::Scalar | Spot::AfterValue) && same(inside) {
                last.path()
            } else {
                place.path()
            }
        }
        (Spot::BeforeKey, _) => place.container_path(),
        _ => place.path(),
    }
}

/// The offset of the byte at a position that serde_json gives, no further than the end.
fn offset(json: &[u8], line: usize, column: usize) -> usize {
    let line_start = match line.checked_sub(2) {
        None => 0,
        Some(newline) => json
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .nth(newline)
            .map_or(json.len(), |(at, _)| at + 1),
    };
    line_start.saturating_add(column).min(json.len())
}

/// What the error says, without its position.
fn message(error: &serde_json::Error) -> String {
    let mut text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    if text.ends_with(&position) {
        text.truncate(text.len() - position.len());
    }
    text
}

/// Moves the relative path that `message` begins with, if it does, to the end of `path`.
///
/// Members of a union that precede its tag are kept and read later, when the parser is done
/// with the object. Complaints about them say where in the object they are, in the form
/// ``at `.a[0].b`: MESSAGE``.
fn join_relative<'m>(path: &mut Path, message: &'m str) -> &'m str {
    let mut rest = message;
    while let Some((relative, text)) = split(rest) {
        path.push_relative(relative);
        rest = text;
    }
    rest
}

/// The message, or, if it is too long, its beginning and its end, which says what was expected.
fn abridged(message: &str) -> String {
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
