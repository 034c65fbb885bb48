//! A transport of two descriptors.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Transport;

/// How many bytes are written at a time: a pipe that can be written to has room for as many, on
/// every system (`_POSIX_PIPE_BUF`), so that the call does not wait.
const WRITE_CHUNK: usize = 512;

/// A reader and a writer as a [`Transport`]: the standard input and output of a child process, or
/// a socket that is neither Unix nor TCP, such as vsock, and its `try_clone`.
///
/// What is read must come from the descriptor at once: a reader that has bytes in a buffer of its
/// own, such as TLS, needs a [`Transport`] of its own.
///
/// # Examples
///
/// ```no_run
/// use std::process::{Command, Stdio};
///
/// use qapi_client::{ConnectOptions, blocking::{Client, Pair}};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut qemu = Command::new("qemu-system-x86_64")
///     .args(["-display", "none", "-qmp", "stdio"])
///     .stdin(Stdio::piped())
///     .stdout(Stdio::piped())
///     .spawn()?;
/// if let (Some(reader), Some(writer)) = (qemu.stdout.take(), qemu.stdin.take()) {
///     let client = Client::connect_over(Pair::new(reader, writer), &ConnectOptions::new())?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pair<R, W> {
    reader: R,
    writer: W,
    read_timeout: Duration,
    write_timeout: Duration,
}

impl<R, W> Pair<R, W> {
    /// What is read from `reader`, and written to `writer`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::os::unix::net::UnixStream;
    ///
    /// use qapi_client::blocking::Pair;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let (stream, _) = UnixStream::pair()?;
    /// let pair = Pair::new(stream.try_clone()?, stream);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(reader: R, writer: W) -> Self {
        Pair {
            reader,
            writer,
            read_timeout: Duration::ZERO,
            write_timeout: Duration::ZERO,
        }
    }
}

/// Waits until something can be done with `descriptor`, or it is of no more use.
fn wait(descriptor: BorrowedFd<'_>, what: PollFlags, timeout: Duration) -> io::Result<()> {
    // A timeout that the system cannot count is as good as the longest that it can.
    let timeout = Timespec::try_from(timeout).unwrap_or(Timespec {
        tv_sec: i64::from(i32::MAX),
        tv_nsec: 0,
    });
    match poll(
        &mut [PollFd::from_borrowed_fd(descriptor, what)],
        Some(&timeout),
    )? {
        0 => Err(io::ErrorKind::TimedOut.into()),
        _ => Ok(()),
    }
}

impl<R: Read + AsFd, W> Read for Pair<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        wait(self.reader.as_fd(), PollFlags::IN, self.read_timeout)?;
        self.reader.read(buffer)
    }
}

impl<R, W: Write + AsFd> Write for Pair<R, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        wait(self.writer.as_fd(), PollFlags::OUT, self.write_timeout)?;
        self.writer.write(bytes.get(..WRITE_CHUNK).unwrap_or(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl<R: Read + AsFd + Send, W: Write + AsFd + Send> Transport for Pair<R, W> {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.read_timeout = timeout;
        Ok(())
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.write_timeout = timeout;
        Ok(())
    }
}
