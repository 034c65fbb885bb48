//! What a connection can run over.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
#[cfg(unix)]
use std::os::fd::{AsFd, BorrowedFd};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// A stream of bytes in both directions, on which no call waits longer than allowed.
///
/// Reading and writing fail with [`WouldBlock`](io::ErrorKind::WouldBlock) or
/// [`TimedOut`](io::ErrorKind::TimedOut) when nothing could be read or written in time.
/// Timeouts are never zero, and are set anew before each call. What `write` takes is on its
/// way: nobody calls `flush`.
///
/// # Examples
///
/// A connection that is watched:
///
/// ```
/// use std::io::{self, Read, Write};
/// use std::net::TcpStream;
/// use std::time::Duration;
///
/// use qapi_client::blocking::Transport;
///
/// struct Watched(TcpStream);
///
/// impl Read for Watched {
///     fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
///         let count = self.0.read(buffer)?;
///         eprintln!("received {count} bytes");
///         Ok(count)
///     }
/// }
///
/// impl Write for Watched {
///     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
///         self.0.write(bytes)
///     }
///
///     fn flush(&mut self) -> io::Result<()> {
///         self.0.flush()
///     }
/// }
///
/// impl Transport for Watched {
///     fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
///         self.0.set_read_timeout(Some(timeout))
///     }
///
///     fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
///         self.0.set_write_timeout(Some(timeout))
///     }
/// }
/// ```
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

    /// Says to the other end that no more will be written, upon which it closes its own.
    ///
    /// # Errors
    ///
    /// When it cannot be said; [`Unsupported`](io::ErrorKind::Unsupported), as by default, where
    /// the other end sees nothing until the transport is dropped.
    fn shutdown(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether [`write_with_descriptor`](Self::write_with_descriptor) works. By default it does
    /// not.
    #[cfg(unix)]
    fn passes_descriptors(&self) -> bool {
        false
    }

    /// Like `write`, and passes a copy of `descriptor` along with the first byte.
    ///
    /// # Errors
    ///
    /// When nothing could be written, or the transport passes no descriptors, as by default.
    #[cfg(unix)]
    fn write_with_descriptor(
        &mut self,
        bytes: &[u8],
        descriptor: BorrowedFd<'_>,
    ) -> io::Result<usize> {
        let _ = (bytes, descriptor);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The transport in the box, whatever it is.
impl<T: Transport + ?Sized> Transport for Box<T> {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        (**self).set_read_timeout(timeout)
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        (**self).set_write_timeout(timeout)
    }

    fn shutdown(&mut self) -> io::Result<()> {
        (**self).shutdown()
    }

    #[cfg(unix)]
    fn passes_descriptors(&self) -> bool {
        (**self).passes_descriptors()
    }

    #[cfg(unix)]
    fn write_with_descriptor(
        &mut self,
        bytes: &[u8],
        descriptor: BorrowedFd<'_>,
    ) -> io::Result<usize> {
        (**self).write_with_descriptor(bytes, descriptor)
    }
}

impl Transport for TcpStream {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        TcpStream::set_read_timeout(self, Some(timeout))
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        TcpStream::set_write_timeout(self, Some(timeout))
    }

    fn shutdown(&mut self) -> io::Result<()> {
        TcpStream::shutdown(self, Shutdown::Write)
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

    fn shutdown(&mut self) -> io::Result<()> {
        UnixStream::shutdown(self, Shutdown::Write)
    }

    fn passes_descriptors(&self) -> bool {
        true
    }

    fn write_with_descriptor(
        &mut self,
        bytes: &[u8],
        descriptor: BorrowedFd<'_>,
    ) -> io::Result<usize> {
        crate::descriptor::send(self.as_fd(), bytes, descriptor)
    }
}
