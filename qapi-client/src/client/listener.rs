//! Waiting for a server to connect.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::time::timeout;

use super::Client;
use super::transport::{self, Reader, Writer};
use crate::deadline::Deadline;
use crate::{Agent, ConnectError, ConnectOptions};

/// A socket that a QEMU connects to, instead of the other way round: one that was started with
/// `-qmp unix:PATH` or `-qmp tcp:HOST:PORT`, without `server=on`.
///
/// # Examples
///
/// ```no_run
/// use std::process::Command;
///
/// use qapi_client::{ConnectOptions, Listener};
///
/// # #[cfg(unix)]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = Listener::bind_unix("/run/vm/qmp.sock")?;
/// let qemu = Command::new("qemu-system-x86_64")
///     .args(["-qmp", "unix:/run/vm/qmp.sock"])
///     .spawn()?;
/// let client = listener.accept(&ConnectOptions::new()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
}

#[derive(Debug)]
enum Socket {
    #[cfg(unix)]
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    /// Listens on a Unix socket, which is made at `path`, and stays there.
    ///
    /// # Errors
    ///
    /// When it cannot be made: there must be nothing at `path`.
    ///
    /// # Panics
    ///
    /// When it is called outside of a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::Listener;
    ///
    /// # async fn example() -> Result<(), std::io::Error> {
    /// let listener = Listener::bind_unix("/run/vm/qmp.sock")?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<Path>) -> io::Result<Self> {
        let socket = Socket::Unix(UnixListener::bind(path)?);
        Ok(Listener { socket })
    }

    /// Listens on TCP; on any free port, if that of `address` is 0.
    ///
    /// # Errors
    ///
    /// When the system does not let it.
    ///
    /// # Panics
    ///
    /// When it is called outside of a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Listener;
    ///
    /// # async fn example() -> Result<(), std::io::Error> {
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn bind_tcp(address: SocketAddr) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let socket = Socket::Tcp(TcpListener::from_std(listener)?);
        Ok(Listener { socket })
    }

    /// Where it listens on TCP; `None` if it does not.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Listener;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), std::io::Error> {
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into())?;
    /// assert!(listener.tcp_address().is_some_and(|address| address.port() > 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(_) => None,
            Socket::Tcp(listener) => listener.local_addr().ok(),
        }
    }

    /// Waits for a server to connect, and to greet; for all together as long as
    /// [`ConnectOptions::connect_timeout`] says.
    ///
    /// # Errors
    ///
    /// When nobody connects in time, or no connection comes of it; see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, Listener};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 4444).into())?;
    /// let client = listener.accept(&ConnectOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn accept(&self, options: &ConnectOptions) -> Result<Client, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        let (reader, writer) = self.next(options, &deadline).await?;
        Client::negotiate(reader, writer, options, &deadline).await
    }

    /// Like [`accept`](Self::accept), for the agent of a guest: QEMU connects to the listener when
    /// the other end of the agent's serial port is a
    /// `-chardev socket,path=PATH,id=ID` without `server=on`.
    ///
    /// # Errors
    ///
    /// When nobody connects in time, or no agent answers; see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, Listener};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 4445).into())?;
    /// let agent = listener.accept_agent(&ConnectOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn accept_agent(&self, options: &ConnectOptions) -> Result<Agent, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        let (reader, writer) = self.next(options, &deadline).await?;
        Agent::greet(reader, writer.into_any(), options, deadline).await
    }

    /// Waits for the next connection.
    async fn next(
        &self,
        options: &ConnectOptions,
        deadline: &Deadline,
    ) -> Result<(Reader, Writer), ConnectError> {
        match timeout(deadline.remaining(), self.socket.accept()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(ConnectError::Accept(error)),
            Err(_) => {
                let timeout = options.connect_timeout;
                Err(ConnectError::NobodyConnected { timeout })
            }
        }
    }
}

impl Socket {
    async fn accept(&self) -> io::Result<(Reader, Writer)> {
        match self {
            #[cfg(unix)]
            Socket::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok(transport::of_unix(stream))
            }
            Socket::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(transport::of_tcp(stream))
            }
        }
    }
}

/// A socket that listens already.
#[cfg(unix)]
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        let socket = Socket::Unix(listener);
        Listener { socket }
    }
}

/// A socket that listens already.
impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        let socket = Socket::Tcp(listener);
        Listener { socket }
    }
}
