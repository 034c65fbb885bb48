//! The server's side of a conversation, as a script speaks it.

mod receive;
mod send;

use std::io;
use std::time::Duration;

use super::control::{Control, Interest, Ready};
use super::incoming::Incoming;
use super::listener::Listener;
use super::request::Request;
use super::script::IDLE_TIMEOUT;
use super::stream::Stream;
use crate::deadline::Deadline;

/// How long a script waits for its client, if nothing else is asked for: 20 seconds.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::{DEFAULT_TIMEOUT, TestServer};
///
/// let server = TestServer::start(|peer| peer.set_timeout(3 * DEFAULT_TIMEOUT));
/// ```
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(20);

/// How many bytes are read at a time.
const CHUNK: usize = 64 << 10;

/// The server's side of a conversation: what a script speaks through.
///
/// A peer waits for its client when it first needs one. Each wait ends after a
/// [time](Self::set_timeout).
///
/// What is sent is dropped when the client is gone, as by a server: methods that send say
/// whether the client was there.
///
/// # Panics
///
/// A script whose client does not do as it should has failed, and panics where it waited; so do
/// all methods that wait. The test learns of it from [`TestServer`](super::TestServer).
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::TestServer;
/// use qapi_client::{ConnectOptions, RawCommand, blocking::Client};
/// use serde_json::json;
///
/// let server = TestServer::start(|peer| {
///     peer.greet();
///     let request = peer.expect("stop");
///     peer.event("STOP", None);
///     peer.answer(&request, json!({}));
///     peer.wait_for_close();
/// });
///
/// let mut client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
/// client.execute(RawCommand::new("stop"))?;
/// drop(client);
/// server.join();
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct Peer {
    /// Ends before the connection does: who sees the end of that knows that the script has ended.
    control: Control,
    listener: Listener,
    connection: Connection,
    /// What is read into.
    buffer: Vec<u8>,
    incoming: Incoming,
    /// A command that was received too early.
    put_back: Option<Request>,
    timeout: Duration,
}

enum Connection {
    /// Nobody was waited for.
    Awaited,
    /// A client.
    Open(Stream),
    /// One that has ended on the script's side.
    Closed,
}

/// Why nothing came.
pub(super) enum Nothing {
    Closed,
    Stopped,
    TimedOut(Duration),
    Wrong(String),
}

impl Nothing {
    pub(super) fn words(&self) -> String {
        match self {
            Nothing::Closed => "the client closed the connection".to_owned(),
            Nothing::Stopped => "the test dropped the server".to_owned(),
            Nothing::TimedOut(timeout) => format!("nothing came within {timeout:?}"),
            Nothing::Wrong(words) => words.clone(),
        }
    }
}

impl From<io::Error> for Nothing {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};

        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset => Nothing::Closed,
            _ => Nothing::Wrong(format!("the system says: {error}")),
        }
    }
}

/// Ends the script.
#[track_caller]
pub(super) fn fail(words: &str) -> ! {
    panic!("test server: {words}")
}

/// Connections.
impl Peer {
    pub(super) fn new(listener: Listener, control: Control) -> Self {
        Peer {
            control,
            listener,
            connection: Connection::Awaited,
            buffer: vec![0; CHUNK],
            incoming: Incoming::default(),
            put_back: None,
            timeout: DEFAULT_TIMEOUT,
        }
    }

    /// Sets how long each wait may take from now on. By default [`DEFAULT_TIMEOUT`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.set_timeout(Duration::from_secs(120));
    ///     peer.greet();
    /// }
    /// ```
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Waits for the next client. The connection to the one before is closed: a monitor has one
    /// client at a time.
    ///
    /// It needs not be called for the first one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     peer.wait_for_close();
    ///     peer.accept();
    ///     peer.greet();
    /// }
    /// ```
    #[track_caller]
    pub fn accept(&mut self) {
        if let Err(nothing) = self.accept_within(self.timeout) {
            fail(&format!("waiting for a client: {}", nothing.words()));
        }
    }

    fn accept_within(&mut self, timeout: Duration) -> Result<(), Nothing> {
        self.close();
        let deadline = Deadline::after(timeout);
        loop {
            if let Some(stream) = self.listener.accept()? {
                self.connection = Connection::Open(stream);
                return Ok(());
            }
            let Some(socket) = self.listener.socket() else {
                let words = "nobody can connect: the server is down, or has but one connection";
                return Err(Nothing::Wrong(words.to_owned()));
            };
            match self.control.wait(socket, Interest::Client, &deadline)? {
                Ready::Socket | Ready::Outbox => {}
                Ready::Stopped => return Err(Nothing::Stopped),
                Ready::TimedOut => return Err(Nothing::TimedOut(timeout)),
            }
        }
    }

    /// Serves one client after the other until the test drops the server.
    #[track_caller]
    pub(super) fn serve_all(&mut self, mut serve: impl FnMut(&mut Peer)) {
        loop {
            match self.accept_within(IDLE_TIMEOUT) {
                Ok(()) => serve(self),
                Err(Nothing::Stopped) => return,
                Err(nothing) => fail(&format!("waiting for a client: {}", nothing.words())),
            }
        }
    }

    /// Closes the connection. A client that has sent something which was not
    /// [received](Self::receive) may be told that it was reset.
    ///
    /// The end of a script closes it, too.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// use serde_json::json;
    ///
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     let quit = peer.expect("quit");
    ///     peer.answer(&quit, json!({}));
    ///     peer.close();
    /// }
    /// ```
    pub fn close(&mut self) {
        self.connection = Connection::Closed;
        self.forget();
    }

    /// Is gone, as a server that was killed: the connection is closed, and connecting is refused,
    /// though the file of a Unix socket is still there.
    ///
    /// # Examples
    ///
    /// A server that is killed and started again, at the same address:
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.greet();
    ///     peer.expect("query-status");
    ///     peer.go_down();
    ///     peer.come_up();
    ///     peer.greet();
    /// }
    /// ```
    pub fn go_down(&mut self) {
        self.close();
        self.listener.close();
    }

    /// Listens again after [`go_down`](Self::go_down). See there.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::test_server::Peer;
    /// # #[allow(dead_code)]
    /// fn script(peer: &mut Peer) {
    ///     peer.go_down();
    ///     peer.come_up();
    ///     peer.greet();
    /// }
    /// ```
    #[track_caller]
    pub fn come_up(&mut self) {
        self.close();
        self.connection = Connection::Awaited;
        if let Err(error) = self.listener.open() {
            fail(&format!("it cannot listen again: {error}"));
        }
    }

    /// The connection, once there is one.
    #[track_caller]
    fn connect(&mut self) {
        if matches!(self.connection, Connection::Awaited) {
            self.accept();
        }
    }
}

fn is_to_be_repeated(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
