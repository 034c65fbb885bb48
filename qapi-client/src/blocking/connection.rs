//! Messages in and out of a transport, each within its time.

use std::io;
use std::time::Duration;

use super::transport::Transport;
use crate::ConnectionError;
use crate::deadline::Deadline;
use crate::messages::{Messages, TooLarge};

/// How many bytes are written at a time.
///
/// The system copies what is written piece by piece, and its timeout holds for each piece
/// anew: a server that reads slowly could put the deadline off with every read. This much is
/// a single piece on Linux, and few elsewhere.
const WRITE_CHUNK: usize = 32 << 10;

/// How much of a message was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// All of it.
    Whole,
    /// Some of it. The rest goes out in front of the next message.
    Part,
    /// None of it, and none of it will be.
    Nothing,
}

/// What can be expected of a direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// Bytes.
    Open,
    /// Nothing: the server closed it.
    Closed,
    /// Nothing: an error ended it.
    Ended,
}

impl Flow {
    /// What is left after `error`.
    fn after(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::Closed { .. } => Flow::Closed,
            _ => Flow::Ended,
        }
    }

    fn check(self) -> Result<(), ConnectionError> {
        match self {
            Flow::Open => Ok(()),
            Flow::Closed => Err(ConnectionError::CLOSED),
            Flow::Ended => Err(ConnectionError::Ended),
        }
    }
}

/// A transport with what was received in part, and what was sent in part.
pub(super) struct Connection {
    transport: Box<dyn Transport>,
    messages: Messages,
    /// The rest of a message that the server did not take in time.
    unsent: Vec<u8>,
    input: Flow,
    output: Flow,
}

impl Connection {
    pub(super) fn new(transport: Box<dyn Transport>, max_message: usize) -> Self {
        Connection {
            transport,
            messages: Messages::new(max_message),
            unsent: Vec::new(),
            input: Flow::Open,
            output: Flow::Open,
        }
    }

    /// Sends a message, which ends with a line end.
    ///
    /// What there is room for is sent in any case.
    pub(super) fn send(
        &mut self,
        message: Vec<u8>,
        deadline: &Deadline,
    ) -> Result<Sent, ConnectionError> {
        // After an answer that makes no sense, nothing that follows would.
        self.input.check()?;
        self.output.check()?;
        if !self.flush(deadline.clone())? {
            return Ok(Sent::Nothing);
        }
        let whole = message.len();
        self.unsent = message;
        if self.flush(deadline.clone())? {
            return Ok(Sent::Whole);
        }
        if self.unsent.len() == whole {
            self.unsent.clear();
            return Ok(Sent::Nothing);
        }
        Ok(Sent::Part)
    }

    /// Writes what is left of a message; whether all of it went out.
    fn flush(&mut self, mut deadline: Deadline) -> Result<bool, ConnectionError> {
        let mut written = 0;
        let result = loop {
            match self.write_some(written, &mut deadline) {
                Ok(0) => break Ok(true),
                Ok(count) => written += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if timed_out(&error) => break Ok(false),
                Err(error) => {
                    let error = ConnectionError::from(error);
                    self.output = Flow::after(&error);
                    break Err(error);
                }
            }
        };
        self.unsent.drain(..written);
        result
    }

    /// Writes once, from the byte `from` of the rest on; 0 when there is no more.
    fn write_some(&mut self, from: usize, deadline: &mut Deadline) -> io::Result<usize> {
        let rest = self.unsent.get(from..).unwrap_or_default();
        let rest = rest.get(..WRITE_CHUNK).unwrap_or(rest);
        if rest.is_empty() {
            return Ok(0);
        }
        let wait = deadline.next_wait().ok_or(io::ErrorKind::TimedOut)?;
        self.transport.set_write_timeout(wait)?;
        match self.transport.write(rest)? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            count => Ok(count.min(rest.len())),
        }
    }

    /// The next message, without its line end; `None` when none is complete at the deadline.
    ///
    /// What has already arrived is looked at in any case.
    pub(super) fn read_message(
        &mut self,
        deadline: &mut Deadline,
    ) -> Result<Option<&[u8]>, ConnectionError> {
        let message = loop {
            match self.messages.next_message() {
                Ok(Some(message)) => break message,
                Ok(None) => self.input.check()?,
                Err(TooLarge { limit }) => {
                    let error = ConnectionError::MessageTooLarge { limit };
                    self.end_input(&error);
                    return Err(error);
                }
            }
            let Some(wait) = deadline.next_wait() else {
                return Ok(None);
            };
            if let Err(error) = self.read_some(wait) {
                self.end_input(&error);
                return Err(error);
            }
        };
        Ok(Some(self.messages.bytes(message)))
    }

    /// Reads once, if anything arrives in time.
    fn read_some(&mut self, timeout: Duration) -> Result<(), ConnectionError> {
        let read = self
            .transport
            .set_read_timeout(timeout)
            .and_then(|()| self.messages.fill(&mut self.transport));
        match read {
            Ok(0) => Err(ConnectionError::CLOSED),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted || timed_out(&error) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes nothing more from the server after `error`, nor what it has already sent.
    pub(super) fn end_input(&mut self, error: &ConnectionError) {
        self.input = Flow::after(error);
        self.messages.clear();
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
