//! The task that keeps a connection going.

use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use tokio::io::{AsyncRead as _, ReadBuf};

use super::shared::{Next, Shared};
use super::transport::{Reader, Writer};
use crate::ConnectionError;
use crate::messages::{Messages, TooLarge};

/// How many bytes are read at a time, at most.
const CHUNK: usize = 16 << 10;

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
        if let Poll::Ready(cause) = reading.as_mut().poll(context) {
            return Poll::Ready(cause);
        }
        let _ = writing.as_mut().poll(context);
        Poll::Pending
    })
    .await
}

/// Reads messages until no more come.
async fn read(shared: &Shared, reader: &mut Reader, messages: &mut Messages) -> ConnectionError {
    loop {
        if let Err(error) = take_all(shared, messages) {
            return error;
        }
        match fill(reader, messages).await {
            Ok(0) => return ConnectionError::CLOSED,
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

/// Reads once; returns how many bytes came.
///
/// While nothing comes, no memory is kept for it: most connections are idle most of the time.
pub(super) async fn fill(
    reader: &mut Reader,
    messages: &mut Messages,
) -> Result<usize, ConnectionError> {
    poll_fn(|context| {
        let mut room = [MaybeUninit::uninit(); CHUNK];
        let mut room = ReadBuf::uninit(&mut room);
        match Pin::new(&mut *reader).poll_read(context, &mut room) {
            Poll::Ready(read) => {
                read?;
                messages.append(room.filled());
                Poll::Ready(Ok(room.filled().len()))
            }
            Poll::Pending => {
                messages.rest();
                Poll::Pending
            }
        }
    })
    .await
}

/// Takes all messages that have arrived.
fn take_all(shared: &Shared, messages: &mut Messages) -> Result<(), ConnectionError> {
    loop {
        match messages.next_message() {
            Ok(Some(message)) => shared.take(messages.bytes(message))?,
            Ok(None) => return Ok(()),
            Err(TooLarge { limit }) => return Err(ConnectionError::MessageTooLarge { limit }),
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
                written,
            } => {
                if let Err(error) = writer.send(&bytes, descriptor).await {
                    shared.end_output(error.into());
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
                return pending().await;
            }
        }
    }
}
