//! What the test tells its server while a script runs, and waiting for it and for the client at
//! the same time.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, BorrowedFd};
use rustix::io::Errno;

use crate::deadline::Deadline;

/// How long one call of `poll` may wait: some systems take no more than 24 days.
const LONGEST_POLL: Duration = Duration::from_secs(24 * 3600);

/// The script's end of the line to its test.
///
/// The test writes messages that the client is to get, each with its line end. It closes the
/// line when it needs the server no longer.
pub(super) struct Control {
    stream: UnixStream,
    /// What the test has written and the client was not sent.
    outbox: Vec<u8>,
    stopped: bool,
}

/// What a wait has ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// The socket is ready, or has failed.
    Socket,
    /// There are messages for the client.
    Outbox,
    /// Nothing more is to be waited for: the server is dropped.
    Stopped,
    /// The deadline has passed.
    TimedOut,
}

/// What is waited for on a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interest {
    /// A client who connects.
    Client,
    /// Bytes of the client.
    Input,
    /// Room for bytes to the client.
    Output,
}

impl Control {
    /// A line, and the test's end of it.
    pub(super) fn new() -> io::Result<(UnixStream, Self)> {
        let (test, stream) = UnixStream::pair()?;
        stream.set_nonblocking(true)?;
        let control = Control {
            stream,
            outbox: Vec::new(),
            stopped: false,
        };
        Ok((test, control))
    }

    /// Waits until `socket` is ready or something else is to be done.
    ///
    /// What the socket has already is seen in any case, also when nothing is waited for any
    /// more.
    pub(super) fn wait(
        &mut self,
        socket: BorrowedFd<'_>,
        interest: Interest,
        deadline: &Deadline,
    ) -> io::Result<Ready> {
        loop {
            let (socket_ready, hung_up, control_ready) = self.poll(socket, interest, deadline)?;
            if control_ready {
                self.read()?;
            }
            // What can be sent to this client no more is for the next one.
            if interest == Interest::Input && self.has_messages() && !hung_up {
                return Ok(Ready::Outbox);
            }
            if socket_ready {
                return Ok(Ready::Socket);
            }
            if self.stopped {
                return Ok(Ready::Stopped);
            }
            if deadline.remaining().is_zero() {
                return Ok(Ready::TimedOut);
            }
        }
    }

    /// The messages that the client is to get now.
    pub(super) fn take_messages(&mut self) -> Vec<u8> {
        let end = self.outbox.iter().rposition(|&byte| byte == b'\n');
        self.outbox.drain(..end.map_or(0, |end| end + 1)).collect()
    }

    fn has_messages(&self) -> bool {
        self.outbox.contains(&b'\n')
    }

    /// Whether the socket is ready, whether nobody is at its other end, and whether the line is
    /// ready.
    fn poll(
        &self,
        socket: BorrowedFd<'_>,
        interest: Interest,
        deadline: &Deadline,
    ) -> io::Result<(bool, bool, bool)> {
        let flags = match interest {
            Interest::Client | Interest::Input => PollFlags::IN,
            Interest::Output => PollFlags::OUT,
        };
        let socket = PollFd::from_borrowed_fd(socket, flags);
        let control = PollFd::from_borrowed_fd(self.stream.as_fd(), PollFlags::IN);
        let mut both = [socket, control];
        let watched = if self.stopped {
            &mut both[..1]
        } else {
            &mut both[..]
        };
        let at_once = self.stopped || interest == Interest::Input && self.has_messages();
        let timeout = if at_once {
            Duration::ZERO
        } else {
            deadline.remaining().min(LONGEST_POLL)
        };
        let timeout = Timespec::try_from(timeout).map_err(io::Error::other)?;
        match poll(watched, Some(&timeout)) {
            Ok(_) => {}
            Err(Errno::INTR) => return Ok((false, false, false)),
            Err(error) => return Err(error.into()),
        }
        let [socket, control] = both.map(|descriptor| descriptor.revents());
        let hung_up = socket.intersects(PollFlags::HUP | PollFlags::ERR);
        Ok((!socket.is_empty(), hung_up, !control.is_empty()))
    }

    /// Reads what the test has written.
    fn read(&mut self) -> io::Result<()> {
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer) {
            Ok(0) => self.stopped = true,
            Ok(count) => self
                .outbox
                .extend_from_slice(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
