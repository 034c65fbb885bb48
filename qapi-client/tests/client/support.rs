//! What several subjects need.

use std::time::Duration;

use qapi_client::test_server::{Peer, TestServer};
use qapi_client::{Call, Client, ConnectOptions, RawCommand};

/// Longer than anything takes that works.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Shorter than anybody wants to wait for what never comes.
pub(crate) const SHORT: Duration = Duration::from_millis(100);

/// A call of the command `name` with this timeout.
pub(crate) fn call(name: &str, timeout: Duration) -> Call<RawCommand> {
    Call::new(RawCommand::new(name)).timeout(timeout)
}

/// A client that is connected to a server which greets and then follows `script`.
pub(crate) async fn connect(
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> (Client, TestServer) {
    connect_with(&ConnectOptions::new(), script).await
}

/// The same, connected as `options` say.
pub(crate) async fn connect_with(
    options: &ConnectOptions,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> (Client, TestServer) {
    let server = TestServer::start(|peer| {
        peer.greet();
        script(peer);
    });
    let client = Client::connect_unix(server.path(), options).await.unwrap();
    (client, server)
}

/// Waits for the end of the script, while the runtime goes on: a client that was dropped closes
/// its connection there.
pub(crate) async fn join(server: TestServer<impl Send + 'static>) {
    tokio::task::spawn_blocking(|| server.join()).await.unwrap();
}
