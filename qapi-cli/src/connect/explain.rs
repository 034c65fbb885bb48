//! Why there is no connection, and what to do about it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::Duration;

use anyhow::{Error, anyhow};
use qapi_client::{ConnectError, ConnectionError, ExecuteError};

use crate::endpoint::Endpoint;

/// Who should be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    /// A monitor of QEMU, or of its storage daemon.
    Monitor,
    /// A guest agent.
    Agent,
}

/// How a human monitor begins.
const HUMAN_MONITOR: &str = "monitor - type 'help'";

/// The error in words for a person.
pub(super) fn explain(
    error: &ConnectError,
    endpoint: &Endpoint,
    timeout: Duration,
    peer: Peer,
) -> Error {
    let seconds = timeout.as_millis().div_ceil(100) as f32 / 10.0;
    match error {
        ConnectError::Connect { source, .. } => unreached(source, endpoint, peer),
        ConnectError::NoGreeting { .. } => anyhow!(
            "`{endpoint}` did not greet within {seconds} s\n\
             help: another client may be connected, as QEMU serves one at a time on each monitor: \
             close that one, or give QEMU one more `-qmp`; a guest agent does not greet: use `--qga`"
        ),
        ConnectError::Negotiation(ExecuteError::Timeout { .. }) => anyhow!(
            "`{endpoint}` greeted, but then did not answer within {seconds} s\n\
             help: the server may be busy, or stopped"
        ),
        ConnectError::NoAgent { .. } => anyhow!(
            "no guest agent answered at `{endpoint}` within {seconds} s\n\
             help: the guest may not run, or have no agent (the service `qemu-guest-agent`), or \
             another client may be connected; a monitor of QEMU is no agent: leave out `--qga`"
        ),
        ConnectError::NotQmp { found, .. } if found.contains(HUMAN_MONITOR) => anyhow!(
            "`{endpoint}` is a human monitor, and not QMP\n\
             help: connect to the socket that `-qmp` has made; `--hmp` executes the commands of \
             the human monitor there"
        ),
        ConnectError::NotQmp { found, .. } => anyhow!(
            "`{endpoint}` is not a QMP monitor: it began with `{found}`\n\
             help: connect to the socket that `-qmp` has made"
        ),
        ConnectError::Connection(ConnectionError::Closed { .. }) => anyhow!(
            "`{endpoint}` closed the connection before it said anything\n\
             help: its QEMU may just be ending; if not, it is no QMP monitor"
        ),
        error => match std::error::Error::source(error) {
            Some(source) => anyhow!("{error}: {source}"),
            None => anyhow!("{error}"),
        },
    }
}

/// Why nobody is there.
pub(super) fn unreached(error: &io::Error, endpoint: &Endpoint, peer: Peer) -> Error {
    match (endpoint, error.kind()) {
        (Endpoint::Unix(path), ErrorKind::NotFound) => anyhow!(
            "there is no socket at `{endpoint}`\n\
             help: QEMU makes one with `{}`",
            option(&format!("unix:{}", path.display()), endpoint, peer)
        ),
        (Endpoint::Unix(path), ErrorKind::ConnectionRefused) if !is_socket(path) => {
            anyhow!("`{endpoint}` is not a socket")
        }
        (Endpoint::Unix(_), ErrorKind::ConnectionRefused) => anyhow!(
            "nobody listens at `{endpoint}`\n\
             help: the QEMU that made the socket has ended"
        ),
        (Endpoint::Unix(_), ErrorKind::PermissionDenied) => anyhow!(
            "no permission to connect to `{endpoint}`\n\
             help: run this as the user who runs QEMU, or as root"
        ),
        (Endpoint::Tcp { .. }, ErrorKind::ConnectionRefused) => anyhow!(
            "nobody listens at `{endpoint}`\n\
             help: QEMU does with `{}`",
            option(&format!("tcp:{endpoint}"), endpoint, peer)
        ),
        _ => anyhow!("cannot connect to `{endpoint}`: {error}"),
    }
}

/// The option with which QEMU listens there.
fn option(address: &str, endpoint: &Endpoint, peer: Peer) -> String {
    match (peer, endpoint) {
        (Peer::Monitor, _) => format!("-qmp {address},server=on,wait=off"),
        (Peer::Agent, Endpoint::Unix(path)) => format!(
            "-chardev socket,id=qga0,path={},server=on,wait=off -device virtio-serial -device \
             virtserialport,chardev=qga0,name=org.qemu.guest_agent.0",
            path.display()
        ),
        (Peer::Agent, Endpoint::Tcp { host, port }) => format!(
            "-chardev socket,id=qga0,host={host},port={port},server=on,wait=off -device \
             virtio-serial -device virtserialport,chardev=qga0,name=org.qemu.guest_agent.0"
        ),
    }
}

#[cfg(unix)]
fn is_socket(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;

    fs::metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

#[cfg(not(unix))]
fn is_socket(path: &Path) -> bool {
    !fs::metadata(path).is_ok_and(|found| found.is_file())
}
