//! Why a job did not do what it was run for.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::ExecuteError;

/// Why a job did not do what it was run for, or why nobody knows whether it did.
///
/// # Examples
///
/// ```
/// use qapi_client::JobError;
///
/// /// Whether there may still be a job to look after.
/// fn may_run_on(error: &JobError) -> bool {
///     match error {
///         JobError::Failed { .. } | JobError::Start { .. } => false,
///         JobError::Timeout { cancelled, .. } => !cancelled,
///         _ => true,
///     }
/// }
/// # let _ = may_run_on;
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum JobError {
    /// The command starts a job of another id, and was not sent.
    #[non_exhaustive]
    OtherId {
        /// The job's id.
        id: String,
        /// The one in the command.
        found: String,
    },
    /// The command that starts the job failed, or was not answered, in which case the job may
    /// have been started nevertheless.
    #[non_exhaustive]
    Start {
        /// The job's id.
        id: String,
        /// What became of the command.
        error: Box<ExecuteError>,
    },
    /// There is no job of that id. If a command was executed to start it, then without saying
    /// so in its `job-id`.
    #[non_exhaustive]
    NotFound {
        /// The job's id.
        id: String,
    },
    /// The job failed.
    #[non_exhaustive]
    Failed {
        /// The job's id.
        id: String,
        /// Why, in QEMU's words; `None` if they went by unseen.
        message: Option<String>,
    },
    /// The job was to go on, and QEMU would not have it. The job is left as it is.
    #[non_exhaustive]
    Command {
        /// The job's id.
        id: String,
        /// QEMU's answer.
        error: Box<ExecuteError>,
    },
    /// The time that the job was given is over.
    #[non_exhaustive]
    Timeout {
        /// The job's id.
        id: String,
        /// How long it had time.
        timeout: Duration,
        /// Whether it was cancelled, as was asked for, and has ended. If not, it may run on.
        cancelled: bool,
    },
    /// The job is gone, and the events that told how it ended were dropped before they were
    /// read.
    #[non_exhaustive]
    Unseen {
        /// The job's id.
        id: String,
    },
    /// QEMU no longer says how the job is: it did not answer, or the connection is of no more
    /// use. The job may run on.
    #[non_exhaustive]
    Lost {
        /// The job's id.
        id: String,
        /// What became of the last command.
        error: Box<ExecuteError>,
    },
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JobError::OtherId { id, found } => write!(
                f,
                "the command starts the job `{found}`, and not `{id}`: it was not sent"
            ),
            JobError::Start { id, error } => {
                write!(f, "the job `{id}` was not started: {error}")
            }
            JobError::NotFound { id } => write!(f, "there is no job `{id}`"),
            JobError::Failed {
                id,
                message: Some(message),
            } => write!(f, "the job `{id}` failed: {message}"),
            JobError::Failed { id, message: None } => {
                write!(f, "the job `{id}` failed; why was not seen")
            }
            JobError::Command { id, error } => {
                write!(f, "the job `{id}` cannot go on: {error}")
            }
            JobError::Timeout {
                id,
                timeout,
                cancelled,
            } => {
                let now = if *cancelled {
                    "was cancelled"
                } else {
                    "may run on"
                };
                write!(
                    f,
                    "the job `{id}` did not end within {timeout:?}, and {now}"
                )
            }
            JobError::Unseen { id } => write!(
                f,
                "the job `{id}` is gone, and how it ended was not seen: more events came than \
                 are kept"
            ),
            JobError::Lost { id, error } => write!(
                f,
                "sight of the job `{id}` was lost, and it may run on: {error}"
            ),
        }
    }
}

impl Error for JobError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // Their text is in the one of this.
            JobError::Start { error, .. }
            | JobError::Command { error, .. }
            | JobError::Lost { error, .. } => error.source(),
            JobError::OtherId { .. }
            | JobError::NotFound { .. }
            | JobError::Failed { .. }
            | JobError::Timeout { .. }
            | JobError::Unseen { .. } => None,
        }
    }
}
