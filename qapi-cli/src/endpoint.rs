//! Where a server listens: the argument `SOCKET`.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::bail;
use clap::builder::{OsStringValueParser, TypedValueParser as _, ValueParser, ValueParserFactory};

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// A port of a host.
    Tcp {
        /// Its name or address, without the brackets of an IPv6 address.
        host: String,
        port: u16,
    },
}

/// What is wrong with a `SOCKET`.
const NOT_AN_ENDPOINT: &str = "there is no such socket, and it is not HOST:PORT; write a path \
                               with a `/` in it, such as ./qmp.sock, or a host and a port, such \
                               as localhost:4444 or [::1]:4444";

impl Endpoint {
    /// What a person writes: a path has a `/` in it, or there is something at it; anything else is
    /// `HOST:PORT`, with brackets around an IPv6 address.
    pub(crate) fn parse(text: OsString) -> anyhow::Result<Self> {
        let path = Path::new(&text);
        let is_path = text.as_encoded_bytes().contains(&b'/') || path.exists();
        if is_path && !text.is_empty() {
            return Ok(Endpoint::Unix(text.into()));
        }
        match text.to_str().and_then(host_and_port) {
            Some((host, port)) => Ok(Endpoint::Tcp { host, port }),
            None => bail!(NOT_AN_ENDPOINT),
        }
    }
}

fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?,
        // An IPv6 address without brackets has its last part where the port would be.
        None if host.contains(':') => return None,
        None => host,
    };
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// The addresses of a host. Asking for them is limited by `timeout`, which the system's own
/// function is not.
pub(crate) fn resolve(host: &str, port: u16, timeout: Duration) -> io::Result<Vec<SocketAddr>> {
    let (sender, receiver) = mpsc::channel();
    let target = (host.to_owned(), port);
    thread::spawn(move || {
        let found = (target.0.as_str(), target.1).to_socket_addrs();
        // Nobody is there any more if it took too long.
        let _ = sender.send(found.map(Iterator::collect));
    });
    match receiver.recv_timeout(timeout) {
        Ok(found) => found,
        Err(_) => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            format!("the address of `{host}` was not found within {timeout:?}"),
        )),
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Unix(path) => path.display().fmt(f),
            Endpoint::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Endpoint::Tcp { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

/// As clap reads it.
impl ValueParserFactory for Endpoint {
    type Parser = ValueParser;

    fn value_parser() -> ValueParser {
        let parser = OsStringValueParser::new().try_map(Endpoint::parse);
        ValueParser::new(parser)
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, resolve};
    use std::time::Duration;

    fn parse(text: &str) -> Option<Endpoint> {
        Endpoint::parse(text.into()).ok()
    }

    fn tcp(host: &str, port: u16) -> Option<Endpoint> {
        let host = host.to_owned();
        Some(Endpoint::Tcp { host, port })
    }

    #[test]
    fn what_has_a_slash_or_exists_is_a_path_and_the_rest_is_a_host_with_a_port() {
        for path in ["./a", "/run/vm:1", "vm/qmp.sock", "src", "Cargo.toml"] {
            assert_eq!(parse(path), Some(Endpoint::Unix(path.into())), "{path}");
        }
        assert_eq!(parse("localhost:4444"), tcp("localhost", 4444));
        assert_eq!(parse("10.0.0.1:1"), tcp("10.0.0.1", 1));
        assert_eq!(parse("[::1]:4444"), tcp("::1", 4444));
        for wrong in [
            "", "vm.sock", "vm:", ":4444", "vm:70000", "::1:4444", "[::1:4", "vm:x",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn it_is_shown_as_it_is_written() {
        for text in ["/run/vm/qmp.sock", "vm7:4444", "[fe80::1]:4444"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_host_has_addresses() {
        let found = resolve("127.0.0.1", 7, Duration::from_secs(30)).unwrap();
        assert_eq!(found, [([127, 0, 0, 1], 7).into()]);
        let found = resolve("::1", 7, Duration::from_secs(30)).unwrap();
        assert_eq!(found, [([0, 0, 0, 0, 0, 0, 0, 1], 7).into()]);
    }
}
