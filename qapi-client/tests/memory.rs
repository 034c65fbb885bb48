//! How much memory servers can make a client use, measured.
#![cfg(all(target_os = "linux", feature = "tokio"))]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::time::Duration;

use qapi_client::test_server::{Peer, TestServer};
use qapi_client::{
    Agent, Call, Client, ConnectOptions, ConnectionError, ExecuteError, RawCommand, blocking,
};
use qapi_protocol::RawValue;
use serde_json::json;

const MIB: u64 = 1 << 20;

/// The most memory that the process had since this was last called, in bytes.
///
/// This is the only test of its process, so that it is all of ours. The server is a part of it,
/// and holds nothing of what it sends.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    // Resets it.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    kib.parse::<u64>().unwrap() << 10
}

type Outcome = Result<RawValue<'static>, ExecuteError>;

fn command() -> Call<RawCommand> {
    Call::new(RawCommand::new("query-status")).timeout(Duration::from_secs(120))
}

fn ask_blocking(server: &TestServer, options: &ConnectOptions) -> Outcome {
    let mut client = blocking::Client::connect_unix(server.path(), options).unwrap();
    client.execute(command())
}

#[tokio::main]
async fn ask_tokio(server: &TestServer, options: &ConnectOptions) -> Outcome {
    let client = Client::connect_unix(server.path(), options).await.unwrap();
    // Nobody reads them.
    let _events = client.raw_events();
    client.execute(command()).await
}

/// Has each client ask a server that answers what `answer` sends; at most `most` bytes more than
/// before may be used for it.
fn measure(
    what: &str,
    options: &ConnectOptions,
    most: u64,
    answer: fn(&mut Peer),
    check: fn(Outcome),
) {
    for (kind, ask) in [
        ("blocking", ask_blocking as fn(&_, &_) -> _),
        ("tokio", ask_tokio),
    ] {
        let server = TestServer::start(move |peer| {
            peer.set_timeout(Duration::from_secs(120));
            peer.greet();
            answer(peer);
            peer.wait_for_close();
        });
        let before = peak().min(peak());
        let outcome = ask(&server, options);
        let used = peak().saturating_sub(before);
        println!("{what}, {kind}: {} KiB", used >> 10);
        assert!(used <= most, "{what}, {kind}: {used}");
        check(outcome);
        server.join();
    }
}

fn is_too_large(outcome: Outcome) {
    assert!(
        matches!(
            outcome,
            Err(ExecuteError::Connection(
                ConnectionError::MessageTooLarge { .. }
            ))
        ),
        "{outcome:?}"
    );
}

fn is_answered(outcome: Outcome) {
    outcome.unwrap();
}

#[test]
fn no_server_makes_a_client_use_more_than_its_limits_say() {
    let options = ConnectOptions::new();
    let giant = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        peer.answer_giant(&request, 1 << 30);
    };
    // While it grows, the buffer is there twice.
    measure(
        "a line of 1 GiB",
        &options,
        2 * 64 * MIB + 16 * MIB,
        giant,
        is_too_large,
    );
    let small = options.clone().max_message(MIB as usize);
    measure(
        "a line of 1 GiB, 1 MiB allowed",
        &small,
        16 * MIB,
        giant,
        is_too_large,
    );

    let flood = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        assert_eq!(peer.flood("RTC_CHANGE", 100_000), 100_000);
        peer.answer(&request, json!({}));
    };
    measure("100,000 events", &options, 16 * MIB, flood, is_answered);

    let large_events = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        for _ in 0..100 {
            peer.send(b"{\"event\": \"LARGE\", \"data\": \"");
            peer.send_repeatedly(b"x", MIB / 2);
            peer.say("\"}");
        }
        peer.answer(&request, json!({}));
    };
    measure(
        "100 events of 512 KiB",
        &small,
        16 * MIB,
        large_events,
        is_answered,
    );

    let foreign = |peer: &mut Peer| {
        let mut request = peer.expect("query-status");
        let id = request.id.take();
        for number in 0..100_000 {
            request.id = Some(json!(1000 + number));
            peer.answer(&request, json!({}));
        }
        request.id = id;
        peer.answer(&request, json!({}));
    };
    measure(
        "100,000 foreign answers",
        &options,
        16 * MIB,
        foreign,
        is_answered,
    );

    let deep = |peer: &mut Peer| {
        let request = peer.expect("query-status");
        peer.answer_nested(&request, 1_000_000);
    };
    measure("1,000,000 levels", &options, 16 * MIB, deep, is_answered);
    garbage_before_the_answer_of_an_agent_takes_none();
}

fn connect_blocking(server: &TestServer, options: &ConnectOptions) {
    blocking::Agent::connect_unix(server.path(), options).unwrap();
}

#[tokio::main]
async fn connect_tokio(server: &TestServer, options: &ConnectOptions) {
    Agent::connect_unix(server.path(), options).await.unwrap();
}

fn garbage_before_the_answer_of_an_agent_takes_none() {
    // No limit is reached by what is not kept.
    let options = ConnectOptions::new()
        .max_message(1000)
        .connect_timeout(Duration::from_secs(120));
    for (kind, connect) in [
        ("blocking", connect_blocking as fn(&_, &_)),
        ("tokio", connect_tokio),
    ] {
        let server = TestServer::start(|peer| {
            peer.set_timeout(Duration::from_secs(120));
            let first = peer.expect("guest-sync-delimited");
            let second = peer.expect("guest-sync-delimited");
            // One line without end, lines, and what begins like an answer.
            peer.send_repeatedly(b"x", 512 * MIB);
            peer.send_repeatedly(b"{}\n", 8 * MIB);
            peer.send_repeatedly(b"\xff{\"return\": ", 8 * MIB);
            peer.answer_sync(&first);
            peer.answer_sync(&second);
            peer.wait_for_close();
        });
        let before = peak().min(peak());
        connect(&server, &options);
        let used = peak().saturating_sub(before);
        println!(
            "garbage of 512 MiB to an agent's client, {kind}: {} KiB",
            used >> 10
        );
        assert!(used <= 4 * MIB, "{kind}: {used}");
        server.join();
    }
}
