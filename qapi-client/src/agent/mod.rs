//! Guest agents: what both clients of them do without input and output, and the one that uses
//! tokio.

#[cfg(feature = "tokio")]
mod client;
#[cfg(feature = "tokio")]
mod connection;
mod dialogue;
mod sync;

use std::time::{Duration, Instant};

use qapi_protocol::codec::Decode;
use qapi_protocol::{Error, RawValue};
use tracing::Span;

#[cfg(feature = "tokio")]
pub use self::client::Agent;
pub(crate) use self::dialogue::Dialogue;
use crate::{Call, Command, ConnectError, ConnectionError, ExecuteError, Unsupported};

/// The command that brings client and agent in step, as errors call it.
pub(crate) const SYNC: &str = "guest-sync-delimited";

/// What the agent said to a command: what that returned, or why it failed.
pub(crate) type Answer = Result<RawValue<'static>, Error>;

/// What there is to know of a call but its message.
pub(crate) struct Outgoing<'c> {
    pub(crate) name: &'c str,
    pub(crate) timeout: Duration,
    /// Whether there is one to be passed, which an agent cannot take: it is in a guest.
    pub(crate) descriptor: bool,
}

impl<'c> Outgoing<'c> {
    /// What there is to know of `call`, where calls have `timeout` if they do not say.
    pub(crate) fn of<C: Command>(call: &'c Call<C>, timeout: Duration) -> Self {
        Outgoing {
            name: call.command.name(),
            timeout: call.timeout.unwrap_or(timeout),
            descriptor: call.descriptor.is_some(),
        }
    }

    /// What is told while it is executed. Arguments and answers may hold secrets, and are not.
    pub(crate) fn span(&self) -> Span {
        tracing::debug_span!("execute", command = self.name)
    }

    /// What the command `returned`, as an answer to it.
    pub(crate) fn read<T: Decode>(&self, returned: RawValue<'static>) -> Result<T, ExecuteError> {
        returned.decode().map_err(|error| {
            tracing::debug!(command = self.name, path = error.path, "answer unreadable");
            ExecuteError::unreadable(self.name, error, returned)
        })
    }

    /// An error if it is none that an agent can execute.
    pub(crate) fn check(&self) -> Result<(), ExecuteError> {
        match self.descriptor {
            true => Err(ExecuteError::CannotPassDescriptors {
                command: self.name.to_owned(),
            }),
            false => Ok(()),
        }
    }

    /// The agent has not answered in time.
    pub(crate) fn late(&self) -> ExecuteError {
        tracing::debug!(command = self.name, "not answered");
        ExecuteError::Timeout {
            command: self.name.to_owned(),
            timeout: self.timeout,
        }
    }

    /// The agent has not taken the command in time.
    pub(crate) fn not_sent(&self) -> ExecuteError {
        tracing::debug!(command = self.name, "not sent");
        ExecuteError::NotSent {
            command: self.name.to_owned(),
            timeout: self.timeout,
        }
    }

    /// The agent has not got in step in time.
    pub(crate) fn out_of_step(&self) -> ExecuteError {
        tracing::debug!(command = self.name, "not sent: the agent is out of step");
        ExecuteError::OutOfStep {
            command: self.name.to_owned(),
            timeout: self.timeout,
        }
    }
}

/// What has become of the command `name` that was sent at `begin`: it was answered, or with what
/// is no answer.
pub(crate) fn outcome(
    name: &str,
    begin: Instant,
    answer: Result<Answer, ConnectionError>,
) -> Result<RawValue<'static>, ExecuteError> {
    let elapsed = begin.elapsed();
    let command = || name.to_owned();
    match answer {
        Ok(Ok(returned)) => {
            let bytes = returned.get().len();
            tracing::debug!(command = name, ?elapsed, bytes, "done");
            Ok(returned)
        }
        Ok(Err(error)) => {
            tracing::debug!(command = name, ?elapsed, class = %error.class, "failed");
            Err(ExecuteError::Qemu {
                command: command(),
                unsupported: Unsupported::frozen(&error),
                error,
            })
        }
        Err(cause) => {
            tracing::debug!(command = name, ?elapsed, "no answer, but something else");
            Err(ExecuteError::InvalidAnswer {
                command: command(),
                cause,
            })
        }
    }
}

/// The error for an agent that could not be reached for the reason that `error` gives for a
/// monitor.
pub(crate) fn unreached(error: ConnectError) -> ConnectError {
    match error {
        ConnectError::NoGreeting { timeout } => ConnectError::NoAgent { timeout },
        error => error,
    }
}
