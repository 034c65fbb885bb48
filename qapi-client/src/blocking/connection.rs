//! Messages in and out of a transport, each within its time.

use std::io;
#[cfg(unix)]
use std::os::fd::AsFd;
use std::time::Duration;

use super::transport::Transport;
use crate::ConnectionError;
use crate::deadline::Deadline;
use crate::descriptor::Descriptor;
use crate::messages::Messages;

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

/// A transport with what was received in part, and what was sent in part.
pub(super) struct Connection {
    transport: Box<dyn Transport>,
    messages: Messages,
    /// The rest of a message that the server did not take in time.
    unsent: Vec<u8>,
    /// What goes with the first byte of it.
    descriptor: Option<Descriptor>,
    /// Why no more comes.
    input_end: Option<ConnectionError>,
    /// Why nothing more can be sent.
    output_end: Option<ConnectionError>,
}

impl Connection {
    pub(super) fn new(transport: Box<dyn Transport>, max_message: usize) -> Self {
        Connection {
            transport,
            messages: Messages::new(max_message),
            unsent: Vec::new(),
            descriptor: None,
            input_end: None,
            output_end: None,
        }
    }

    /// Sends a message, which ends with a line end, and its descriptor.
    ///
    /// What there is room for is sent in any case.
    pub(super) fn send(
        &mut self,
        message: Vec<u8>,
        descriptor: Option<Descriptor>,
        deadline: &Deadline,
    ) -> Result<Sent, ConnectionError> {
        // After an answer that makes no sense, nothing that follows would.
        check(&self.input_end)?;
        check(&self.output_end)?;
        if !self.flush(deadline.clone())? {
            return Ok(Sent::Nothing);
        }
        let whole = message.len();
        self.unsent = message;
        self.descriptor = descriptor;
        if self.flush(deadline.clone())? {
            return Ok(Sent::Whole);
        }
        if self.unsent.len() == whole {
            self.unsent.clear();
            self.descriptor = None;
            return Ok(Sent::Nothing);
        }
        Ok(Sent::Part)
    }

    /// Forgets the rest of a message that was sent in part; how many bytes that are.
    pub(super) fn forget_rest(&mut self) -> usize {
        self.descriptor = None;
        std::mem::take(&mut self.unsent).len()
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
                    self.output_end = Some(error.clone());
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
        let written = match &self.descriptor {
            #[cfg(unix)]
            Some(descriptor) => self
                .transport
                .write_with_descriptor(rest, descriptor.as_fd()),
            #[cfg(not(unix))]
            Some(never) => match *never {},
            None => self.transport.write(rest),
        };
        match written? {
            0 => Err(io::ErrorKind::WriteZero.into()),
            count => {
                self.descriptor = None;
                Ok(count.min(rest.len()))
            }
        }
    }

    /// Whether the server took only a part of the last message.
    pub(super) fn is_full(&self) -> bool {
        !self.unsent.is_empty()
    }

    /// Whether descriptors can be sent.
    pub(super) fn passes_descriptors(&self) -> bool {
        #[cfg(unix)]
        return self.transport.passes_descriptors();
        #[cfg(not(unix))]
        return false;
    }

    /// Closes the connection, and waits until the server has closed its end or the deadline has
    /// passed. What it still says is dropped.
    pub(super) fn close(mut self, mut deadline: Deadline) -> Result<(), ConnectionError> {
        check(&self.input_end)?;
        self.flush(deadline.clone())?;
        match self.transport.shutdown() {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        while let Some(wait) = deadline.next_wait() {
            match self.read_some(wait) {
                Ok(()) => self.messages.clear(),
                Err(ConnectionError::Closed { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
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
                Ok(None) => check(&self.input_end)?,
                Err(too_large) => {
                    let error = ConnectionError::from(too_large);
                    self.end_input(&error);
                    return Err(error);
                }
            }
            if !self.receive(deadline)? {
                return Ok(None);
            }
        };
        Ok(Some(self.messages.bytes(message)))
    }

    /// Waits until more arrives, or a while; false when the deadline has passed.
    pub(super) fn receive(&mut self, deadline: &mut Deadline) -> Result<bool, ConnectionError> {
        check(&self.input_end)?;
        let Some(wait) = deadline.next_wait() else {
            return Ok(false);
        };
        if let Err(error) = self.read_some(wait) {
            self.end_input(&error);
            return Err(error);
        }
        Ok(true)
    }

    /// What has arrived.
    pub(super) fn messages(&mut self) -> &mut Messages {
        &mut self.messages
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
        self.input_end = Some(error.clone());
        self.messages.clear();
    }
}

fn check(end: &Option<ConnectionError>) -> Result<(), ConnectionError> {
    match end {
        Some(error) => Err(error.clone()),
        None => Ok(()),
    }
}

fn timed_out(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
