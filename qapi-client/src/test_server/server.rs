//! The thread that plays a script.

use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::fd::OwnedFd;
use serde_json::Value;

use super::control::Control;
use super::end::End;
use super::listener::{Folder, Listener};
use super::message;
use super::peer::{Peer, fail};

/// How long the end of a script is waited for, which has deadlines of its own for all that it
/// waits for: 5 minutes.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::{DEFAULT_TIMEOUT, JOIN_TIMEOUT};
///
/// assert!(DEFAULT_TIMEOUT < JOIN_TIMEOUT);
/// ```
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(300);

/// How long a message of the test may wait for the script to look at it.
const CONTROL_TIMEOUT: Duration = Duration::from_secs(20);

/// A server that plays a script on a thread of its own.
///
/// It ends with its script, or when it is dropped, whatever the script waits for then.
///
/// # Panics
///
/// A script that fails panics on its thread, which says where and why on standard error. Then
/// [`join`](Self::join) and dropping panic on the test's thread, too, so that the test fails;
/// dropping does not while the test is panicking already.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::TestServer;
/// use qapi_client::{ConnectOptions, RawCommand, blocking::Client};
///
/// let server = TestServer::start(|peer| {
///     peer.greet();
///     let request = peer.expect("stop");
///     peer.fail(&request, "GenericError", "not now");
/// });
/// let mut client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
/// let error = client.execute(RawCommand::new("stop")).unwrap_err();
/// assert!(error.to_string().contains("not now"));
/// server.join();
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub struct TestServer<A = PathBuf> {
    address: A,
    /// The test's end of the line to the script; none when it is to stop.
    control: Option<UnixStream>,
    script: Option<JoinHandle<()>>,
    end: Arc<End>,
    /// Whether the script ends only when it is told to.
    endless: bool,
    /// What the socket is in.
    _folder: Option<Folder>,
}

impl TestServer {
    /// Starts a server on a Unix socket in a temporary folder of its own.
    ///
    /// The first client can connect at once, and is served when the script first needs it.
    ///
    /// # Panics
    ///
    /// When the system has no socket or no thread for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::TestServer;
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let server = TestServer::start(|peer| {
    ///     peer.greet();
    /// });
    /// let client = Client::connect_unix(server.path(), &ConnectOptions::new())?;
    /// assert_eq!(client.greeting().version.qemu.major, 10);
    /// server.join();
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[track_caller]
    pub fn start(script: impl FnOnce(&mut Peer) + Send + 'static) -> Self {
        let listen = || {
            let folder = Folder::new()?;
            let path = folder.path().join("qmp.sock");
            let listener = Listener::unix(path.clone())?;
            Ok((path, listener, Some(folder)))
        };
        Self::run(listen(), script)
    }

    /// Where its socket is.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::TestServer;
    ///
    /// let server = TestServer::start(|_| {});
    /// assert!(server.path().ends_with("qmp.sock"));
    /// ```
    pub fn path(&self) -> &Path {
        &self.address
    }

    /// Notes that the script ends only when it is told to.
    pub(super) fn endless(mut self) -> Self {
        self.endless = true;
        self
    }
}

impl TestServer<SocketAddr> {
    /// Starts a server on a free TCP port of this machine.
    ///
    /// # Panics
    ///
    /// When the system has no socket or no thread for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::TestServer;
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let server = TestServer::start_tcp(|peer| {
    ///     peer.greet();
    /// });
    /// let client = Client::connect_tcp(server.address(), &ConnectOptions::new())?;
    /// server.join();
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[track_caller]
    pub fn start_tcp(script: impl FnOnce(&mut Peer) + Send + 'static) -> Self {
        let listen = || {
            let (address, listener) = Listener::tcp()?;
            Ok((address, listener, None))
        };
        Self::run(listen(), script)
    }

    /// The port that it listens on.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::TestServer;
    ///
    /// let server = TestServer::start_tcp(|_| {});
    /// assert!(server.address().ip().is_loopback());
    /// ```
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl TestServer<()> {
    /// Starts a server at the other end of a socket pair; returns the client's end.
    ///
    /// # Panics
    ///
    /// When the system has no socket or no thread for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::TestServer;
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let (stream, server) = TestServer::pair(|peer| {
    ///     peer.greet();
    /// });
    /// let client = Client::connect_over(stream, &ConnectOptions::new())?;
    /// server.join();
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[track_caller]
    pub fn pair(script: impl FnOnce(&mut Peer) + Send + 'static) -> (UnixStream, Self) {
        match UnixStream::pair() {
            Ok((client, server)) => (client, Self::over(server, script)),
            Err(error) => fail(&format!("no socket pair: {error}")),
        }
    }

    /// Starts a server that speaks over this socket, which is connected: as QEMU does that was told
    /// to connect to its client.
    ///
    /// # Panics
    ///
    /// When the system has no thread for it.
    ///
    /// # Examples
    ///
    /// A program that waits for QEMU to connect:
    ///
    /// ```
    /// use std::net::{TcpListener, TcpStream};
    ///
    /// use qapi_client::test_server::TestServer;
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let server = TestServer::over(TcpStream::connect(listener.local_addr()?)?, |peer| {
    ///     peer.greet();
    /// });
    /// let (stream, _) = listener.accept()?;
    /// let client = Client::connect_over(stream, &ConnectOptions::new())?;
    /// server.join();
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    #[track_caller]
    pub fn over(
        socket: impl Into<OwnedFd>,
        script: impl FnOnce(&mut Peer) + Send + 'static,
    ) -> Self {
        let listener = Listener::Connected(Some(socket.into()));
        Self::run(Ok(((), listener, None)), script)
    }
}

impl<A> TestServer<A> {
    #[track_caller]
    fn run(
        listening: io::Result<(A, Listener, Option<Folder>)>,
        script: impl FnOnce(&mut Peer) + Send + 'static,
    ) -> Self {
        let start = || {
            let (address, listener, folder) = listening?;
            let (test, control) = Control::new()?;
            test.set_write_timeout(Some(CONTROL_TIMEOUT))?;
            let (end, ending) = End::new();
            let thread = thread::Builder::new().name("qapi-test-server".to_owned());
            let script = thread.spawn(move || {
                let _ending = ending;
                script(&mut Peer::new(listener, control));
            })?;
            Ok(TestServer {
                address,
                control: Some(test),
                script: Some(script),
                end,
                endless: false,
                _folder: folder,
            })
        };
        match start() {
            Ok(server) => server,
            Err::<_, io::Error>(error) => fail(&format!("it cannot start: {error}")),
        }
    }

    /// Sends an event to the client, whatever the script waits for; `None` where it carries
    /// nothing. It is sent when the script next waits for the client, or does now.
    ///
    /// # Panics
    ///
    /// When the script has ended.
    ///
    /// # Examples
    ///
    /// A test that says when things happen:
    ///
    /// ```
    /// use qapi_client::test_server::Script;
    /// use serde_json::json;
    ///
    /// let server = Script::new().on("query-status", json!({"running": true})).start();
    /// // … the program under test connects, and then:
    /// server.event("STOP", None);
    /// ```
    #[track_caller]
    pub fn event(&self, name: &str, data: impl Into<Option<Value>>) {
        let message = format!("{}\r\n", message::event(name, data));
        let Some(mut control) = self.control.as_ref() else {
            return;
        };
        match control.write_all(message.as_bytes()) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                fail(&format!(
                    "the event {name} is for nobody: the script has ended"
                ));
            }
            Err(error) => fail(&format!("the event {name} cannot be sent: {error}")),
        }
    }

    /// Waits until the script has ended. One that serves client after client, as that of
    /// [`Script::start`](super::Script::start), ends when it has answered what was sent to it
    /// until now.
    ///
    /// This blocks the thread: see [`ended`](Self::ended) for asynchronous programs.
    ///
    /// # Panics
    ///
    /// When the script has failed, or takes longer than [`JOIN_TIMEOUT`].
    ///
    /// # Examples
    ///
    /// ```should_panic
    /// use qapi_client::test_server::TestServer;
    ///
    /// let (stream, server) = TestServer::pair(|peer| {
    ///     peer.greet();
    /// });
    /// drop(stream);
    /// // Says that the script waited for `qmp_capabilities`.
    /// server.join();
    /// ```
    pub fn join(mut self) {
        if self.endless {
            self.control = None;
        }
        self.finish();
    }

    /// Waits until the script has ended, as [`join`](Self::join) does, without blocking the thread,
    /// on any runtime: a client that runs on the same thread can do its part.
    ///
    /// # Panics
    ///
    /// When the script has failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::test_server::TestServer;
    ///
    /// # #[cfg(feature = "tokio")]
    /// #[tokio::main(flavor = "current_thread")]
    /// async fn main() -> Result<(), qapi_client::ConnectError> {
    ///     use qapi_client::{Client, ConnectOptions};
    ///
    ///     let server = TestServer::start(|peer| {
    ///         peer.greet();
    ///         peer.wait_for_close();
    ///     });
    ///     let client = Client::connect_unix(server.path(), &ConnectOptions::new()).await?;
    ///     drop(client);
    ///     server.ended().await;
    ///     Ok(())
    /// }
    /// # #[cfg(not(feature = "tokio"))]
    /// # fn main() {}
    /// ```
    pub async fn ended(mut self) {
        if self.endless {
            self.control = None;
        }
        self.end.reached().await;
        self.finish();
    }

    /// Waits until the script has ended, and fails as it has.
    fn finish(&mut self) {
        let Some(script) = self.script.take() else {
            return;
        };
        let outcome = if self.end.wait(JOIN_TIMEOUT) {
            script.join()
        } else {
            let words = format!("test server: the script still runs after {JOIN_TIMEOUT:?}");
            Err(Box::new(words) as _)
        };
        match outcome {
            Err(cause) if !thread::panicking() => panic::resume_unwind(cause),
            _ => {}
        }
    }
}

impl<A> Drop for TestServer<A> {
    fn drop(&mut self) {
        self.control = None;
        self.finish();
    }
}

impl<A: fmt::Debug> fmt::Debug for TestServer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestServer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
