//! What several subjects need.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use qapi_client::{Client, ExecuteError};
use qapi_protocol::{Error, QapiCommand};
use qapi_types::qmp::{
    BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsNbd, MemoryBackendProperties,
    ObjectOptions, ObjectOptionsBranch, SocketAddress, UnixSocketAddress, commands,
};
use serde_json::{Value, json};
use tokio::time::timeout;

/// How long something may take that is sure to happen.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// How long to wait for something that is sure not to happen.
pub(crate) const SHORT: Duration = Duration::from_millis(150);

/// What is sure to come; so that a test that hangs fails.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(SOON, future).await.expect("it hangs")
}

/// The error that the server refuses `command` with.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, ExecuteError>) -> Error {
    match result {
        Err(ExecuteError::Qemu { error, .. }) => error,
        other => panic!("not refused: {other:?}"),
    }
}

/// Opens the disk of the NBD server that listens on `socket`. As long as that server says
/// nothing, QEMU says nothing to commands that come later, unless they come out of band.
pub(crate) fn open_nbd(socket: &Path) -> commands::BlockdevAdd {
    let address = UnixSocketAddress::new(socket.to_str().unwrap());
    let nbd = BlockdevOptionsNbd::new(SocketAddress::Unix(address)).export("disk0");
    BlockdevOptions::new(BlockdevOptionsBranch::Nbd(nbd))
        .node_name("nbd0")
        .into()
}

/// The size of the memory `ramNUMBER`, which no other has.
fn ram_size(number: u64) -> u64 {
    (number + 1) << 12
}

/// Adds the memory `ramNUMBER`.
pub(crate) fn add_ram(number: u64) -> commands::ObjectAdd {
    let ram = MemoryBackendProperties::new(ram_size(number));
    let ram = ObjectOptionsBranch::MemoryBackendRam(ram);
    ObjectOptions::new(ram, format!("ram{number}")).into()
}

/// Asks for the size of the memory `ramNUMBER`.
pub(crate) fn get_ram(number: u64) -> commands::QomGet {
    commands::QomGet::new(format!("/objects/ram{number}"), "size")
}

/// Whether this is the answer to [`get_ram`], and of no other memory.
#[track_caller]
pub(crate) fn assert_ram(number: u64, answer: &Value) {
    assert_eq!(*answer, json!(ram_size(number)), "of ram{number}");
}

/// Whether there is the object `id`.
pub(crate) async fn has_object(client: &Client, id: &str) -> bool {
    let objects = client.execute(commands::QomList::new("/objects"));
    let objects = objects.await.unwrap();
    objects.iter().any(|object| object.name == id)
}

/// Whether the server has answered nothing but what it was asked: it answers this.
pub(crate) async fn assert_usable(client: &Client) {
    let answer = soon(client.execute(commands::QueryVersion::new())).await;
    let version = answer.unwrap().qemu;
    let greeted = client.greeting().version.qemu;
    assert_eq!(version.major, i64::from(greeted.major));
}

/// Sends `command` as `client` of its own task.
pub(crate) fn spawn<C>(
    client: &Client,
    command: C,
) -> tokio::task::JoinHandle<Result<C::Response, ExecuteError>>
where
    C: QapiCommand<Response: Send> + Send + Sync + 'static,
{
    let client = client.clone();
    tokio::spawn(async move { client.execute(command).await })
}
