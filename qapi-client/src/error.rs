//! What can go wrong.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use qapi_protocol::{Capability, DecodeError, Error, RawValue, Version, VersionRange};

use crate::Unsupported;

/// Why no connection came about.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The server could not be reached.
    #[non_exhaustive]
    Connect {
        /// Where it should have been.
        address: String,
        /// How long it was [waited for](crate::ConnectOptions::retry), if it was.
        waited: Option<Duration>,
        /// What the system says.
        source: io::Error,
    },
    /// Nobody connected to the [`Listener`](crate::blocking::Listener).
    #[non_exhaustive]
    NobodyConnected {
        /// How long somebody had time.
        timeout: Duration,
    },
    /// The system did not hand on a connection to the
    /// [`Listener`](crate::blocking::Listener).
    Accept(io::Error),
    /// The server did not greet.
    #[non_exhaustive]
    NoGreeting {
        /// How long it had time.
        timeout: Duration,
    },
    /// No guest agent answered.
    #[non_exhaustive]
    NoAgent {
        /// How long it had time.
        timeout: Duration,
    },
    /// What greeted is not a QMP monitor.
    #[non_exhaustive]
    NotQmp {
        /// The beginning of what it said.
        found: String,
    },
    /// A capability that was asked for is not offered.
    #[non_exhaustive]
    MissingCapability {
        /// The capability.
        capability: Capability,
    },
    /// The server greeted, but did not leave capabilities negotiation.
    Negotiation(ExecuteError),
    /// The connection broke before the greeting, or before the agent's first answer.
    Connection(ConnectionError),
}

/// Why a connection is of no more use.
///
/// All who wait for something are told the same.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ConnectionError {
    /// Reading or writing failed.
    Io(Arc<io::Error>),
    /// The server closed the connection.
    ///
    /// This is how the connection to a server ends that was told to quit.
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

/// Why a command has no result.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExecuteError {
    /// QEMU, or its guest agent, answered with an error.
    #[non_exhaustive]
    Qemu {
        /// The name of the command.
        command: String,
        /// QEMU's error.
        error: Error,
        /// Why QEMU does not know the command, when that is what the error says, and QEMU's
        /// release is none of those that [have the command](qapi_protocol::QapiCommand::VERSIONS);
        /// or that the guest is frozen.
        unsupported: Option<Unsupported>,
    },
    /// The answer did not arrive in time. Whether the command was executed, or will be, is
    /// not known. The connection can be used on; the answer is dropped if it comes.
    #[non_exhaustive]
    Timeout {
        /// The name of the command.
        command: String,
        /// How long it had time.
        timeout: Duration,
    },
    /// The server took only a part of the command in time. It gets the rest in front of the
    /// next command, and executes both; the answer is dropped. The connection can be used on.
    #[non_exhaustive]
    PartlySent {
        /// The name of the command.
        command: String,
        /// How long it had time.
        timeout: Duration,
    },
    /// The server did not take the command in time. It is not going to be executed. The
    /// connection can be used on.
    #[non_exhaustive]
    NotSent {
        /// The name of the command.
        command: String,
        /// How long it had time.
        timeout: Duration,
    },
    /// Something else than an answer came from a guest agent: one that was restarted
    /// while it answered, for one. Whether the command was executed is not known. The connection
    /// can be used on.
    #[non_exhaustive]
    InvalidAnswer {
        /// The name of the command.
        command: String,
        /// What is wrong with it.
        cause: ConnectionError,
    },
    /// A guest agent has not yet answered what was asked of it before the command, to be sure
    /// that no answer to an earlier one is taken for its own. The command was not sent. The
    /// connection can be used on.
    #[non_exhaustive]
    OutOfStep {
        /// The name of the command.
        command: String,
        /// How long the agent had time.
        timeout: Duration,
    },
    /// The command succeeded, but its answer is not what it is said to return. The
    /// connection can be used on.
    #[non_exhaustive]
    Decode {
        /// The name of the command.
        command: String,
        /// Where in the answer: as [`DecodeError::path`], from what the command returned.
        path: String,
        /// What is wrong there.
        message: String,
        /// What the command returned.
        raw: RawValue<'static>,
    },
    /// More calls wait for their turn or their answer than
    /// [may](crate::ConnectOptions::pending_calls). The command was not sent.
    #[non_exhaustive]
    TooManyCalls {
        /// The name of the command.
        command: String,
        /// How many may wait.
        limit: usize,
    },
    /// The connection was made without the capability to execute commands out of band:
    /// [`Capability::Oob`]. The command was not sent.
    #[non_exhaustive]
    OobDisabled {
        /// The name of the command.
        command: String,
    },
    /// The connection is none that can pass file descriptors: they need a Unix socket. The
    /// command was not sent.
    #[non_exhaustive]
    CannotPassDescriptors {
        /// The name of the command.
        command: String,
    },
    /// The connection is of no more use. Whether the command was executed is not known.
    Connection(ConnectionError),
}

/// Why there is no event where one might be.
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
        /// Where in the data: as [`DecodeError::path`].
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

impl ExecuteError {
    /// The server of this `version` refused the command `name`, which the releases `versions`
    /// have.
    pub(crate) fn refused(
        name: &str,
        error: Error,
        version: Version,
        versions: VersionRange,
    ) -> Self {
        ExecuteError::Qemu {
            command: name.to_owned(),
            unsupported: Unsupported::explaining(&error, version, versions),
            error,
        }
    }

    /// What the command `name` returned cannot be read.
    pub(crate) fn unreadable(name: &str, error: DecodeError, raw: RawValue<'static>) -> Self {
        ExecuteError::Decode {
            command: name.to_owned(),
            path: error.path,
            message: error.message,
            raw,
        }
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectError::Connect {
                address, waited, ..
            } => {
                write!(f, "cannot connect to `{address}`")?;
                match waited {
                    Some(waited) => write!(f, ", also after {waited:?}"),
                    None => Ok(()),
                }
            }
            ConnectError::NobodyConnected { timeout } => {
                write!(f, "nobody connected within {timeout:?}")
            }
            ConnectError::Accept(_) => f.write_str("cannot accept a connection"),
            ConnectError::NoGreeting { timeout } => write!(
                f,
                "no greeting within {timeout:?}: the monitor may be in use by another client \
                 (QEMU serves one at a time), or it is no QMP monitor"
            ),
            ConnectError::NoAgent { timeout } => write!(
                f,
                "no guest agent answered within {timeout:?}: the guest may not run, or run no \
                 agent, or the agent may be in use by another client (QEMU serves one at a time)"
            ),
            ConnectError::NotQmp { found } => {
                write!(f, "not a QMP monitor: it began with `{found}`")
            }
            ConnectError::MissingCapability { capability } => {
                write!(f, "the server does not offer the capability `{capability}`")
            }
            ConnectError::Negotiation(_) => f.write_str("capabilities negotiation failed"),
            ConnectError::Connection(error) => error.fmt(f),
        }
    }
}

impl StdError for ConnectError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            ConnectError::Connect { source, .. } => Some(source),
            ConnectError::Accept(error) => Some(error),
            ConnectError::Negotiation(error) => Some(error),
            ConnectError::Connection(error) => error.source(),
            ConnectError::NobodyConnected { .. }
            | ConnectError::NoGreeting { .. }
            | ConnectError::NoAgent { .. }
            | ConnectError::NotQmp { .. }
            | ConnectError::MissingCapability { .. } => None,
        }
    }
}

impl From<ConnectionError> for ConnectError {
    fn from(error: ConnectionError) -> Self {
        ConnectError::Connection(error)
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

impl fmt::Display for ExecuteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExecuteError::Qemu {
                command,
                error,
                unsupported,
            } => {
                write!(f, "`{command}` failed: {error}")?;
                match unsupported {
                    Some(unsupported) => write!(f, " ({unsupported})"),
                    None => Ok(()),
                }
            }
            ExecuteError::Timeout { command, timeout } => write!(
                f,
                "`{command}` was not answered within {timeout:?}: its outcome is unknown"
            ),
            ExecuteError::PartlySent { command, timeout } => write!(
                f,
                "only a part of `{command}` could be sent within {timeout:?}: the rest goes out \
                 with the next command"
            ),
            ExecuteError::NotSent { command, timeout } => {
                write!(f, "`{command}` could not be sent within {timeout:?}")
            }
            ExecuteError::InvalidAnswer { command, cause } => write!(
                f,
                "`{command}` was answered with what is no answer, and its outcome is unknown: \
                 {cause}"
            ),
            ExecuteError::OutOfStep { command, timeout } => write!(
                f,
                "`{command}` was not sent: the guest agent has not answered within {timeout:?}"
            ),
            ExecuteError::Decode {
                command,
                path,
                message,
                ..
            } => write!(
                f,
                "the answer to `{command}` cannot be read: at {path}: {message}"
            ),
            ExecuteError::TooManyCalls { command, limit } => write!(
                f,
                "`{command}` was not sent: {limit} calls wait already, and no more may"
            ),
            ExecuteError::OobDisabled { command } => write!(
                f,
                "`{command}` was not sent: the connection was made without the capability `oob`"
            ),
            ExecuteError::CannotPassDescriptors { command } => write!(
                f,
                "`{command}` was not sent: only a Unix socket can pass its file descriptor"
            ),
            ExecuteError::Connection(error) => error.fmt(f),
        }
    }
}

impl StdError for ExecuteError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            ExecuteError::Connection(error) => error.source(),
            ExecuteError::InvalidAnswer { cause, .. } => cause.source(),
            // Their text has the whole of it.
            ExecuteError::Qemu { .. }
            | ExecuteError::Timeout { .. }
            | ExecuteError::PartlySent { .. }
            | ExecuteError::NotSent { .. }
            | ExecuteError::OutOfStep { .. }
            | ExecuteError::TooManyCalls { .. }
            | ExecuteError::OobDisabled { .. }
            | ExecuteError::CannotPassDescriptors { .. }
            | ExecuteError::Decode { .. } => None,
        }
    }
}

impl From<ConnectionError> for ExecuteError {
    fn from(error: ConnectionError) -> Self {
        ExecuteError::Connection(error)
    }
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

/// Why a command that was executed for the sake of an event has none.
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
