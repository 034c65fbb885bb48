//! Why a connection has ended.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;

use qapi_protocol::DecodeError;

use crate::messages::TooLarge;

/// Why a connection is of no more use.
///
/// All who wait for something are told the same.
///
/// # Examples
///
/// ```
/// use qapi_client::ConnectionError;
///
/// /// Whether it is worth while to connect again.
/// fn may_be_back(error: &ConnectionError) -> bool {
///     matches!(error, ConnectionError::Closed { .. } | ConnectionError::Io(_))
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConnectionError {
    /// Reading or writing failed.
    Io(Arc<io::Error>),
    /// The server closed the connection.
    ///
    /// This is how the connection to a server ends that was told to quit. Over TCP, the answer to
    /// `quit` may be lost: what closes it is a reset, as QEMU closes it without having read
    /// everything.
    #[non_exhaustive]
    Closed {
        /// What the system says, where that is more than that it is closed: a server that
        /// closes without having read everything makes it a reset.
        cause: Option<Arc<io::Error>>,
    },
    /// This side closed the connection.
    ClosedHere,
    /// The server sent a message larger than allowed.
    #[non_exhaustive]
    MessageTooLarge {
        /// The limit: [`ConnectOptions::max_message`](crate::ConnectOptions::max_message).
        limit: usize,
    },
    /// The server sent something that is no message of the protocol.
    #[non_exhaustive]
    InvalidMessage {
        /// What is wrong with it.
        error: DecodeError,
        /// Its beginning.
        found: String,
    },
    /// The server greeted again: it is not the one that the connection was made to.
    SecondGreeting,
}

impl ConnectionError {
    /// Closed without a cause to tell.
    pub(crate) const CLOSED: Self = ConnectionError::Closed { cause: None };

    /// What it is, for logs: without what the server sent, which may be a secret.
    #[cfg(feature = "tokio")]
    pub(crate) fn name(&self) -> &'static str {
        match self {
            ConnectionError::Io(_) => "io",
            ConnectionError::Closed { .. } => "closed",
            ConnectionError::ClosedHere => "closed here",
            ConnectionError::MessageTooLarge { .. } => "message too large",
            ConnectionError::InvalidMessage { .. } => "invalid message",
            ConnectionError::SecondGreeting => "second greeting",
        }
    }
}

impl From<TooLarge> for ConnectionError {
    fn from(TooLarge { limit }: TooLarge) -> Self {
        ConnectionError::MessageTooLarge { limit }
    }
}

/// An error of reading or writing.
impl From<io::Error> for ConnectionError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};

        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset => ConnectionError::Closed {
                cause: Some(Arc::new(error)),
            },
            _ => ConnectionError::Io(Arc::new(error)),
        }
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectionError::Io(_) => f.write_str("the connection broke"),
            ConnectionError::Closed { .. } => f.write_str("the server closed the connection"),
            ConnectionError::ClosedHere => f.write_str("this side closed the connection"),
            ConnectionError::MessageTooLarge { limit } => {
                write!(f, "the server sent a message of more than {limit} bytes")
            }
            ConnectionError::InvalidMessage { error, found } => {
                write!(f, "the server sent an invalid message, `{found}`: {error}")
            }
            ConnectionError::SecondGreeting => f.write_str("the server greeted a second time"),
        }
    }
}

impl StdError for ConnectionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            ConnectionError::Io(error) => Some(error),
            ConnectionError::Closed { cause } => cause.as_ref().map(|cause| cause as _),
            ConnectionError::ClosedHere
            | ConnectionError::MessageTooLarge { .. }
            | ConnectionError::InvalidMessage { .. }
            | ConnectionError::SecondGreeting => None,
        }
    }
}
