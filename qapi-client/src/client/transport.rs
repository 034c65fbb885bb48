//! What the client reads from and writes to.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::descriptor::Descriptor;

/// Where messages come from.
pub(super) type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// Where messages go.
pub(super) enum Writer {
    /// A Unix socket, which can pass descriptors.
    #[cfg(unix)]
    Unix(tokio::net::unix::OwnedWriteHalf),
    /// Anything else.
    Other(Box<dyn AsyncWrite + Send + Unpin>),
}

/// The two directions of a Unix socket.
#[cfg(unix)]
pub(super) fn of_unix(stream: tokio::net::UnixStream) -> (Reader, Writer) {
    let (reader, writer) = stream.into_split();
    (Box::new(reader), Writer::Unix(writer))
}

/// The two directions of a TCP connection.
pub(super) fn of_tcp(stream: TcpStream) -> (Reader, Writer) {
    let (reader, writer) = stream.into_split();
    (Box::new(reader), Writer::Other(Box::new(writer)))
}

impl Writer {
    /// Whether descriptors can be sent.
    pub(super) fn passes_descriptors(&self) -> bool {
        match self {
            #[cfg(unix)]
            Writer::Unix(_) => true,
            Writer::Other(_) => false,
        }
    }

    /// The writer, for who passes no descriptors.
    pub(super) fn into_any(self) -> Box<dyn AsyncWrite + Send + Unpin> {
        match self {
            #[cfg(unix)]
            Writer::Unix(socket) => Box::new(socket),
            Writer::Other(writer) => writer,
        }
    }

    /// Writes `bytes`, and passes the descriptor along with the first of them.
    pub(super) async fn send(
        &mut self,
        bytes: &[u8],
        descriptor: Option<Descriptor>,
    ) -> io::Result<()> {
        match (self, descriptor) {
            #[cfg(unix)]
            (Writer::Unix(socket), Some(descriptor)) => {
                // It is large, and rare: the connection keeps no room for it.
                let sent = Box::pin(unix::send(socket.as_ref(), bytes, descriptor)).await?;
                socket
                    .write_all(bytes.get(sent..).unwrap_or_default())
                    .await
            }
            #[cfg(unix)]
            (Writer::Unix(socket), None) => socket.write_all(bytes).await,
            (Writer::Other(_), Some(_)) => Err(io::ErrorKind::Unsupported.into()),
            (Writer::Other(writer), None) => {
                writer.write_all(bytes).await?;
                writer.flush().await
            }
        }
    }

    /// Says to the other end that no more will be written.
    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Writer::Unix(socket) => socket.shutdown().await,
            Writer::Other(writer) => writer.shutdown().await,
        }
    }
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::{AsFd, OwnedFd};

    use tokio::io::Interest;
    use tokio::net::UnixStream;

    /// Writes once, and passes `descriptor` along; how many bytes were written.
    pub(super) async fn send(
        socket: &UnixStream,
        bytes: &[u8],
        descriptor: OwnedFd,
    ) -> io::Result<usize> {
        loop {
            socket.writable().await?;
            let sent = socket.try_io(Interest::WRITABLE, || {
                crate::descriptor::send(socket.as_fd(), bytes, descriptor.as_fd())
            });
            match sent {
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                    ) => {}
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                sent => return sent,
            }
        }
    }
}
