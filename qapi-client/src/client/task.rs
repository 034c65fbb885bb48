//! The task that keeps a connection going.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;

use super::shared::{Next, Shared};
use super::transport::{Reader, Writer};
use crate::ConnectionError;
use crate::messages::Messages;

/// A connection on which the server has greeted.
pub(super) struct Connection {
    pub(super) reader: Reader,
    /// What was read with the greeting.
    pub(super) messages: Messages,
    pub(super) writer: Writer,
}

/// Reads and writes until the connection ends, and gives it up.
///
/// What an `async fn` is called with it keeps twice, and a thousand connections are a thousand of
/// these: so this is none, and what it calls borrows.
pub(super) fn run(
    shared: Arc<Shared>,
    mut connection: Connection,
) -> impl Future<Output = ()> + Send {
    // Also when the runtime ends, and this is dropped.
    let end = EndOnDrop(shared);
    async move {
        let cause = talk(&end.0, &mut connection).await;
        drop(connection);
        end.0.end(cause);
    }
}

struct EndOnDrop(Arc<Shared>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.end(ConnectionError::ClosedHere);
    }
}

/// Reads and writes until the connection ends; the cause of its end.
async fn talk(shared: &Shared, connection: &mut Connection) -> ConnectionError {
    let Connection {
        reader,
        messages,
        writer,
    } = connection;
    let mut reading = pin!(read(shared, reader, messages));
    let mut writing = pin!(write(shared, writer));
    poll_fn(|context| {
        // First, as reading may take all that a task may do at a time.
        let _ = writing.as_mut().poll(context);
        reading.as_mut().poll(context).map(|Err(cause)| cause)
    })
    .await
}

/// Reads messages until no more come.
async fn read(
    shared: &Shared,
    reader: &mut Reader,
    messages: &mut Messages,
) -> Result<Infallible, ConnectionError> {
    loop {
        let message = next_message(reader, messages).await?;
        shared.take(messages.bytes(message))?;
    }
}

/// Where the next message lies, which is waited for.
pub(super) async fn next_message(
    reader: &mut Reader,
    messages: &mut Messages,
) -> Result<Range<usize>, ConnectionError> {
    loop {
        if let Some(message) = messages.next_message()? {
            return Ok(message);
        }
        if messages.receive(reader).await? == 0 {
            return Err(ConnectionError::CLOSED);
        }
    }
}

/// Writes what there is to write. It does not end: what ends is what there is to read.
async fn write(shared: &Shared, writer: &mut Writer) -> Infallible {
    loop {
        match shared.next() {
            Next::Write {
                bytes,
                descriptor,
                ids,
                written,
            } => {
                if let Err(error) = writer.send(&bytes, descriptor).await {
                    shared.end_output(error.into(), ids);
                    drop(written);
                    // The server may have answered before: there is still something to read.
                    return pending().await;
                }
                for written in written {
                    // Fails when nobody waits for it any longer.
                    let _ = written.send(());
                }
            }
            Next::Wait => shared.work().await,
            Next::Close => {
                // The server closes its end when it sees this. If it does not, or cannot be told,
                // its time runs out.
                let _ = writer.shutdown().await;
                // A pipe has no other way to say it.
                *writer = Writer::Other(Box::new(tokio::io::sink()));
                return pending().await;
            }
        }
    }
}
