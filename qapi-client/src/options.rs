//! How to connect.

use std::time::Duration;

use qapi_protocol::Capability;

/// How long connecting may take, if nothing else is asked for: 10 seconds.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a command may take, if nothing else is asked for: 60 seconds.
pub const DEFAULT_COMMAND_TIMEOUT: Duration = Duration::from_secs(60);

/// The largest message that is accepted, if nothing else is asked for: 64 MiB.
pub const DEFAULT_MAX_MESSAGE: usize = 64 << 20;

/// How many events are kept for the program to read, if nothing else is asked for: 1024.
pub const DEFAULT_EVENT_QUEUE: usize = 1024;

/// How many calls may wait for their turn and their answers, if nothing else is asked for: 16384.
pub const DEFAULT_PENDING_CALLS: usize = 16384;

/// How long closing waits for the server to close its end, if nothing else is asked for:
/// 5 seconds.
pub const DEFAULT_CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// How many commands a server has at most that it did not answer: 8, out-of-band ones not
/// counted.
///
/// QEMU reads no further when it has as many, and no out-of-band command would come through
/// (QEMU Machine Protocol Specification, section "Out-of-band execution").
pub const MAX_IN_FLIGHT: usize = 8;

/// How to connect, and what to allow the server.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use qapi_client::ConnectOptions;
/// use qapi_protocol::Capability;
///
/// let options = ConnectOptions::new()
///     .connect_timeout(Duration::from_secs(2))
///     .capability(Capability::Oob);
/// ```
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) command_timeout: Duration,
    pub(crate) max_message: usize,
    pub(crate) event_queue: usize,
    pub(crate) pending_calls: usize,
    pub(crate) close_timeout: Duration,
    pub(crate) retry: bool,
    pub(crate) capabilities: Vec<Capability>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        ConnectOptions {
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            command_timeout: DEFAULT_COMMAND_TIMEOUT,
            max_message: DEFAULT_MAX_MESSAGE,
            event_queue: DEFAULT_EVENT_QUEUE,
            pending_calls: DEFAULT_PENDING_CALLS,
            close_timeout: DEFAULT_CLOSE_TIMEOUT,
            retry: true,
            capabilities: Vec::new(),
        }
    }
}

impl ConnectOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long connecting may take, from the first system call until the server has
    /// accepted the capabilities. By default [`DEFAULT_CONNECT_TIMEOUT`].
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a command may take, from sending it until its answer has arrived, where the
    /// call does not say. By default [`DEFAULT_COMMAND_TIMEOUT`].
    #[must_use]
    pub fn command_timeout(mut self, timeout: Duration) -> Self {
        self.command_timeout = timeout;
        self
    }

    /// How many bytes a message of the server may have. By default [`DEFAULT_MAX_MESSAGE`].
    ///
    /// A connection may hold about that much three times: what it is receiving, the answer that it
    /// has taken out of that and is about to return, and the
    /// [events](Self::event_queue) that were not read yet.
    #[must_use]
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// How many events are kept until the program reads them. Together they have at most as
    /// many bytes as [one message](Self::max_message). When more arrive, the oldest are
    /// dropped, and counted. By default [`DEFAULT_EVENT_QUEUE`].
    #[must_use]
    pub fn event_queue(mut self, events: usize) -> Self {
        self.event_queue = events;
        self
    }

    /// How many calls may wait for their turn and their answers, for all who share a client
    /// together; one more fails at once. By default [`DEFAULT_PENDING_CALLS`].
    ///
    /// No more than [`MAX_IN_FLIGHT`] are with the server. The blocking client has one at a time.
    #[must_use]
    pub fn pending_calls(mut self, calls: usize) -> Self {
        self.pending_calls = calls;
        self
    }

    /// How long `close` waits for the server to close its end. By default
    /// [`DEFAULT_CLOSE_TIMEOUT`].
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Whether a server that is not there yet is waited for, until the
    /// [connect timeout](Self::connect_timeout): one that has not made its socket, or does not
    /// listen. By default it is, as it would be a race to connect to a QEMU that was just
    /// started.
    #[must_use]
    pub fn retry(mut self, retry: bool) -> Self {
        self.retry = retry;
        self
    }

    /// Enables a capability; connecting fails if the server does not offer it. By default
    /// none is enabled.
    #[must_use]
    pub fn capability(mut self, capability: Capability) -> Self {
        if !self.capabilities.contains(&capability) {
            self.capabilities.push(capability);
        }
        self
    }
}
