//! The lines of a conversation, shown as they come and go: `--verbose`.

use std::fmt;
use std::io::{self, Read, Write};
#[cfg(unix)]
use std::os::fd::BorrowedFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use qapi_client::blocking::Transport;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::output::{Printable, complain};

/// How many bytes of a line are shown; of a longer one, that many, and then how many more it has.
const MAX_SHOWN: usize = 1 << 20;

/// Which way a line went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// To the server.
    Sent,
    /// From the server.
    Received,
}

/// `->` or `<-`, as recordings have it.
impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Sent => "->",
            Direction::Received => "<-",
        })
    }
}

/// Who is shown each line. What stands in it has nothing left that controls a terminal.
pub(crate) type Show = Arc<dyn Fn(Direction, &str) + Send + Sync>;

/// Shows each line on standard error.
pub(crate) fn to_standard_error() -> Show {
    Arc::new(|direction, line| complain(format_args!("{direction} {line}")))
}

/// What is shown of one direction.
struct Lines {
    direction: Direction,
    show: Show,
    /// The beginning of a line that has not ended.
    begun: Vec<u8>,
    /// How many more bytes of it there are.
    beyond: usize,
}

impl Lines {
    fn new(direction: Direction, show: Show) -> Self {
        Lines {
            direction,
            show,
            begun: Vec::new(),
            beyond: 0,
        }
    }

    /// Shows the lines that end in `bytes`.
    fn pass(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = MAX_SHOWN - self.begun.len();
            let kept = piece.get(..room).unwrap_or(piece);
            self.begun.extend_from_slice(kept);
            self.beyond += piece.len() - kept.len();
            if piece.ends_with(b"\n") {
                self.end();
            }
        }
    }

    fn end(&mut self) {
        let line = String::from_utf8_lossy(&self.begun);
        // Guest agents separate what is old from what is new with a byte that is no text.
        let line =
            line.trim_matches(|c: char| c.is_whitespace() || c == char::REPLACEMENT_CHARACTER);
        let line = Printable(line);
        match self.beyond {
            0 if line.0.is_empty() => {}
            0 => (self.show)(self.direction, &line.to_string()),
            more => (self.show)(self.direction, &format!("{line}… and {more} bytes more")),
        }
        self.begun.clear();
        self.beyond = 0;
    }
}

/// A transport whose lines are shown.
pub(crate) struct Watched<T> {
    transport: T,
    sent: Lines,
    received: Lines,
}

impl<T> Watched<T> {
    pub(crate) fn new(transport: T, show: Show) -> Self {
        Watched {
            transport,
            sent: Lines::new(Direction::Sent, show.clone()),
            received: Lines::new(Direction::Received, show),
        }
    }
}

impl<T: Read> Read for Watched<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.transport.read(buffer)?;
        self.received.pass(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl<T: Write> Write for Watched<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.transport.write(bytes)?;
        self.sent.pass(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.transport.flush()
    }
}

impl<T: Transport> Transport for Watched<T> {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.transport.set_read_timeout(timeout)
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        self.transport.set_write_timeout(timeout)
    }

    fn shutdown(&mut self) -> io::Result<()> {
        self.transport.shutdown()
    }

    #[cfg(unix)]
    fn passes_descriptors(&self) -> bool {
        self.transport.passes_descriptors()
    }

    #[cfg(unix)]
    fn write_with_descriptor(
        &mut self,
        bytes: &[u8],
        descriptor: BorrowedFd<'_>,
    ) -> io::Result<usize> {
        let count = self.transport.write_with_descriptor(bytes, descriptor)?;
        self.sent.pass(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// The reading end of a connection whose lines are shown.
pub(crate) struct WatchedReader<R> {
    reader: R,
    lines: Lines,
}

impl<R> WatchedReader<R> {
    pub(crate) fn new(reader: R, show: Show) -> Self {
        WatchedReader {
            reader,
            lines: Lines::new(Direction::Received, show),
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for WatchedReader<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.reader).poll_read(context, buffer))?;
        let read = buffer.filled().get(before..).unwrap_or_default();
        self.lines.pass(read);
        Poll::Ready(Ok(()))
    }
}

/// The writing end of a connection whose lines are shown.
pub(crate) struct WatchedWriter<W> {
    writer: W,
    lines: Lines,
}

impl<W> WatchedWriter<W> {
    pub(crate) fn new(writer: W, show: Show) -> Self {
        WatchedWriter {
            writer,
            lines: Lines::new(Direction::Sent, show),
        }
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for WatchedWriter<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.writer).poll_write(context, bytes))?;
        self.lines.pass(bytes.get(..count).unwrap_or_default());
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writer).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.writer).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{Direction, Lines, MAX_SHOWN};

    /// What is shown of `pieces`, one after the other.
    fn shown(pieces: &[&[u8]]) -> Vec<String> {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let show = {
            let seen = seen.clone();
            move |direction, line: &str| {
                assert_eq!(direction, Direction::Received);
                seen.lock().unwrap().push(line.to_owned());
            }
        };
        let mut lines = Lines::new(Direction::Received, Arc::new(show));
        for piece in pieces {
            lines.pass(piece);
        }
        seen.lock().unwrap().clone()
    }

    #[test]
    fn lines_are_shown_when_they_are_whole() {
        assert_eq!(shown(&[b"{\"a\"", b": 1}"]), [""; 0]);
        assert_eq!(
            shown(&[b"{\"a\"", b": 1}\r\n{}", b"\n\r\n[]\n"]),
            ["{\"a\": 1}", "{}", "[]"]
        );
    }

    #[test]
    fn what_controls_terminals_is_shown_as_text_and_what_is_no_text_is_not() {
        assert_eq!(
            shown(&[b"\xff{}\n", b"a\x1b[2Jb\n"]),
            ["{}", "a\\u{1b}[2Jb"]
        );
    }

    #[test]
    fn of_a_long_line_the_beginning_is_shown() {
        let long = vec![b'x'; MAX_SHOWN];
        let lines = shown(&[&long, b"yz\n", b"next\n"]);
        let [first, second] = lines.as_slice() else {
            panic!("{} lines", lines.len());
        };
        assert!(first.ends_with("xx… and 3 bytes more"));
        assert_eq!(second, "next");
    }
}
