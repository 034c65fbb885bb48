//! What a connection can run over.

use std::io::{self, Read, Write};
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// A stream of bytes in both directions, on which no call waits longer than allowed.
///
/// Reading and writing fail with [`WouldBlock`](io::ErrorKind::WouldBlock) or
/// [`TimedOut`](io::ErrorKind::TimedOut) when nothing could be read or written in time.
/// Timeouts are never zero, and are set anew before each call. What `write` takes is on its
/// way: nobody calls `flush`.
pub trait Transport: Read + Write + Send {
    /// Sets how long a call of `read` may wait from now on.
    ///
    /// # Errors
    ///
    /// When the transport cannot limit its waiting.
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()>;

    /// Sets how long a call of `write` may wait from now on.
    ///
    /// # Errors
    ///
    /// When the transport cannot limit its waiting.
    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()>;
}

impl Transport for TcpStream {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        TcpStream::set_read_timeout(self, Some(timeout))
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        TcpStream::set_write_timeout(self, Some(timeout))
    }
}

#[cfg(unix)]
impl Transport for UnixStream {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        UnixStream::set_read_timeout(self, Some(timeout))
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        UnixStream::set_write_timeout(self, Some(timeout))
    }
}
