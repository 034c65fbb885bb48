//! Reaching a server, within a time.

use std::io;
use std::net::{SocketAddr, TcpStream};

use crate::deadline::Deadline;

/// Connects over TCP.
pub(super) fn tcp(address: SocketAddr, deadline: &Deadline) -> io::Result<TcpStream> {
    let remaining = deadline.remaining();
    if remaining.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let stream = TcpStream::connect_timeout(&address, remaining)?;
    // A command is one small write, and waits for its answer.
    stream.set_nodelay(true)?;
    Ok(stream)
}

#[cfg(unix)]
pub(super) use self::unix::unix;

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::unix::net::UnixStream;
    use std::path::Path;
    use std::thread;
    use std::time::Duration;

    use rustix::fd::OwnedFd;
    use rustix::io::Errno;
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

    use crate::deadline::Deadline;

    /// How often to look whether a server takes connections again.
    const PAUSE: Duration = Duration::from_millis(20);

    /// Connects over a Unix socket; `None` when the server's list of connections to accept
    /// stays full, as that of a monitor which serves somebody else.
    ///
    /// The standard library's `connect` waits without end for such a server.
    pub(in crate::blocking) fn unix(
        path: &Path,
        deadline: &Deadline,
    ) -> io::Result<Option<UnixStream>> {
        let address = address(path)?;
        let stream = UnixStream::from(socket()?);
        stream.set_nonblocking(true)?;
        loop {
            match rustix::net::connect(&stream, &address) {
                Ok(()) => break,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let remaining = deadline.remaining();
                    if remaining.is_zero() {
                        return Ok(None);
                    }
                    thread::sleep(PAUSE.min(remaining));
                }
                Err(error) => return Err(error.into()),
            }
        }
        stream.set_nonblocking(false)?;
        Ok(Some(stream))
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
