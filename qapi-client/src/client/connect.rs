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
use tokio::time::{sleep, timeout};

use super::shared::Shared;
use super::task::{self, Connection};
use super::transport::{self, Reader, Writer};
use super::{Client, Handle};
use crate::deadline::Deadline;
use crate::messages::Messages;
use crate::negotiation::{self, QmpCapabilities};
use crate::session::{self, First};
use crate::{Call, ConnectError, ConnectOptions, reach};

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
        let (path, deadline) = (path.as_ref(), &Deadline::after(options.connect_timeout));
        greeted(options, deadline, || async move {
            let (reader, writer) = transport::of_unix(unix(path, options, deadline).await?);
            Self::negotiate(reader, writer, options, deadline).await
        })
        .await
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
        let deadline = &Deadline::after(options.connect_timeout);
        greeted(options, deadline, || async move {
            let (reader, writer) = transport::of_tcp(tcp(address, options, deadline).await?);
            Self::negotiate(reader, writer, options, deadline).await
        })
        .await
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
        let deadline = Deadline::after(options.connect_timeout);
        let (reader, writer) = transport::of_unix(stream);
        Self::negotiate(reader, writer, options, &deadline).await
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
        let deadline = Deadline::after(options.connect_timeout);
        let (reader, writer) = (Box::new(reader), Writer::Other(Box::new(writer)));
        Self::negotiate(reader, writer, options, &deadline).await
    }

    /// Talks to the server behind `reader` and `writer`, and takes it into command mode.
    pub(super) async fn negotiate(
        mut reader: Reader,
        writer: Writer,
        options: &ConnectOptions,
        deadline: &Deadline,
    ) -> Result<Self, ConnectError> {
        let shared = Arc::new(Shared::new(options, writer.passes_descriptors()));
        let mut messages = Messages::new(options.max_message);
        let first = first(&mut reader, &mut messages, &shared);
        let greeting = match timeout(deadline.remaining(), first).await {
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
        client
            .run(Call::new(command).timeout(deadline.remaining()), false)
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
        let message = task::next_message(reader, messages).await?;
        match session::read_first(messages.bytes(message))? {
            First::Greeting(greeting) => return Ok(greeting),
            First::Event(event) => shared.subscribers.publish(event),
            First::Leftover => {}
        }
    }
}

/// Connects until a server greets, or an agent answers, or there is no more reason to hope.
pub(crate) async fn greeted<T, F: Future<Output = Result<T, ConnectError>>>(
    options: &ConnectOptions,
    deadline: &Deadline,
    connect: impl Fn() -> F,
) -> Result<T, ConnectError> {
    loop {
        match connect().await {
            Ok(client) => return Ok(client),
            Err(error) => sleep(reach::pause_before_greeting(error, options, deadline)?).await,
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
    let address = path.display().to_string();
    attempt(&address, options, deadline, || async {
        reach::unix(path).and_then(UnixStream::from_std)
    })
    .await
}

/// Connects over TCP.
pub(crate) async fn tcp(
    address: SocketAddr,
    options: &ConnectOptions,
    deadline: &Deadline,
) -> Result<TcpStream, ConnectError> {
    attempt(&address.to_string(), options, deadline, || async move {
        let wait = deadline.clone().next_wait().unwrap_or_default();
        let stream = timeout(wait, TcpStream::connect(address)).await??;
        // A command is one small write, and waits for its answer.
        stream.set_nodelay(true)?;
        Ok(stream)
    })
    .await
}

/// Tries to connect until it works, or there is no more reason to hope.
async fn attempt<T, F: Future<Output = io::Result<T>>>(
    address: &str,
    options: &ConnectOptions,
    deadline: &Deadline,
    connect: impl Fn() -> F,
) -> Result<T, ConnectError> {
    loop {
        match connect().await {
            Ok(stream) => return Ok(stream),
            Err(error) => sleep(reach::pause(error, address, options, deadline)?).await,
        }
    }
}
