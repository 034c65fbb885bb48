//! How a client comes about.

use std::io;
use std::net::{SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
#[cfg(unix)]
use std::path::Path;
use std::thread;

use super::Client;
use super::connection::Connection;
use super::transport::Transport;
use crate::deadline::Deadline;
use crate::events::{self, EventQueue};
use crate::negotiation::{self, QmpCapabilities};
use crate::session::{self, First};
use crate::{Call, ConnectError, ConnectOptions, reach};

impl Client {
    /// Connects to the Unix socket at `path`; [waits](ConnectOptions::retry) for a server that
    /// is not there yet.
    ///
    /// # Errors
    ///
    /// When no connection comes about within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let client = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new())?;
    /// println!("QEMU {}", client.greeting().version.qemu);
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    #[cfg(unix)]
    pub fn connect_unix(
        path: impl AsRef<Path>,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        greeted(options, &deadline, || {
            let stream = unix(path.as_ref(), options, &deadline)?;
            Self::negotiate(Box::new(stream), options, deadline.clone())
        })
    }

    /// Connects to `address` over TCP; [waits](ConnectOptions::retry) for a server that does
    /// not listen yet.
    ///
    /// The address is that of a host, not its name: asking for the address of a name would
    /// have no deadline.
    ///
    /// # Errors
    ///
    /// When no connection comes about within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// let address = ([127, 0, 0, 1], 4444).into();
    /// let client = Client::connect_tcp(address, &ConnectOptions::new())?;
    /// # Ok::<_, qapi_client::ConnectError>(())
    /// ```
    pub fn connect_tcp(
        address: SocketAddr,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        greeted(options, &deadline, || {
            let stream = tcp(address, options, &deadline)?;
            Self::negotiate(Box::new(stream), options, deadline.clone())
        })
    }

    /// Talks to the server at the other end of `transport`, which has yet to greet.
    ///
    /// # Errors
    ///
    /// When the server does not greet and accept the capabilities within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::net::TcpStream;
    ///
    /// use qapi_client::{ConnectOptions, blocking::Client};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let stream = TcpStream::connect("vm7.example.org:4444")?;
    /// let client = Client::connect_over(stream, &ConnectOptions::new())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn connect_over(
        transport: impl Transport + 'static,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = Deadline::after(options.connect_timeout);
        Self::negotiate(Box::new(transport), options, deadline)
    }

    /// Talks to the server at the other end of `transport`, and takes it into command mode.
    pub(super) fn negotiate(
        transport: Box<dyn Transport>,
        options: &ConnectOptions,
        mut deadline: Deadline,
    ) -> Result<Self, ConnectError> {
        let mut connection = Connection::new(transport, options.max_message);
        let mut early = EventQueue::new(options);
        let greeting = loop {
            let Some(message) = connection.read_message(&mut deadline)? else {
                return Err(ConnectError::NoGreeting {
                    timeout: options.connect_timeout,
                });
            };
            match session::read_first(message)? {
                First::Greeting(greeting) => break greeting,
                First::Event(event) => early.push(events::shared(event)),
                First::Leftover => {}
            }
        };
        negotiation::check(&greeting, &options.capabilities)?;

        let mut client = Client::new(connection, early, greeting, options);
        let command = QmpCapabilities::new(&options.capabilities);
        client
            .execute(Call::new(command).timeout(deadline.remaining()))
            .map_err(ConnectError::Negotiation)?;
        Ok(client)
    }
}

/// Connects until a server greets, or an agent answers, or there is no more reason to hope.
pub(super) fn greeted<T>(
    options: &ConnectOptions,
    deadline: &Deadline,
    connect: impl Fn() -> Result<T, ConnectError>,
) -> Result<T, ConnectError> {
    loop {
        match connect() {
            Ok(client) => return Ok(client),
            Err(error) => thread::sleep(reach::pause_before_greeting(error, options, deadline)?),
        }
    }
}

/// Connects to the Unix socket at `path`, and says nothing: for who puts a
/// [`Transport`] of their own around the stream, and hands it to
/// [`Client::connect_over`] or [`Agent::connect_over`](super::Agent::connect_over).
///
/// The standard library's `connect` waits without end for a server whose list of connections to
/// accept is full, as that of a monitor is which serves somebody else.
///
/// # Errors
///
/// When the socket cannot be reached within the
/// [connect timeout](ConnectOptions::connect_timeout): [`ConnectError::Connect`], or
/// [`ConnectError::NoGreeting`] where the list is full.
///
/// # Examples
///
/// ```no_run
/// use qapi_client::{ConnectOptions, blocking::{Client, reach_unix}};
///
/// # fn example() -> Result<(), qapi_client::ConnectError> {
/// let options = ConnectOptions::new();
/// let stream = reach_unix("/run/vm/qmp.sock", &options)?;
/// let vm = Client::connect_over(stream, &options)?;
/// # Ok(())
/// # }
/// ```
#[cfg(unix)]
pub fn reach_unix(
    path: impl AsRef<Path>,
    options: &ConnectOptions,
) -> Result<UnixStream, ConnectError> {
    let deadline = Deadline::after(options.connect_timeout);
    unix(path.as_ref(), options, &deadline)
}

/// Connects to `address` over TCP, and says nothing; otherwise like `reach_unix`.
///
/// # Errors
///
/// When it cannot be reached within the [connect timeout](ConnectOptions::connect_timeout):
/// [`ConnectError::Connect`].
///
/// # Examples
///
/// ```no_run
/// use qapi_client::{ConnectOptions, blocking::{Client, reach_tcp}};
///
/// # fn example() -> Result<(), qapi_client::ConnectError> {
/// let options = ConnectOptions::new();
/// let stream = reach_tcp(([127, 0, 0, 1], 4444).into(), &options)?;
/// let vm = Client::connect_over(stream, &options)?;
/// # Ok(())
/// # }
/// ```
pub fn reach_tcp(address: SocketAddr, options: &ConnectOptions) -> Result<TcpStream, ConnectError> {
    tcp(address, options, &Deadline::after(options.connect_timeout))
}

/// Connects over a Unix socket.
#[cfg(unix)]
pub(super) fn unix(
    path: &Path,
    options: &ConnectOptions,
    deadline: &Deadline,
) -> Result<UnixStream, ConnectError> {
    let address = path.display().to_string();
    attempt(&address, options, deadline, || {
        let stream = reach::unix(path)?;
        stream.set_nonblocking(false)?;
        Ok(stream)
    })
}

/// Connects over TCP.
pub(super) fn tcp(
    address: SocketAddr,
    options: &ConnectOptions,
    deadline: &Deadline,
) -> Result<TcpStream, ConnectError> {
    attempt(&address.to_string(), options, deadline, || {
        let wait = deadline
            .clone()
            .next_wait()
            .ok_or(io::ErrorKind::TimedOut)?;
        let stream = TcpStream::connect_timeout(&address, wait)?;
        // A command is one small write, and waits for its answer.
        stream.set_nodelay(true)?;
        Ok(stream)
    })
}

/// Tries to connect until it works, or there is no more reason to hope.
fn attempt<T>(
    address: &str,
    options: &ConnectOptions,
    deadline: &Deadline,
    mut connect: impl FnMut() -> io::Result<T>,
) -> Result<T, ConnectError> {
    loop {
        match connect() {
            Ok(stream) => return Ok(stream),
            Err(error) => thread::sleep(reach::pause(error, address, options, deadline)?),
        }
    }
}
