//! Why a command has not led to its event.

use std::error::Error as StdError;
use std::fmt;

use super::{EventError, ExecuteError};

/// Why a command that was executed for the sake of an event has none.
///
/// # Examples
///
/// ```
/// use qapi_client::WaitError;
///
/// fn report(error: WaitError) {
///     match error {
///         WaitError::Execute(error) => println!("not asked: {error}"),
///         WaitError::Event(error) => println!("asked, but: {error}"),
///         error => println!("{error}"),
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError {
    /// The command has no result.
    Execute(ExecuteError),
    /// The command was executed, but the event did not come.
    Event(EventError),
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WaitError::Execute(error) => error.fmt(f),
            WaitError::Event(error) => error.fmt(f),
        }
    }
}

impl StdError for WaitError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            WaitError::Execute(error) => error.source(),
            WaitError::Event(error) => error.source(),
        }
    }
}

impl From<ExecuteError> for WaitError {
    fn from(error: ExecuteError) -> Self {
        WaitError::Execute(error)
    }
}

impl From<EventError> for WaitError {
    fn from(error: EventError) -> Self {
        WaitError::Event(error)
    }
}
