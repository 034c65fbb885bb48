//! The server's end of a connection.

use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{Errno, FdFlags, fcntl_setfd, ioctl_fionbio};
use rustix::net::sockopt::set_tcp_nodelay;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

/// The most descriptors that one message can carry, which is Linux's limit.
const MAX_DESCRIPTORS: usize = 253;

/// A socket on which no call waits.
pub(super) struct Stream(OwnedFd);

impl Stream {
    pub(super) fn new(socket: impl Into<OwnedFd>) -> io::Result<Self> {
        let socket = socket.into();
        ioctl_fionbio(&socket, true)?;
        // What is sent a byte at a time is to arrive a byte at a time. That is what only TCP would
        // do otherwise, and only TCP can be told.
        let _ = set_tcp_nodelay(&socket, true);
        Ok(Stream(socket))
    }

    /// Reads what has arrived: how many bytes, none at the end of the stream, and the
    /// descriptors that came with the last of them.
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<(usize, Vec<OwnedFd>)> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_DESCRIPTORS))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let mut parts = [IoSliceMut::new(buffer)];
        let read = recvmsg(&self.0, &mut parts, &mut ancillary, RecvFlags::empty())?;
        let mut descriptors = Vec::new();
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(received) = message {
                descriptors.extend(received);
            }
        }
        for descriptor in &descriptors {
            fcntl_setfd(descriptor, FdFlags::CLOEXEC)?;
        }
        Ok((read.bytes, descriptors))
    }

    /// Writes what there is room for; how many bytes.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match rustix::io::write(&self.0, bytes) {
                Err(Errno::INTR) => {}
                result => return Ok(result?),
            }
        }
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
