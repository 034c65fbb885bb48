//! Why a command has no result.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use qapi_protocol::{DecodeError, Error, RawValue, Version, VersionRange};

use super::ConnectionError;
use crate::Unsupported;

/// Why a command has no result.
///
/// # Examples
///
/// ```
/// use qapi_client::{ExecuteError, RawCommand, blocking::Client};
/// use serde_json::json;
///
/// fn resize(vm: &mut Client) {
///     let size = json!({"device": "disk0", "size": 1 << 30});
///     match vm.execute(RawCommand::new("block_resize").arguments(size)) {
///         Ok(_) => println!("done"),
///         Err(ExecuteError::Qemu { error, .. }) => println!("QEMU refuses: {}", error.desc),
///         Err(ExecuteError::Timeout { .. }) => println!("done, or not, or not yet"),
///         Err(ExecuteError::NotSent { .. }) => println!("not done: try again"),
///         Err(ExecuteError::Connection(error)) => println!("connect again: {error}"),
///         Err(error) => println!("{error}"),
///     }
/// }
/// ```
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
    /// [`Capability::Oob`](qapi_protocol::Capability::Oob). The command was not sent.
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
