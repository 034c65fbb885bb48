//! File descriptors that the command was started with: `--pass-fd`.

#[cfg(unix)]
pub(super) type Descriptor = std::os::fd::OwnedFd;
#[cfg(not(unix))]
pub(super) type Descriptor = std::convert::Infallible;

pub(super) use self::system::inherited;

#[cfg(target_os = "linux")]
mod system {
    use anyhow::{Context as _, bail};
    use rustix::io::Errno;
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

    use super::Descriptor;

    /// A copy of the descriptor `number`. Numbers say nothing of who owns them, and so the system
    /// is asked as it would be for one of another process.
    pub(in crate::exec) fn inherited(number: i32) -> anyhow::Result<Descriptor> {
        let this = pidfd_open(getpid(), PidfdFlags::empty())
            .context("the system does not let this process copy its descriptors")?;
        match pidfd_getfd(this, number, PidfdGetfdFlags::empty()) {
            Ok(copy) => Ok(copy),
            Err(Errno::BADF) => bail!(
                "no file is open as descriptor {number}; a shell opens one with `exec \
                 {number}<FILE`"
            ),
            Err(error) => bail!("descriptor {number} cannot be copied: {error}"),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use anyhow::bail;

    use super::Descriptor;

    /// There is no way to a descriptor of which only the number is known.
    pub(in crate::exec) fn inherited(number: i32) -> anyhow::Result<Descriptor> {
        bail!("descriptor {number} cannot be passed: on this system that is not possible")
    }
}
