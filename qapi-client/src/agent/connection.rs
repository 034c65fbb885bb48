//! Bytes to and from an agent, each within its time.

use std::time::Instant;
use std::{io, mem};

use qapi_protocol::RawValue;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::task::consume_budget;
use tokio::time::timeout;

use super::{Dialogue, Outgoing, outcome};
use crate::deadline::Deadline;
use crate::messages::Messages;
use crate::{ConnectOptions, ConnectionError, ExecuteError};

/// A connection to an agent.
///
/// All futures here can be dropped at any time: the [`Dialogue`] knows what was going on.
pub(super) struct Connection {
    reader: Box<dyn AsyncRead + Send + Unpin>,
    writer: Box<dyn AsyncWrite + Send + Unpin>,
    messages: Messages,
    pub(super) dialogue: Dialogue,
    /// Why it is of no more use.
    end: Option<ConnectionError>,
}

impl Connection {
    pub(super) fn new(
        reader: Box<dyn AsyncRead + Send + Unpin>,
        writer: Box<dyn AsyncWrite + Send + Unpin>,
        options: &ConnectOptions,
    ) -> Self {
        Connection {
            reader,
            writer,
            messages: Messages::new(options.max_message),
            dialogue: Dialogue::new(),
            end: None,
        }
    }

    /// Why it is of no more use, if it is.
    pub(super) fn check(&self) -> Result<(), ConnectionError> {
        match &self.end {
            Some(cause) => Err(cause.clone()),
            None => Ok(()),
        }
    }

    /// Gets in step with the agent; whether that worked in time.
    pub(super) async fn synchronize(
        &mut self,
        deadline: &mut Deadline,
    ) -> Result<bool, ConnectionError> {
        self.check()?;
        let request = self.dialogue.begin_sync(&mut self.messages);
        if self.write(&request, deadline).await? > 0 {
            return Ok(false);
        }
        while !self.dialogue.synchronized(&mut self.messages) {
            if !self.receive(deadline).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Sends the message of a command that was begun.
    pub(super) async fn send(
        &mut self,
        outgoing: &Outgoing<'_>,
        line: &[u8],
        deadline: &Deadline,
    ) -> Result<(), ExecuteError> {
        tracing::debug!(command = outgoing.name, "sending");
        let unsent = self.write(line, deadline).await?;
        self.dialogue.sent(outgoing, line.len(), unsent)
    }

    /// Sends the message of a command that was begun, and waits for its answer.
    pub(super) async fn exchange(
        &mut self,
        outgoing: &Outgoing<'_>,
        line: &[u8],
        mut deadline: Deadline,
    ) -> Result<RawValue<'static>, ExecuteError> {
        let begin = Instant::now();
        self.send(outgoing, line, &deadline).await?;
        loop {
            match self.dialogue.answer(&mut self.messages).transpose() {
                Some(answer) => return outcome(outgoing.name, begin, answer),
                None if self.receive(&mut deadline).await? => {}
                None => return Err(outgoing.late()),
            }
        }
    }

    /// Closes it, and waits until the other side has closed its end or the deadline has passed.
    pub(super) async fn close(&mut self, mut deadline: Deadline) -> Result<(), ConnectionError> {
        self.check()?;
        // Other clones may live on, and this may be dropped: then it is closed as well.
        let mut closing = Connection {
            reader: mem::replace(&mut self.reader, Box::new(tokio::io::empty())),
            writer: mem::replace(&mut self.writer, Box::new(tokio::io::sink())),
            // What comes is dropped.
            messages: Messages::new(0),
            dialogue: Dialogue::new(),
            end: None,
        };
        self.end = Some(ConnectionError::ClosedHere);
        match closing.shut_down(&mut deadline).await {
            Err(ConnectionError::Closed { .. }) => Ok(()),
            result => result,
        }
    }

    async fn shut_down(&mut self, deadline: &mut Deadline) -> Result<(), ConnectionError> {
        match timeout(deadline.remaining(), self.writer.shutdown()).await {
            Ok(shut_down) => shut_down?,
            Err(_) => return Ok(()),
        }
        // A pipe has no other way to say it.
        self.writer = Box::new(tokio::io::sink());
        while self.receive(deadline).await? {
            self.messages.clear();
        }
        Ok(())
    }

    /// Writes what there is time for; how many bytes that leaves.
    async fn write(&mut self, bytes: &[u8], deadline: &Deadline) -> Result<usize, ConnectionError> {
        let mut rest = bytes;
        let writer = &mut self.writer;
        let write = async {
            while !rest.is_empty() {
                match writer.write(rest).await? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    count => rest = rest.get(count..).unwrap_or_default(),
                }
            }
            writer.flush().await
        };
        let wait = deadline.clone().next_wait().unwrap_or_default();
        match timeout(wait, write).await {
            Ok(Err(error)) => Err(self.ended(error.into())),
            Ok(Ok(())) | Err(_) => Ok(rest.len()),
        }
    }

    /// Reads once, if anything arrives in time.
    async fn receive(&mut self, deadline: &mut Deadline) -> Result<bool, ConnectionError> {
        // Where there is always something to read, others still get their turn.
        consume_budget().await;
        let Some(wait) = deadline.next_wait() else {
            return Ok(false);
        };
        match timeout(wait, self.messages.receive(&mut self.reader)).await {
            Ok(Ok(0)) => Err(self.ended(ConnectionError::CLOSED)),
            Ok(Ok(_)) => Ok(true),
            Ok(Err(error)) => Err(self.ended(error.into())),
            Err(_) => Ok(false),
        }
    }

    fn ended(&mut self, cause: ConnectionError) -> ConnectionError {
        self.end = Some(cause.clone());
        cause
    }
}
