//! The ways to a connection.

use std::time::{Duration, Instant};

use qapi_client::test_server::{Script, TestServer, message};
use qapi_client::{Client, ConnectError, ConnectOptions, ExecuteError, Listener};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use crate::support::{LONG, SHORT, call, join};

/// Speaks as a server that answers one command.
async fn serve(mut stream: impl AsyncReadExt + AsyncWriteExt + Unpin) {
    let greeting = message::greeting(&message::usual_greeting());
    stream.write_all(greeting.as_bytes()).await.unwrap();
    stream.write_all(b"\n").await.unwrap();
    let mut received = Vec::new();
    for id in [1, 2] {
        received.clear();
        while !received.ends_with(b"\n") {
            assert!(stream.read_buf(&mut received).await.unwrap() > 0);
        }
        let answer = message::answer(Some(&json!(id)), json!({}));
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.write_all(b"\n").await.unwrap();
    }
    // Until the client closes.
    while stream.read_buf(&mut received).await.unwrap() > 0 {}
}

async fn is_usable(client: Client) {
    client.execute(call("stop", LONG)).await.unwrap();
    client.close().await.unwrap();
}

#[tokio::test]
async fn over_tcp() {
    let server = TestServer::start_tcp(|peer| {
        peer.greet();
        let request = peer.expect("stop");
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    });
    let address = server.address();
    let client = Client::connect_tcp(address, &ConnectOptions::new())
        .await
        .unwrap();
    is_usable(client).await;
    join(server).await;
}

#[tokio::test]
async fn over_any_reader_and_writer() {
    let (ours, theirs) = tokio::io::duplex(7);
    let server = tokio::spawn(serve(theirs));
    let (reader, writer) = tokio::io::split(ours);
    let client = Client::connect_over(reader, writer, &ConnectOptions::new())
        .await
        .unwrap();
    let getfd = call("getfd", LONG).descriptor(std::fs::File::open("/dev/null").unwrap());
    let error = client.execute(getfd).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`getfd` was not sent: only a Unix socket can pass its file descriptor"
    );
    is_usable(client).await;
    server.await.unwrap();
}

#[tokio::test]
async fn by_listening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("listen.sock");
    let listener = Listener::bind_unix(&path).unwrap();
    assert_eq!(listener.tcp_address(), None);
    let server = tokio::spawn(async move { serve(UnixStream::connect(path).await.unwrap()).await });
    is_usable(listener.accept(&ConnectOptions::new()).await.unwrap()).await;
    server.await.unwrap();

    let listener = Listener::bind_tcp(([127, 0, 0, 1], 0).into()).unwrap();
    let address = listener.tcp_address().unwrap();
    let server =
        tokio::spawn(async move { serve(TcpStream::connect(address).await.unwrap()).await });
    is_usable(listener.accept(&ConnectOptions::new()).await.unwrap()).await;
    server.await.unwrap();

    let options = ConnectOptions::new().connect_timeout(SHORT);
    let error = listener.accept(&options).await.unwrap_err();
    assert!(
        matches!(error, ConnectError::NobodyConnected { timeout, .. } if timeout == SHORT),
        "{error:?}"
    );
}

#[tokio::test]
async fn to_a_server_that_is_not_there_yet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later.sock");
    for (options, waited) in [
        (ConnectOptions::new().retry(false), None),
        (ConnectOptions::new().connect_timeout(SHORT), Some(SHORT)),
    ] {
        match Client::connect_unix(&path, &options).await.unwrap_err() {
            ConnectError::Connect { waited: found, .. } => assert_eq!(found, waited),
            error => panic!("{error:?}"),
        }
    }
    let options = ConnectOptions::new();
    let connecting = Client::connect_unix(&path, &options);
    let starting = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        serve(stream).await;
    };
    let using = async { is_usable(connecting.await.unwrap()).await };
    tokio::join!(using, starting);
}

#[tokio::test]
async fn many_clients_of_one_server_one_after_the_other() {
    let server = Script::new().on("stop", json!({})).start();
    for _ in 0..50 {
        let client = Client::connect_unix(server.path(), &ConnectOptions::new())
            .await
            .unwrap();
        is_usable(client).await;
    }
}

#[tokio::test]
async fn a_server_that_refuses_the_capabilities_is_no_connection() {
    let server = TestServer::start(|peer| {
        peer.send_greeting(&message::usual_greeting());
        let request = peer.expect("qmp_capabilities");
        peer.fail(&request, "GenericError", "no");
        peer.wait_for_close();
    });
    let error = Client::connect_unix(server.path(), &ConnectOptions::new())
        .await
        .unwrap_err();
    assert!(
        matches!(error, ConnectError::Negotiation(ExecuteError::Qemu { .. })),
        "{error:?}"
    );
    join(server).await;
}

#[tokio::test]
async fn silence_ends_with_the_time_that_there_is() {
    for greets in [true, false] {
        let server = TestServer::start(move |peer| {
            peer.accept();
            if greets {
                peer.send_greeting(&message::usual_greeting());
                peer.expect("qmp_capabilities");
            }
            peer.wait_for_close();
        });
        let options = ConnectOptions::new().connect_timeout(SHORT);
        let begin = Instant::now();
        let error = Client::connect_unix(server.path(), &options)
            .await
            .unwrap_err();
        assert!(begin.elapsed() < LONG / 2);
        match error {
            ConnectError::NoGreeting { timeout, .. } => assert!(!greets && timeout == SHORT),
            ConnectError::Negotiation(ExecuteError::Timeout { .. }) => assert!(greets),
            error => panic!("{error:?}"),
        }
        join(server).await;
    }
}

#[tokio::test]
async fn what_is_supported_is_asked_once() {
    use qapi_protocol::introspection::{QueryCommands, QueryQmpSchema};

    let (client, server) = crate::support::connect(|peer| {
        let request = peer.expect("query-commands");
        peer.answer(&request, json!([{"name": "query-commands"}]));
        peer.wait_for_close();
    })
    .await;
    let (first, second) = tokio::join!(
        client.supports::<QueryCommands>(),
        client.supports::<QueryQmpSchema>()
    );
    assert!(first.unwrap() && !second.unwrap());
    drop(client);
    join(server).await;
}
