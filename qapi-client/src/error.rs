//! What can go wrong.

use std::io;
use std::time::Duration;

use qapi_protocol::{Capability, DecodeError, Error};
use serde_json::value::RawValue;

/// Why no connection came about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The server could not be reached.
    #[error("cannot connect to {address}")]
    Connect {
        /// Where it should have been.
        address: String,
        /// What the system says.
        source: io::Error,
    },
    /// The server did not greet.
    #[error(
        "no greeting within {timeout:?}: the monitor may be in use by another client \
         (QEMU serves one at a time), or it is no QMP monitor"
    )]
    NoGreeting {
        /// How long it had time.
        timeout: Duration,
    },
    /// What greeted is not a QMP monitor.
    #[error("not a QMP monitor: it began with `{found}`")]
    NotQmp {
        /// The beginning of what it said.
        found: String,
    },
    /// A capability that was asked for is not offered.
    #[error("the server does not offer the capability `{capability}`")]
    MissingCapability {
        /// The capability.
        capability: Capability,
    },
    /// The server greeted, but did not leave capabilities negotiation.
    #[error("capabilities negotiation failed")]
    Negotiation(#[source] ExecuteError),
    /// The connection broke before the greeting.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
}

/// Why a connection is of no more use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// Reading or writing failed.
    #[error("the connection broke")]
    Io(#[source] io::Error),
    /// The server closed the connection, or an earlier error ended it.
    ///
    /// This is how the connection to a server ends that was told to quit.
    #[error("the connection is closed")]
    Closed {
        /// What the system says, where that is more than that it is closed: a server that
        /// closes without having read everything makes it a reset.
        #[source]
        cause: Option<io::Error>,
    },
    /// The server sent a message larger than allowed.
    #[error("the server sent a message of more than {limit} bytes")]
    MessageTooLarge {
        /// The limit: [`ConnectOptions::max_message`](crate::ConnectOptions::max_message).
        limit: usize,
    },
    /// The server sent something that is no message of the protocol.
    #[error("the server sent an invalid message, `{found}`: {error}")]
    InvalidMessage {
        /// What is wrong with it.
        error: DecodeError,
        /// Its beginning.
        found: String,
    },
    /// The server greeted again: it is not the one that the connection was made to.
    #[error("the server greeted a second time")]
    SecondGreeting,
}

impl ConnectionError {
    /// Closed without a cause to tell.
    pub(crate) const CLOSED: Self = ConnectionError::Closed { cause: None };
}

/// An error of reading or writing.
impl From<io::Error> for ConnectionError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};

        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset => {
                ConnectionError::Closed { cause: Some(error) }
            }
            _ => ConnectionError::Io(error),
        }
    }
}

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecuteError {
    /// QEMU answered with an error.
    #[error("`{command}` failed: {error}")]
    Qemu {
        /// The name of the command.
        command: String,
        /// QEMU's error.
        error: Error,
    },
    /// The answer did not arrive in time. Whether the command was executed, or will be, is
    /// not known. The connection can be used on; the answer is dropped if it comes.
    #[error("`{command}` was not answered within {timeout:?}: its outcome is unknown")]
    Timeout {
        /// The name of the command.
        command: String,
        /// How long it had time.
        timeout: Duration,
    },
    /// The server did not take the command in time. It is not going to be executed. The
    /// connection can be used on.
    #[error("`{command}` could not be sent within {timeout:?}")]
    NotSent {
        /// The name of the command.
        command: String,
        /// How long it had time.
        timeout: Duration,
    },
    /// The command succeeded, but its answer is not what it is said to return. The
    /// connection can be used on.
    #[error("the answer to `{command}` cannot be read: at {path}: {message}")]
    Decode {
        /// The name of the command.
        command: String,
        /// Where in the answer: as [`DecodeError::path`], from what the command returned.
        path: String,
        /// What is wrong there.
        message: String,
        /// What the command returned.
        raw: Box<RawValue>,
    },
    /// The command is not JSON; nothing was sent. Commands of generated types always are.
    #[error("`{command}` cannot be written as JSON")]
    Encode {
        /// The name of the command.
        command: String,
        /// Why not.
        source: serde_json::Error,
    },
    /// The connection is of no more use. Whether the command was executed is not known.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
}

/// Why there is no event where one might be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// Events were dropped, because more arrived than are kept and the program did not read
    /// them. It is reported once, before the events that came later.
    #[error("{count} events were dropped before they were read")]
    Missed {
        /// How many.
        count: u64,
    },
    /// The event's data is not what it is said to be. The event is gone; the next one can be
    /// read.
    #[error("the event `{event}` cannot be read: at {path}: {message}")]
    Decode {
        /// The name of the event.
        event: String,
        /// Where in the data: as [`DecodeError::path`].
        path: String,
        /// What is wrong there.
        message: String,
        /// The data, if it had any.
        raw: Option<Box<RawValue>>,
    },
    /// The connection is of no more use, and all events that came before have been read.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
}
