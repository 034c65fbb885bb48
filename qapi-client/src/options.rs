//! How to connect.

use std::time::Duration;

use qapi_protocol::Capability;

#[cfg(doc)]
use crate::MAX_IN_FLIGHT;
use crate::limits::{
    DEFAULT_CLOSE_TIMEOUT, DEFAULT_COMMAND_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_EVENT_QUEUE,
    DEFAULT_MAX_MESSAGE, DEFAULT_PENDING_CALLS,
};

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
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new();
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// How long connecting may take, from the first system call until the server has
    /// accepted the capabilities. By default [`DEFAULT_CONNECT_TIMEOUT`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new().connect_timeout(Duration::from_secs(2));
    /// ```
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a command may take, from the call until its answer has arrived, its turn
    /// included, where the call does not say. By default [`DEFAULT_COMMAND_TIMEOUT`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new().command_timeout(Duration::from_secs(600));
    /// ```
    #[must_use]
    pub fn command_timeout(mut self, timeout: Duration) -> Self {
        self.command_timeout = timeout;
        self
    }

    /// How many bytes a message of the server may have. By default [`DEFAULT_MAX_MESSAGE`].
    ///
    /// A connection may hold about that much for what it is receiving, for each answer that its
    /// caller has yet to read, and for each queue of [events](Self::event_queue).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new().max_message(1 << 20);
    /// ```
    #[must_use]
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.max_message = bytes;
        self
    }

    /// How many events are kept until the program reads them, for each who listens. Together they
    /// have at most as many bytes as [one message](Self::max_message). When more arrive, the
    /// oldest are dropped, and counted. By default [`DEFAULT_EVENT_QUEUE`].
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new().event_queue(16);
    /// ```
    #[must_use]
    pub fn event_queue(mut self, events: usize) -> Self {
        self.event_queue = events;
        self
    }

    /// How many calls may wait for their turn and their answers, for all who share a client
    /// together; one more fails at once. By default [`DEFAULT_PENDING_CALLS`].
    ///
    /// No more than [`MAX_IN_FLIGHT`] are with the server. The blocking client has one at a time.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new().pending_calls(100);
    /// ```
    #[must_use]
    pub fn pending_calls(mut self, calls: usize) -> Self {
        self.pending_calls = calls;
        self
    }

    /// How long `close` waits for the server to close its end. By default
    /// [`DEFAULT_CLOSE_TIMEOUT`].
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new().close_timeout(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Whether a server that is not there yet is waited for, until the
    /// [connect timeout](Self::connect_timeout): one that has not made its socket, or does not
    /// listen, or closes the connection before it greets, as the one before it may while it ends.
    /// By default it is, as it would be a race to connect to a QEMU that was just started.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::ConnectOptions;
    ///
    /// let options = ConnectOptions::new().retry(false);
    /// ```
    #[must_use]
    pub fn retry(mut self, retry: bool) -> Self {
        self.retry = retry;
        self
    }

    /// Enables a capability; connecting fails if the server does not offer it. By default
    /// none is enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::ConnectOptions;
    /// use qapi_protocol::Capability;
    ///
    /// let options = ConnectOptions::new().capability(Capability::Oob);
    /// ```
    #[must_use]
    pub fn capability(mut self, capability: Capability) -> Self {
        if !self.capabilities.contains(&capability) {
            self.capabilities.push(capability);
        }
        self
    }
}
