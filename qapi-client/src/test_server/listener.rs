//! Where clients connect to.

use std::fs::{self, DirBuilder};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};

use super::stream::Stream;

/// Where clients connect to.
pub(super) enum Listener {
    /// A Unix socket; nobody listens there while there is no listener.
    Unix(PathBuf, Option<UnixListener>),
    /// A TCP port.
    Tcp(SocketAddr, Option<TcpListener>),
    /// A connection that was there before, until it is taken.
    Connected(Option<OwnedFd>),
}

impl Listener {
    pub(super) fn unix(path: PathBuf) -> io::Result<Self> {
        let mut listener = Listener::Unix(path, None);
        listener.open()?;
        Ok(listener)
    }

    /// Any free port of this machine.
    pub(super) fn tcp() -> io::Result<(SocketAddr, Self)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((address, Listener::Tcp(address, Some(listener))))
    }

    /// Stops listening. As after a server that was killed, the file of a Unix socket stays.
    pub(super) fn close(&mut self) {
        match self {
            Listener::Unix(_, listener) => *listener = None,
            Listener::Tcp(_, listener) => *listener = None,
            Listener::Connected(stream) => *stream = None,
        }
    }

    /// Listens, if nobody does.
    pub(super) fn open(&mut self) -> io::Result<()> {
        match self {
            Listener::Unix(path, listener @ None) => {
                match fs::remove_file(&*path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
                let opened = UnixListener::bind(path)?;
                opened.set_nonblocking(true)?;
                *listener = Some(opened);
            }
            Listener::Tcp(address, listener @ None) => {
                let opened = TcpListener::bind(*address)?;
                opened.set_nonblocking(true)?;
                *listener = Some(opened);
            }
            Listener::Unix(..) | Listener::Tcp(..) | Listener::Connected(_) => {}
        }
        Ok(())
    }

    /// What to wait for until a client is there; none if there can be no other client.
    pub(super) fn socket(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Listener::Unix(_, listener) => listener.as_ref().map(AsFd::as_fd),
            Listener::Tcp(_, listener) => listener.as_ref().map(AsFd::as_fd),
            Listener::Connected(_) => None,
        }
    }

    /// The client, if one is there.
    pub(super) fn accept(&mut self) -> io::Result<Option<Stream>> {
        let accepted = match self {
            Listener::Unix(_, Some(listener)) => {
                listener.accept().and_then(|(it, _)| Stream::new(it))
            }
            Listener::Tcp(_, Some(listener)) => {
                listener.accept().and_then(|(it, _)| Stream::new(it))
            }
            Listener::Connected(stream) => return stream.take().map(Stream::new).transpose(),
            Listener::Unix(_, None) | Listener::Tcp(_, None) => return Ok(None),
        };
        match accepted {
            Ok(stream) => Ok(Some(stream)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A folder of its own, removed when the value is dropped.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);

        loop {
            // Short: the path of a socket may have only about 100 bytes.
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = std::env::temp_dir().join(format!("qapi-{}-{count}", process::id()));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Folder(path)),
                // Left by a process that had this number before.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays among other temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}
