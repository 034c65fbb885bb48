//! What a server has, and what it is too old or too new for.

use qapi_client::test_server::Peer;
use qapi_client::{ExecuteError, Unsupported};
use qapi_protocol::introspection::{QueryCommands, QueryQmpSchema, TypeKind};
use qapi_protocol::{Empty, QapiCommand, Version, VersionRange, members};

use serde_json::json;

use crate::support::{QueryStatus, connect};

/// What QEMU 5.1 had last.
#[derive(Debug)]
struct CpuAdd {
    id: u32,
}

/// What no QEMU has yet.
#[derive(Debug)]
struct QueryWeather;

impl QapiCommand for CpuAdd {
    type Response = Empty;
    const NAME: &'static str = "cpu-add";
    const VERSIONS: VersionRange =
        VersionRange::between(Version::new(1, 5, 0), Version::new(5, 1, 0));
}

impl QapiCommand for QueryWeather {
    type Response = Empty;
    const NAME: &'static str = "query-weather";
    const VERSIONS: VersionRange = VersionRange::since(Version::new(10, 3, 0));
}

members!(CpuAdd { "id" => id, });
members!(QueryWeather {});

/// Refuses the command `name` with an error of this class.
fn refuse(peer: &mut Peer, name: &str, class: &str) {
    let request = peer.expect(name);
    peer.fail(&request, class, &format!("No {name}"));
}

#[test]
fn a_server_is_asked_once_what_it_has() {
    let (mut client, server) = connect(|peer| {
        refuse(peer, "query-commands", "GenericError");
        let request = peer.expect("query-commands");
        peer.answer(
            &request,
            json!([{"name": "cpu-add"}, {"name": "query-commands"}]),
        );
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
    });
    assert!(client.supports::<CpuAdd>().is_err());
    // By what it says, whatever its release should have.
    assert!(client.supports::<CpuAdd>().unwrap());
    assert!(client.supports::<QueryCommands>().unwrap());
    assert!(!client.supports::<QueryStatus>().unwrap());
    assert!(!client.supports::<QueryWeather>().unwrap());
    assert!(client.execute(QueryStatus).unwrap().running);
    server.join();
}

#[test]
fn the_greeting_says_what_the_release_has() {
    let (client, server) = connect(|_| {});
    let greeting = client.greeting();
    assert!(greeting.supports::<QueryStatus>() && greeting.supports::<QueryQmpSchema>());
    assert!(!greeting.supports::<CpuAdd>() && !greeting.supports::<QueryWeather>());
    server.join();
}

#[test]
fn an_unknown_command_of_another_release_is_explained() {
    let (mut client, server) = connect(|peer| {
        refuse(peer, "cpu-add", "CommandNotFound");
        refuse(peer, "query-weather", "CommandNotFound");
    });
    let error = client.execute(CpuAdd { id: 1 }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`cpu-add` failed: CommandNotFound: No cpu-add \
         (QEMU 10.2 does not have it; QEMU 5.1 is the last known to have it)"
    );
    assert!(
        matches!(
            error,
            ExecuteError::Qemu {
                unsupported: Some(Unsupported::TooNew { last, .. }),
                ..
            } if last == Version::new(5, 1, 0)
        ),
        "{error:?}"
    );
    let error = client.execute(QueryWeather).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`query-weather` failed: CommandNotFound: No query-weather \
         (QEMU 10.2 does not have it; QEMU 10.3 is the first that does)"
    );
    server.join();
}

#[test]
fn other_refusals_are_qemus_alone() {
    let (mut client, server) = connect(|peer| {
        // Not built in, or not allowed now.
        refuse(peer, "query-status", "CommandNotFound");
        // A distributor's QEMU knows it, and it fails.
        refuse(peer, "query-weather", "GenericError");
    });
    let error = client.execute(QueryStatus).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`query-status` failed: CommandNotFound: No query-status"
    );
    let error = client.execute(QueryWeather).unwrap_err();
    assert!(
        matches!(
            error,
            ExecuteError::Qemu {
                unsupported: None,
                ..
            }
        ),
        "{error:?}"
    );
    server.join();
}

#[test]
fn the_schema_is_the_answer_to_a_command() {
    let (mut client, server) = connect(|peer| {
        let request = peer.expect("query-qmp-schema");
        peer.answer(
            &request,
            json!([
                {"name": "stop", "meta-type": "command", "arg-type": "0", "ret-type": "0"},
                {"name": "0", "meta-type": "object", "members": []},
            ]),
        );
    });
    let schema = client.execute(QueryQmpSchema).unwrap();
    let stop = schema.command("stop").unwrap();
    assert_eq!(stop.arguments().kind(), TypeKind::Object);
    assert!(!schema.has("stop/arg-type/force").unwrap());
    server.join();
}
