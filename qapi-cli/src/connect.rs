//! Connecting as a person wants it: at once or not at all, and then with what to do about it.

mod explain;

use std::io;
use std::net::TcpStream;
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use qapi_client::blocking::{self, Transport};
use qapi_client::{Agent, Client, ConnectError, ConnectOptions};
use qapi_protocol::Capability;
use tokio::io::{AsyncRead, AsyncWrite};

use self::explain::{Peer, explain, unreached};
use crate::endpoint::{Endpoint, resolve};
use crate::wire::{Show, Watched, WatchedReader, WatchedWriter};

/// How long connecting may take where nobody says anything else: a server that runs greets at
/// once.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How to connect, and to where.
pub(crate) struct Connecting<'a> {
    pub(crate) endpoint: &'a Endpoint,
    /// How long it may take.
    pub(crate) timeout: Duration,
    /// What else matters: how long it may take, and whether to try again, are settled here.
    pub(crate) options: ConnectOptions,
    /// Who is shown the lines of the conversation.
    pub(crate) show: Option<Show>,
}

impl Connecting<'_> {
    /// A client of a monitor.
    pub(crate) fn blocking_client(&self) -> anyhow::Result<blocking::Client> {
        let (stream, options) = self.reach(Peer::Monitor)?;
        let transport = watched(stream.into_transport(), self.show.as_ref());
        let client = blocking::Client::connect_over(transport, &options);
        client.map_err(|error| self.explain(&error, Peer::Monitor))
    }

    /// A client of a guest agent.
    pub(crate) fn blocking_agent(&self) -> anyhow::Result<blocking::Agent> {
        let (stream, options) = self.reach(Peer::Agent)?;
        let transport = watched(stream.into_transport(), self.show.as_ref());
        let agent = blocking::Agent::connect_over(transport, &options);
        agent.map_err(|error| self.explain(&error, Peer::Agent))
    }

    /// A client of a monitor, for who uses tokio. It can execute commands out of band, if the
    /// server can.
    pub(crate) async fn client(&self) -> anyhow::Result<Client> {
        let client = match self.negotiate(&[Capability::Oob]).await? {
            Err(ConnectError::MissingCapability { .. }) => self.negotiate(&[]).await?,
            client => client,
        };
        client.map_err(|error| self.explain(&error, Peer::Monitor))
    }

    /// A client with these capabilities, if the server has them.
    async fn negotiate(
        &self,
        capabilities: &[Capability],
    ) -> anyhow::Result<Result<Client, ConnectError>> {
        let (stream, options) = self.reach(Peer::Monitor)?;
        let add = |options: ConnectOptions, it: &Capability| options.capability(it.clone());
        let options = capabilities.iter().fold(options, add);
        let (reader, writer) = watched_halves(stream.into_halves()?, self.show.as_ref());
        Ok(Client::connect_over(reader, writer, &options).await)
    }

    /// A client of a guest agent, for who uses tokio.
    pub(crate) async fn agent(&self) -> anyhow::Result<Agent> {
        let (stream, options) = self.reach(Peer::Agent)?;
        let (reader, writer) = watched_halves(stream.into_halves()?, self.show.as_ref());
        let agent = Agent::connect_over(reader, writer, &options).await;
        agent.map_err(|error| self.explain(&error, Peer::Agent))
    }

    /// A stream to the server, and how to talk over it in the time that is left.
    fn reach(&self, peer: Peer) -> anyhow::Result<(Stream, ConnectOptions)> {
        let begin = Instant::now();
        let options = || {
            let left = self.timeout.saturating_sub(begin.elapsed());
            self.options.clone().retry(false).connect_timeout(left)
        };
        let stream = match self.endpoint {
            #[cfg(unix)]
            Endpoint::Unix(path) => {
                let stream = blocking::reach_unix(path, &options());
                Stream::Unix(stream.map_err(|error| self.explain(&error, peer))?)
            }
            #[cfg(not(unix))]
            Endpoint::Unix(_) => anyhow::bail!("Unix sockets cannot be reached on this system"),
            Endpoint::Tcp { host, port } => {
                Stream::Tcp(self.reach_host((host, *port), options, peer)?)
            }
        };
        Ok((stream, options()))
    }

    /// A stream to one of the addresses of a host: of those of `localhost`, only one may work.
    fn reach_host(
        &self,
        (host, port): (&str, u16),
        options: impl Fn() -> ConnectOptions,
        peer: Peer,
    ) -> anyhow::Result<TcpStream> {
        let mut failure = None;
        let addresses = resolve(host, port, self.timeout);
        for address in addresses.map_err(|error| unreached(&error, self.endpoint, peer))? {
            match blocking::reach_tcp(address, &options()) {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = Some(error),
            }
        }
        Err(match failure {
            Some(error) => self.explain(&error, peer),
            None => anyhow!("`{host}` has no address"),
        })
    }

    fn explain(&self, error: &ConnectError, peer: Peer) -> anyhow::Error {
        explain(error, self.endpoint, self.timeout, peer)
    }
}

/// A connection on which nobody has said anything yet.
enum Stream {
    #[cfg(unix)]
    Unix(UnixStream),
    Tcp(TcpStream),
}

/// The two directions of a connection.
type Halves = (
    Box<dyn AsyncRead + Send + Unpin>,
    Box<dyn AsyncWrite + Send + Unpin>,
);

impl Stream {
    fn into_transport(self) -> Box<dyn Transport> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => Box::new(stream),
            Stream::Tcp(stream) => Box::new(stream),
        }
    }

    fn into_halves(self) -> io::Result<Halves> {
        match self {
            #[cfg(unix)]
            Stream::Unix(stream) => {
                stream.set_nonblocking(true)?;
                let (reader, writer) = tokio::net::UnixStream::from_std(stream)?.into_split();
                Ok((Box::new(reader), Box::new(writer)))
            }
            Stream::Tcp(stream) => {
                stream.set_nonblocking(true)?;
                let (reader, writer) = tokio::net::TcpStream::from_std(stream)?.into_split();
                Ok((Box::new(reader), Box::new(writer)))
            }
        }
    }
}

fn watched(transport: Box<dyn Transport>, show: Option<&Show>) -> Box<dyn Transport> {
    match show {
        Some(show) => Box::new(Watched::new(transport, show.clone())),
        None => transport,
    }
}

fn watched_halves((reader, writer): Halves, show: Option<&Show>) -> Halves {
    match show {
        Some(show) => (
            Box::new(WatchedReader::new(reader, show.clone())),
            Box::new(WatchedWriter::new(writer, show.clone())),
        ),
        None => (reader, writer),
    }
}
