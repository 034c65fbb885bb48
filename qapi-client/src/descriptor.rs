//! File descriptors that go with commands.

/// A descriptor that is passed to a server.
#[cfg(unix)]
pub(crate) type Descriptor = std::os::fd::OwnedFd;

/// There is none here.
#[cfg(not(unix))]
pub(crate) type Descriptor = std::convert::Infallible;

#[cfg(unix)]
pub(crate) use self::unix::send;

#[cfg(unix)]
mod unix {
    use std::io::{self, IoSlice};
    use std::mem::MaybeUninit;
    use std::os::fd::BorrowedFd;

    use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};

    /// Writes to the Unix socket `socket` once, and passes a copy of `descriptor` along with the
    /// first byte (`SCM_RIGHTS`).
    pub(crate) fn send(
        socket: BorrowedFd<'_>,
        bytes: &[u8],
        descriptor: BorrowedFd<'_>,
    ) -> io::Result<usize> {
        let descriptors = [descriptor];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !control.push(SendAncillaryMessage::ScmRights(&descriptors)) {
            return Err(io::Error::other("no room for the descriptor"));
        }
        #[cfg(target_vendor = "apple")]
        let flags = SendFlags::empty();
        #[cfg(not(target_vendor = "apple"))]
        let flags = SendFlags::NOSIGNAL;
        let bytes = [IoSlice::new(bytes)];
        Ok(rustix::net::sendmsg(socket, &bytes, &mut control, flags)?)
    }
}
