//! Waiting for a server to connect.

use std::io;
use std::net::{SocketAddr, TcpListener};
#[cfg(unix)]
use std::os::unix::net::UnixListener;
#[cfg(unix)]
use std::path::Path;
use std::thread;

use super::Client;
use super::agent::Agent;
use super::transport::Transport;
use crate::deadline::Deadline;
use crate::reach::PAUSE;
use crate::{ConnectError, ConnectOptions};

/// A socket that a QEMU connects to, instead of the other way round: one that was started with
/// `-qmp unix:PATH` or `-qmp tcp:HOST:PORT`, without `server=on`.
///
/// # Examples
///
/// ```no_run
/// use std::process::Command;
///
/// use qapi_client::{ConnectOptions, blocking::Listener};
///
/// # #[cfg(unix)]
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let listener = Listener::bind_unix("/run/vm/qmp.sock")?;
/// let qemu = Command::new("qemu-system-x86_64")
///     .args(["-qmp", "unix:/run/vm/qmp.sock"])
///     .spawn()?;
/// let client = listener.accept(&ConnectOptions::new())?;
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
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::blocking::Listener;
    ///
    /// let listener = Listener::bind_unix("/run/vm/qmp.sock")?;
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[cfg(unix)]
    pub fn bind_unix(path: impl AsRef<Path>) -> io::Result<Self> {
        UnixListener::bind(path)?.try_into()
    }

    /// Listens on TCP; on any free port, if that of `address` is 0.
    ///
    /// # Errors
    ///
    /// When the system does not let it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::blocking::Listener;
    ///
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into())?;
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn bind_tcp(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address)?.try_into()
    }

    /// Where it listens on TCP; `None` if it does not.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::blocking::Listener;
    ///
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into())?;
    /// assert!(listener.tcp_address().is_some_and(|address| address.port() > 0));
    /// # Ok::<_, std::io::Error>(())
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
    /// use qapi_client::{ConnectOptions, blocking::Listener};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 4444).into())?;
    /// let client = listener.accept(&ConnectOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn accept(&self, options: &ConnectOptions) -> Result<Client, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        let transport = self.next(options, &deadline)?;
        Client::negotiate(transport, options, deadline)
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
    /// use qapi_client::{ConnectOptions, blocking::Listener};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let listener = Listener::bind_tcp(([127, 0, 0, 1], 4445).into())?;
    /// let agent = listener.accept_agent(&ConnectOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn accept_agent(&self, options: &ConnectOptions) -> Result<Agent, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        let transport = self.next(options, &deadline)?;
        Agent::greet(transport, options, deadline)
    }

    /// Waits for the next connection.
    fn next(
        &self,
        options: &ConnectOptions,
        deadline: &Deadline,
    ) -> Result<Box<dyn Transport>, ConnectError> {
        loop {
            let remaining = deadline.remaining();
            match self.socket.accept() {
                Ok(transport) => return Ok(transport),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                    return Err(ConnectError::Accept(error));
                }
                Err(_) if remaining.is_zero() => {
                    let timeout = options.connect_timeout;
                    return Err(ConnectError::NobodyConnected { timeout });
                }
                Err(_) => thread::sleep(PAUSE.min(remaining)),
            }
        }
    }
}

impl Socket {
    /// The next connection, if somebody has connected.
    fn accept(&self) -> io::Result<Box<dyn Transport>> {
        match self {
            #[cfg(unix)]
            Socket::Unix(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(false)?;
                Ok(Box::new(stream))
            }
            Socket::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(false)?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

/// A socket that listens already. It is set not to block.
#[cfg(unix)]
impl TryFrom<UnixListener> for Listener {
    type Error = io::Error;

    fn try_from(listener: UnixListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let socket = Socket::Unix(listener);
        Ok(Listener { socket })
    }
}

/// A socket that listens already. It is set not to block.
impl TryFrom<TcpListener> for Listener {
    type Error = io::Error;

    fn try_from(listener: TcpListener) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let socket = Socket::Tcp(listener);
        Ok(Listener { socket })
    }
}
