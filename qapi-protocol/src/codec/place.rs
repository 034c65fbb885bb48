//! Where in a buffered value an error is.
//!
//! An error of `serde_json` has the line and column at which it stood in the text, and
//! [`decode`](crate::decode) makes a path of them. A member that had to be buffered is read
//! when the text is long behind, so its errors say themselves where they belong: their
//! message starts with "at `.member[0]`: ", and `decode` joins the two.

use std::fmt;

use serde::de;

/// One step from a value to a value inside it.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    Member(&'a str),
    Element(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Element(index) => write!(f, "[{index}]"),
            Step::Member(name) if is_plain(name) => write!(f, ".{name}"),
            // A grave accent would end the path early.
            Step::Member(name) => {
                let quoted = serde_json::Value::from(*name).to_string();
                write!(f, "[{}]", quoted.replace('`', "\\u0060"))
            }
        }
    }
}

/// Whether a member's name needs no quotes in a path.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Puts one more step in front of the place that `error` names.
#[cold]
pub(crate) fn place<E: de::Error>(step: Step<'_>, error: E) -> E {
    let text = error.to_string();
    let (path, message) = split(&text).unwrap_or(("", &text));
    E::custom(format_args!("at `{step}{path}`: {message}"))
}

/// Takes a message apart that [`place`] made: the path and the rest.
pub(crate) fn split(message: &str) -> Option<(&str, &str)> {
    message.strip_prefix("at `")?.split_once("`: ")
}
