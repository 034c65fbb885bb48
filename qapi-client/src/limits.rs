//! The limits that hold when nothing else is asked for.

use std::time::Duration;

/// How long connecting may take, if nothing else is asked for: 10 seconds.
///
/// # Examples
///
/// ```
/// use qapi_client::{ConnectOptions, DEFAULT_CONNECT_TIMEOUT};
///
/// let patient = ConnectOptions::new().connect_timeout(3 * DEFAULT_CONNECT_TIMEOUT);
/// ```
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a command may take, if nothing else is asked for: 60 seconds.
///
/// # Examples
///
/// ```
/// use qapi_client::{ConnectOptions, DEFAULT_COMMAND_TIMEOUT};
///
/// let patient = ConnectOptions::new().command_timeout(10 * DEFAULT_COMMAND_TIMEOUT);
/// ```
pub const DEFAULT_COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// The largest message that is accepted, if nothing else is asked for: 64 MiB.
///
/// # Examples
///
/// ```
/// use qapi_client::{ConnectOptions, DEFAULT_MAX_MESSAGE};
///
/// let frugal = ConnectOptions::new().max_message(DEFAULT_MAX_MESSAGE / 16);
/// ```
pub const DEFAULT_MAX_MESSAGE: usize = 64 << 20;

/// How many events are kept for the program to read, if nothing else is asked for: 1024.
///
/// # Examples
///
/// ```
/// use qapi_client::{ConnectOptions, DEFAULT_EVENT_QUEUE};
///
/// let busy = ConnectOptions::new().event_queue(10 * DEFAULT_EVENT_QUEUE);
/// ```
pub const DEFAULT_EVENT_QUEUE: usize = 1024;

/// How many calls may wait for their turn and their answers, if nothing else is asked for: 16384.
///
/// # Examples
///
/// ```
/// use qapi_client::{ConnectOptions, DEFAULT_PENDING_CALLS};
///
/// let busy = ConnectOptions::new().pending_calls(4 * DEFAULT_PENDING_CALLS);
/// ```
pub const DEFAULT_PENDING_CALLS: usize = 16384;

/// How long closing waits for the server to close its end, if nothing else is asked for:
/// 5 seconds.
///
/// # Examples
///
/// ```
/// use qapi_client::{ConnectOptions, DEFAULT_CLOSE_TIMEOUT};
///
/// let hasty = ConnectOptions::new().close_timeout(DEFAULT_CLOSE_TIMEOUT / 10);
/// ```
pub const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many commands a server has at most that it did not answer: 8, and as many out-of-band ones.
///
/// QEMU reads no further when it has as many, and no out-of-band command would come through
/// (QEMU Machine Protocol Specification, section "Out-of-band execution").
///
/// # Examples
///
/// ```
/// use qapi_client::MAX_IN_FLIGHT;
///
/// assert_eq!(MAX_IN_FLIGHT, 8);
/// ```
pub const MAX_IN_FLIGHT: usize = 8;

/// How often QEMU is asked how far a job is that is run, if nothing else is asked for: every
/// second.
///
/// # Examples
///
/// ```
/// use qapi_client::{DEFAULT_JOB_INTERVAL, Job};
///
/// let nightly = Job::new("backup0").interval(60 * DEFAULT_JOB_INTERVAL);
/// ```
pub const DEFAULT_JOB_INTERVAL: Duration = Duration::from_secs(1);
