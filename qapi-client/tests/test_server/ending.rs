//! The end of a script, as asynchronous programs wait for it.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};

use qapi_client::test_server::{Script, TestServer};
use tokio::net::UnixStream;
use tokio::runtime::Builder;
use tokio::time::timeout;

use crate::wire::LONG;

/// Runs a test on a single thread, which nothing in it may block.
fn run(test: impl Future<Output = ()>) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let task = async { timeout(LONG, test).await.expect("nothing happens") };
    runtime.block_on(task);
}

#[test]
fn it_is_waited_for_while_the_client_runs_on_the_same_thread() {
    run(async {
        let server = TestServer::start(|peer| peer.wait_for_close());
        let client = UnixStream::connect(server.path()).await.unwrap();
        let close = async {
            // The server is waited for by then.
            tokio::task::yield_now().await;
            drop(client);
        };
        tokio::join!(server.ended(), close);
    });
}

#[test]
fn one_that_has_come_is_not_waited_for() {
    run(async {
        let (mut client, server) = TestServer::pair(|_| {});
        // The connection ends with the script.
        std::io::Read::read_to_end(&mut client, &mut Vec::new()).unwrap();
        server.ended().await;
        Script::new().start().ended().await;
    });
}

#[test]
fn a_script_that_fails_fails_the_test() {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        run(async {
            let (stream, server) = TestServer::pair(|peer| drop(peer.expect("stop")));
            drop(stream);
            server.ended().await;
        });
    }));
    let words = outcome.unwrap_err().downcast::<String>().unwrap();
    assert!(words.contains("waiting for the command `stop`"), "{words}");
}
