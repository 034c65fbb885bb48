//! Why there is no connection.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use qapi_protocol::Capability;

use super::{ConnectionError, ExecuteError};

/// Why no connection came about.
///
/// # Examples
///
/// ```
/// use qapi_client::{ConnectError, ConnectOptions, blocking::Client};
///
/// # #[cfg(unix)]
/// # fn example() {
/// let options = ConnectOptions::new().retry(false);
/// match Client::connect_unix("/run/vm/qmp.sock", &options) {
///     Err(ConnectError::Connect { source, .. }) => println!("it does not run: {source}"),
///     Err(ConnectError::NoGreeting { .. }) => println!("somebody else uses it"),
///     Err(error) => println!("{error}"),
///     Ok(vm) => println!("QEMU {}", vm.greeting().version.qemu),
/// }
/// # }
/// ```
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
