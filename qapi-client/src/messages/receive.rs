//! Reading without memory that waits for what may come: most connections are idle most of the time.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::Poll;

use tokio::io::{AsyncRead, ReadBuf};

use super::Messages;

/// How many bytes are read at a time, at most: what there is room for on any stack.
const CHUNK: usize = 16 << 10;

impl Messages {
    /// Reads once; returns how many bytes came. No bytes are lost when the future is dropped.
    pub(crate) async fn receive(
        &mut self,
        source: &mut (impl AsyncRead + Unpin + ?Sized),
    ) -> io::Result<usize> {
        poll_fn(|context| {
            let mut room = [MaybeUninit::uninit(); CHUNK];
            let mut room = ReadBuf::uninit(&mut room);
            match Pin::new(&mut *source).poll_read(context, &mut room) {
                Poll::Ready(read) => {
                    read?;
                    self.append(room.filled());
                    Poll::Ready(Ok(room.filled().len()))
                }
                Poll::Pending => {
                    self.rest();
                    Poll::Pending
                }
            }
        })
        .await
    }

    fn append(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.buffer.extend_from_slice(bytes);
    }

    /// Gives the memory back, unless a part of a message is in it.
    fn rest(&mut self) {
        if self.unread().is_empty() {
            self.buffer = Vec::new();
            (self.taken, self.searched) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{Future, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    use tokio::io::AsyncWriteExt;

    use super::{CHUNK, Messages};
    use crate::messages::TooLarge;

    fn take(messages: &mut Messages) -> Result<Option<String>, TooLarge> {
        let message = messages.next_message()?;
        Ok(message.map(|message| String::from_utf8_lossy(messages.bytes(message)).into_owned()))
    }

    /// Begins to wait for more, and gives that up.
    async fn wait(messages: &mut Messages, source: &mut tokio::io::DuplexStream) {
        let mut receive = pin!(messages.receive(source));
        poll_fn(|context| {
            assert!(receive.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test]
    async fn who_waits_keeps_a_part_of_a_message_and_nothing_else() {
        let (mut server, mut source) = tokio::io::duplex(CHUNK);
        let mut messages = Messages::new(100);
        server.write_all(b"{1}\r\n{2").await.unwrap();
        assert_eq!(messages.receive(&mut source).await.unwrap(), 7);
        assert_eq!(take(&mut messages), Ok(Some("{1}\r".into())));
        assert_eq!(take(&mut messages), Ok(None));
        wait(&mut messages, &mut source).await;

        server.write_all(b"}\n").await.unwrap();
        assert_eq!(messages.receive(&mut source).await.unwrap(), 2);
        assert_eq!(take(&mut messages), Ok(Some("{2}".into())));
        assert_eq!(take(&mut messages), Ok(None));
        wait(&mut messages, &mut source).await;
        assert_eq!(messages.buffer.capacity(), 0);

        server.write_all(b"{3}\n").await.unwrap();
        messages.receive(&mut source).await.unwrap();
        assert_eq!(take(&mut messages), Ok(Some("{3}".into())));
        drop(server);
        assert_eq!(messages.receive(&mut source).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn an_endless_line_takes_no_more_memory_than_the_limit() {
        let limit = 1 << 20;
        let mut messages = Messages::new(limit);
        let mut endless = tokio::io::repeat(b'x');
        while messages.next_message() == Ok(None) {
            messages.receive(&mut endless).await.unwrap();
            assert!(messages.buffer.capacity() <= limit + CHUNK);
        }
        assert_eq!(messages.next_message(), Err(TooLarge { limit }));
    }
}
