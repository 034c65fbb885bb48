//! Reaching a server that may not be there yet.

use std::io;
use std::time::Duration;

use crate::deadline::Deadline;
use crate::{ConnectError, ConnectOptions, ConnectionError};

/// How often to look whether a server takes connections.
pub(crate) const PAUSE: Duration = Duration::from_millis(20);

/// How long to wait after an attempt to connect to `address` failed, before the next one; or
/// why there shall be none.
pub(crate) fn pause(
    error: io::Error,
    address: &str,
    options: &ConnectOptions,
    deadline: &Deadline,
) -> Result<Duration, ConnectError> {
    let remaining = deadline.remaining();
    let timeout = options.connect_timeout;
    let waited = match error.kind() {
        // The server's list of connections to accept is full, as that of a monitor which serves
        // somebody else.
        io::ErrorKind::WouldBlock if remaining.is_zero() => {
            return Err(ConnectError::NoGreeting { timeout });
        }
        io::ErrorKind::WouldBlock => return Ok(PAUSE.min(remaining)),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused if options.retry => {
            if !remaining.is_zero() {
                return Ok(PAUSE.min(remaining));
            }
            Some(timeout)
        }
        _ => None,
    };
    Err(ConnectError::Connect {
        address: address.to_owned(),
        waited,
        source: error,
    })
}

/// How long to wait after a connection came to nothing with `error`, before the next attempt; or
/// why there shall be none.
pub(crate) fn pause_before_greeting(
    error: ConnectError,
    options: &ConnectOptions,
    deadline: &Deadline,
) -> Result<Duration, ConnectError> {
    let remaining = deadline.remaining();
    match error {
        // A server that was killed still takes connections until the system has torn it down,
        // and the next one may be about to take its place.
        ConnectError::Connection(ConnectionError::Closed { .. })
            if options.retry && !remaining.is_zero() =>
        {
            Ok(PAUSE.min(remaining))
        }
        error => Err(error),
    }
}

#[cfg(unix)]
pub(crate) use self::unix::unix;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::net::UnixStream;
    use std::path::Path;

    use rustix::fd::OwnedFd;
    use rustix::io::Errno;
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

    /// Connects over a Unix socket, if that is possible at once; the stream does not block.
    ///
    /// The standard library's `connect` waits without end for a server whose list of
    /// connections to accept is full.
    pub(crate) fn unix(path: &Path) -> io::Result<UnixStream> {
        let address = address(path)?;
        let stream = UnixStream::from(socket()?);
        stream.set_nonblocking(true)?;
        loop {
            match rustix::net::connect(&stream, &address) {
                Ok(()) => return Ok(stream),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The address of the socket at `path`, or why there can be none: the system's words are
    /// about files, whose paths may be much longer.
    fn address(path: &Path) -> io::Result<SocketAddrUnix> {
        let length = path.as_os_str().len();
        if length == 0 {
            let kind = io::ErrorKind::InvalidInput;
            return Err(io::Error::new(kind, "the path is empty"));
        }
        SocketAddrUnix::new(path).map_err(|error| {
            let system = io::Error::from(error);
            if error != Errno::NAMETOOLONG {
                return system;
            }
            let words = format!(
                "the path of a Unix socket can have only about 100 bytes (107 on Linux), and this \
                 one has {length}"
            );
            io::Error::new(system.kind(), words)
        })
    }

    #[cfg(not(target_vendor = "apple"))]
    fn socket() -> io::Result<OwnedFd> {
        use rustix::net::SocketFlags;

        let flags = SocketFlags::CLOEXEC;
        let socket =
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        Ok(socket)
    }

    #[cfg(target_vendor = "apple")]
    fn socket() -> io::Result<OwnedFd> {
        use rustix::io::{FdFlags, fcntl_setfd};

        let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
        fcntl_setfd(&socket, FdFlags::CLOEXEC)?;
        Ok(socket)
    }
}
