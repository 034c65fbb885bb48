//! What is logged, and what must not be.
#![cfg(all(unix, feature = "tokio"))]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::fmt::{self, Write};
use std::sync::Mutex;

use qapi_client::test_server::{Peer, TestServer};
use qapi_client::{Agent, Client, ConnectOptions, ExecuteError, RawCommand, blocking};
use qapi_protocol::introspection::QueryCommands;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// All that was logged: this is the only test of its process, so that it is all of ours.
static TEXT: Mutex<String> = Mutex::new(String::new());

/// Writes everything that is logged at any level into the text.
struct Log;

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut text = TEXT.lock().unwrap();
        text.push_str(span.metadata().name());
        span.record(&mut Fields(&mut text));
        text.push('\n');
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut TEXT.lock().unwrap()));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut text = TEXT.lock().unwrap();
        event.record(&mut Fields(&mut text));
        text.push('\n');
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn script(peer: &mut Peer) {
    peer.greet();
    let request = peer.expect("object-add");
    peer.event("SECRET", json!({"password": "hidden"}));
    peer.answer(&request, json!({"password": "hidden"}));
    // To nobody.
    peer.answer(&request, json!({"password": "hidden"}));
    let request = peer.expect("set_password");
    peer.fail(&request, "GenericError", "'hidden' is wrong");
    let request = peer.expect("query-commands");
    peer.answer(&request, json!([{"name": ["hidden"]}]));
    peer.expect("guest-set-user-password");
    peer.say(r#"{"return": "hidden" "hidden"}"#);
    peer.wait_for_close();
}

fn commands() -> [RawCommand; 2] {
    let secret = || json!({"qom-type": "secret", "id": "s0", "data": "hidden"});
    ["object-add", "set_password"].map(|name| RawCommand::new(name).arguments(secret()))
}

fn last() -> RawCommand {
    RawCommand::new("guest-set-user-password").arguments(json!({"password": "hidden"}))
}

fn use_blocking(server: &TestServer) -> ExecuteError {
    let options = ConnectOptions::new();
    let mut client = blocking::Client::connect_unix(server.path(), &options).unwrap();
    for command in commands() {
        let _ = client.execute(command);
    }
    client.execute(QueryCommands).unwrap_err();
    client.execute(last()).unwrap_err()
}

#[tokio::main]
async fn use_tokio(server: &TestServer) -> ExecuteError {
    let options = ConnectOptions::new().event_queue(0);
    let client = Client::connect_unix(server.path(), &options).await.unwrap();
    let _events = client.raw_events();
    for command in commands() {
        let _ = client.execute(command).await;
    }
    client.execute(QueryCommands).await.unwrap_err();
    client.execute(last()).await.unwrap_err()
}

fn agent(peer: &mut Peer) {
    peer.synchronize();
    let request = peer.expect("object-add");
    peer.answer(&request, json!({"password": "hidden"}));
    let request = peer.expect("set_password");
    // To nobody.
    peer.say(r#"{"return": "hidden", "id": 5}"#);
    peer.fail(&request, "GenericError", "'hidden' is wrong");
    let request = peer.expect("guest-info");
    peer.answer(&request, json!({"version": ["hidden"]}));
    peer.expect("guest-set-user-password");
    peer.say(r#"{"return": "hidden" "hidden"}"#);
    peer.wait_for_close();
}

fn use_blocking_agent(server: &TestServer) -> ExecuteError {
    let options = ConnectOptions::new();
    let mut guest = blocking::Agent::connect_unix(server.path(), &options).unwrap();
    for command in commands() {
        let _ = guest.execute(command);
    }
    guest.info().unwrap_err();
    guest.execute(last()).unwrap_err()
}

#[tokio::main]
async fn use_tokio_agent(server: &TestServer) -> ExecuteError {
    let options = ConnectOptions::new();
    let guest = Agent::connect_unix(server.path(), &options).await.unwrap();
    for command in commands() {
        let _ = guest.execute(command).await;
    }
    guest.info().await.unwrap_err();
    guest.execute(last()).await.unwrap_err()
}

#[test]
fn commands_are_logged_by_name_without_their_arguments_and_answers() {
    tracing::subscriber::set_global_default(Log).unwrap();
    for (script, client, particular) in [
        (
            script as fn(&mut Peer),
            use_blocking as fn(&_) -> _,
            "SECRET",
        ),
        (script, use_tokio, "SECRET"),
        (agent, use_blocking_agent, "in step"),
        (agent, use_tokio_agent, "in step"),
    ] {
        let server = TestServer::start(script);
        let error = client(&server).to_string();
        assert!(
            error.contains("the server sent an invalid message"),
            "{error}"
        );
        server.join();
        let text = std::mem::take(&mut *TEXT.lock().unwrap());
        for shown in [
            particular,
            "execute",
            "\"object-add\"",
            "\"set_password\"",
            "GenericError",
            "elapsed",
            "dropped",
            "unreadable",
        ] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        assert!(!text.contains("hidden"), "{text}");
    }
}
