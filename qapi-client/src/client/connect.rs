//! How a client comes about.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::Path;
use std::sync::Arc;

use qapi_protocol::Greeting;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::shared::Shared;
use super::task::{self, Connection};
use super::transport::{self, Reader, Writer};
use super::{Client, Handle, deadline};
use crate::deadline::Deadline;
use crate::messages::{Messages, TooLarge};
use crate::negotiation::{self, QmpCapabilities};
use crate::session::{self, First};
use crate::{Call, ConnectError, ConnectOptions, ConnectionError, reach};

impl Client {
    /// Connects to the Unix socket at `path`; [waits](ConnectOptions::retry) for a server that
    /// is not there yet.
    ///
    /// # Errors
    ///
    /// When no connection comes about within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{Client, ConnectOptions};
    ///
    /// # async fn example() -> Result<(), qapi_client::ConnectError> {
    /// let client = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new()).await?;
    /// println!("QEMU {}", client.greeting().version.qemu);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(unix)]
    pub async fn connect_unix(
        path: impl AsRef<Path>,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let time = Deadline::after(options.connect_timeout);
        let deadline = deadline(options.connect_timeout);
        loop {
            let stream = unix(path.as_ref(), options, &time).await?;
            let (reader, writer) = transport::of_unix(stream);
            match Self::negotiate(reader, writer, options, deadline).await {
                Ok(client) => return Ok(client),
                Err(error) => {
                    sleep(reach::pause_before_greeting(error, options, &time)?).await;
                }
            }
        }
    }

    /// Connects to `address` over TCP; [waits](ConnectOptions::retry) for a server that does
    /// not listen yet.
    ///
    /// # Errors
    ///
    /// When no connection comes about within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{Client, ConnectOptions};
    ///
    /// # async fn example() -> Result<(), qapi_client::ConnectError> {
    /// let address = ([127, 0, 0, 1], 4444).into();
    /// let client = Client::connect_tcp(address, &ConnectOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_tcp(
        address: SocketAddr,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let time = Deadline::after(options.connect_timeout);
        let deadline = deadline(options.connect_timeout);
        loop {
            let stream = tcp(address, options, &time).await?;
            let (reader, writer) = transport::of_tcp(stream);
            match Self::negotiate(reader, writer, options, deadline).await {
                Ok(client) => return Ok(client),
                Err(error) => {
                    sleep(reach::pause_before_greeting(error, options, &time)?).await;
                }
            }
        }
    }

    /// Talks to the server at the other end of a Unix socket that is connected: one end of a pair, of
    /// which a QEMU that was started got the other. Descriptors can be passed.
    ///
    /// # Errors
    ///
    /// When the server does not greet and accept the capabilities within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use qapi_client::{Client, ConnectOptions};
    /// use tokio::net::UnixStream;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let (ours, theirs) = UnixStream::pair()?;
    /// // … start a QEMU that inherits `theirs`, and then:
    /// let client = Client::connect_over_unix(ours, &ConnectOptions::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(unix)]
    pub async fn connect_over_unix(
        stream: UnixStream,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = deadline(options.connect_timeout);
        let (reader, writer) = transport::of_unix(stream);
        Self::negotiate(reader, writer, options, deadline).await
    }

    /// Talks to the server behind `reader` and `writer`, which has yet to greet: over TLS, vsock,
    /// the standard input and output of a child process, or anything else.
    ///
    /// What is one stream becomes two by [`tokio::io::split`].
    ///
    /// # Errors
    ///
    /// When the server does not greet and accept the capabilities within the
    /// [connect timeout](ConnectOptions::connect_timeout); see [`ConnectError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::process::Stdio;
    ///
    /// use qapi_client::{Client, ConnectOptions};
    /// use tokio::process::Command;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut qemu = Command::new("qemu-system-x86_64")
    ///     .args(["-display", "none", "-qmp", "stdio"])
    ///     .stdin(Stdio::piped())
    ///     .stdout(Stdio::piped())
    ///     .spawn()?;
    /// if let (Some(reader), Some(writer)) = (qemu.stdout.take(), qemu.stdin.take()) {
    ///     let client = Client::connect_over(reader, writer, &ConnectOptions::new()).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_over(
        reader: impl AsyncRead + Send + Unpin + 'static,
        writer: impl AsyncWrite + Send + Unpin + 'static,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        let deadline = deadline(options.connect_timeout);
        let (reader, writer) = (Box::new(reader), Writer::Other(Box::new(writer)));
        Self::negotiate(reader, writer, options, deadline).await
    }

    /// Talks to the server behind `reader` and `writer`, and takes it into command mode.
    pub(super) async fn negotiate(
        mut reader: Reader,
        writer: Writer,
        options: &ConnectOptions,
        deadline: Instant,
    ) -> Result<Self, ConnectError> {
        let shared = Arc::new(Shared::new(options, writer.passes_descriptors()));
        let mut messages = Messages::new(options.max_message);
        let first = first(&mut reader, &mut messages, &shared);
        let greeting = match timeout_at(deadline, first).await {
            Ok(greeting) => greeting?,
            Err(_) => {
                return Err(ConnectError::NoGreeting {
                    timeout: options.connect_timeout,
                });
            }
        };
        negotiation::check(&greeting, &options.capabilities)?;

        let connection = Connection {
            reader,
            messages,
            writer,
        };
        let task = tokio::spawn(task::run(shared.clone(), connection)).abort_handle();
        let client = Client(Arc::new(Handle {
            shared,
            task,
            greeting,
            commands: OnceCell::new(),
            options: options.clone(),
        }));
        let command = QmpCapabilities::new(&options.capabilities);
        let remaining = deadline.saturating_duration_since(Instant::now());
        client
            .run(Call::new(command).timeout(remaining), false)
            .await
            .map_err(ConnectError::Negotiation)?;
        Ok(client)
    }
}

/// Reads messages until the server has greeted.
async fn first(
    reader: &mut Reader,
    messages: &mut Messages,
    shared: &Shared,
) -> Result<Greeting, ConnectError> {
    loop {
        match messages.next_message() {
            Ok(Some(message)) => match session::read_first(messages.bytes(message))? {
                First::Greeting(greeting) => return Ok(greeting),
                First::Event(event) => shared.subscribers.publish(event),
            },
            Ok(None) => {
                if messages
                    .receive(reader)
                    .await
                    .map_err(ConnectionError::from)?
                    == 0
                {
                    return Err(ConnectionError::CLOSED.into());
                }
            }
            Err(TooLarge { limit }) => {
                return Err(ConnectionError::MessageTooLarge { limit }.into());
            }
        }
    }
}

/// Connects over a Unix socket.
#[cfg(unix)]
pub(crate) async fn unix(
    path: &Path,
    options: &ConnectOptions,
    deadline: &Deadline,
) -> Result<UnixStream, ConnectError> {
    loop {
        let connected = reach::unix(path).and_then(UnixStream::from_std);
        match connected {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                let address = path.display().to_string();
                sleep(reach::pause(error, &address, options, deadline)?).await;
            }
        }
    }
}

/// Connects over TCP.
pub(crate) async fn tcp(
    address: SocketAddr,
    options: &ConnectOptions,
    deadline: &Deadline,
) -> Result<TcpStream, ConnectError> {
    loop {
        let wait = deadline.clone().next_wait().unwrap_or_default();
        let connected = match timeout(wait, TcpStream::connect(address)).await {
            // A command is one small write, and waits for its answer.
            Ok(connected) => connected.and_then(|stream| {
                stream.set_nodelay(true)?;
                Ok(stream)
            }),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        match connected {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                sleep(reach::pause(
                    error,
                    &address.to_string(),
                    options,
                    deadline,
                )?)
                .await;
            }
        }
    }
}
