//! Where in a buffered value an error is.
//!
//! An error of `serde_json` has the line and column at which it stood in the text, and
//! [`decode`](crate::decode()) makes a path of them. A member that had to be buffered is read
//! when the text is long behind, so its errors say themselves where they belong: their
//! message starts with "at `.member[0]`: ", and `decode` joins the two.

use serde::de;

use crate::path::{Step, relative_len};

/// Puts one more step in front of the place that `error` names.
#[cold]
pub(super) fn place<E: de::Error>(step: Step<'_>, error: E) -> E {
    let text = error.to_string();
    let (path, message) = split(&text).unwrap_or(("", &text));
    E::custom(format_args!("at `{step}{path}`: {message}"))
}

/// Takes a message apart that [`place`] made, or begins like one: the path and the rest.
pub(crate) fn split(message: &str) -> Option<(&str, &str)> {
    let text = message.strip_prefix("at `")?;
    let (path, text) = text.split_at(relative_len(text));
    Some((path, text.strip_prefix("`: ")?))
}
