//! Why there is no event.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use qapi_protocol::RawValue;

use super::ConnectionError;

/// Why there is no event where one might be.
///
/// # Examples
///
/// ```
/// use qapi_client::EventError;
///
/// fn report(error: EventError) {
///     match error {
///         EventError::Missed { count, .. } => println!("{count} events too late"),
///         EventError::Connection(cause) => println!("no more events: {cause}"),
///         error => println!("{error}"),
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum EventError {
    /// Events were dropped, because more arrived than are kept and the program did not read
    /// them. It is reported once, before the events that came later.
    #[non_exhaustive]
    Missed {
        /// How many.
        count: u64,
    },
    /// The event's data is not what it is said to be. The event is gone; the next one can be
    /// read.
    #[non_exhaustive]
    Decode {
        /// The name of the event.
        event: String,
        /// Where in the data: as [`DecodeError::path`](qapi_protocol::DecodeError::path).
        path: String,
        /// What is wrong there.
        message: String,
        /// The data, if it had any.
        raw: Option<RawValue<'static>>,
    },
    /// The event that was waited for did not come in time.
    #[non_exhaustive]
    Timeout {
        /// How long it had time.
        timeout: Duration,
        /// How many events were dropped meanwhile, of which it may have been one.
        missed: u64,
    },
    /// The connection is of no more use, and all events that came before have been read.
    Connection(ConnectionError),
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventError::Missed { count } => {
                write!(f, "{count} events were dropped before they were read")
            }
            EventError::Decode {
                event,
                path,
                message,
                ..
            } => write!(
                f,
                "the event `{event}` cannot be read: at {path}: {message}"
            ),
            EventError::Timeout { timeout, missed: 0 } => {
                write!(f, "the event did not come within {timeout:?}")
            }
            EventError::Timeout { timeout, missed } => write!(
                f,
                "the event did not come within {timeout:?}, if it is none of the {missed} that were \
                 dropped before they were read"
            ),
            EventError::Connection(error) => error.fmt(f),
        }
    }
}

impl StdError for EventError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            EventError::Connection(error) => error.source(),
            EventError::Missed { .. } | EventError::Timeout { .. } | EventError::Decode { .. } => {
                None
            }
        }
    }
}

impl From<ConnectionError> for EventError {
    fn from(error: ConnectionError) -> Self {
        EventError::Connection(error)
    }
}
