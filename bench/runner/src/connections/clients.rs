//! Those who connect.

use std::future::Future;
use std::path::Path;
use std::sync::Mutex;

use peer::futures::{QapiService, QmpStreamTokio};
use peer::qmp;
use qapi_client::{ConnectOptions, blocking};
use qapi_types::qmp::commands::{QueryQmpSchema, QueryVersion};
use tokio::io::WriteHalf;
use tokio::net::UnixStream;

use crate::Outcome;

/// A connection, and what is done with it.
pub(super) trait Client: Send + Sync + Sized + 'static {
    /// Connects, and goes into command mode.
    fn connect(socket: &Path) -> impl Future<Output = Outcome<Self>> + Send;

    /// Executes a command with a small answer.
    fn small(&self) -> impl Future<Output = Outcome<()>> + Send;

    /// Executes a command with an answer of more than 100 kB.
    fn large(&self) -> impl Future<Output = Outcome<()>> + Send;
}

pub(super) struct Ours(qapi_client::Client);

impl Client for Ours {
    async fn connect(socket: &Path) -> Outcome<Self> {
        let options = ConnectOptions::new();
        let client = qapi_client::Client::connect_unix(socket, &options).await?;
        Ok(Ours(client))
    }

    async fn small(&self) -> Outcome<()> {
        self.0.execute(QueryVersion::new()).await?;
        Ok(())
    }

    async fn large(&self) -> Outcome<()> {
        self.0.execute(QueryQmpSchema::new()).await?;
        Ok(())
    }
}

/// Blocks the thread that it is on: for one connection only.
pub(super) struct OursBlocking(Mutex<blocking::Client>);

impl Client for OursBlocking {
    async fn connect(socket: &Path) -> Outcome<Self> {
        let client = blocking::Client::connect_unix(socket, &ConnectOptions::new())?;
        Ok(OursBlocking(Mutex::new(client)))
    }

    async fn small(&self) -> Outcome<()> {
        let mut client = self.0.lock().map_err(|_| "it has panicked")?;
        client.execute(QueryVersion::new())?;
        Ok(())
    }

    async fn large(&self) -> Outcome<()> {
        let mut client = self.0.lock().map_err(|_| "it has panicked")?;
        client.execute(QueryQmpSchema::new())?;
        Ok(())
    }
}

pub(super) struct Peer(QapiService<QmpStreamTokio<WriteHalf<UnixStream>>>);

impl Client for Peer {
    async fn connect(socket: &Path) -> Outcome<Self> {
        let greeted = QmpStreamTokio::open_uds(socket).await?;
        let (service, _task) = greeted.negotiate().await?.spawn_tokio();
        Ok(Peer(service))
    }

    async fn small(&self) -> Outcome<()> {
        self.0.execute(qmp::query_version {}).await?;
        Ok(())
    }

    async fn large(&self) -> Outcome<()> {
        self.0.execute(qmp::query_qmp_schema {}).await?;
        Ok(())
    }
}
