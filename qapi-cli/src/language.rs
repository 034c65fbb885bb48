//! The input language of `qapi shell` and `qapi exec`: from what people type to what is sent, with
//! no input or output.
//!
//! A line is a command and its members: `block_resize device=drive0 size=1G`.
//!
//! - `words` says what values look like: quotes, JSON, blanks.
//! - Dotted names lead into objects and lists: `file.driver=file nodes.0=a`.
//! - What a value means, its type says, so that a string member takes `5`, and a boolean one is
//!   true where its name stands alone. Integers may be hexadecimal, and have the suffixes of sizes.
//!   Without a schema, values are taken as `qmp-shell` takes them: `guess`.
//! - `exec-oob` in front of the command has it executed out of band.
//! - A line that begins with `{` is a request as it is on the wire. What is in it is sent as it
//!   is: what the schema has against it is no more than a warning, for the server may know better.
//!
//! What is wrong is found before anything is sent, and is a [`Mistake`] with its place.

mod complete;
mod cursor;
mod guess;
mod help;
mod hint;
mod integer;
mod json;
mod mistake;
mod path;
mod request;
mod scope;
#[cfg(test)]
mod tests;
mod transaction;
mod tree;
mod typed;
mod words;

pub(crate) use self::complete::{Candidate, complete};
pub(crate) use self::cursor::Mode;
pub(crate) use self::help::{Look, help};
pub(crate) use self::hint::hint;
pub(crate) use self::mistake::Mistake;
pub(crate) use self::request::{Progress, Request, arguments, is_complete, line_of, parse};
pub(crate) use self::transaction::Transaction;

/// The word in front of a command that is to be executed out of band, and what requests have
/// instead of `execute`.
const EXEC_OOB: &str = "exec-oob";
