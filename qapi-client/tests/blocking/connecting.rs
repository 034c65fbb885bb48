//! From nothing to command mode.

use std::error::Error;
use std::fs::File;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use qapi_client::blocking::{Client, Transport, reach_tcp, reach_unix};
use qapi_client::test_server::{Peer, TestServer, message};
use qapi_client::{Call, ConnectError, ConnectOptions, ConnectionError, ExecuteError, RawCommand};
use qapi_protocol::{Capability, Greeting, Version, VersionInfo};
use serde_json::json;

use crate::support::{Event, LONG, QueryStatus, SHORT, number};

fn options() -> ConnectOptions {
    ConnectOptions::new()
        .connect_timeout(LONG)
        .command_timeout(LONG)
}

fn debian() -> Greeting {
    let version = VersionInfo::new(Version::new(10, 2, 1), "Debian 1:10.2.1+ds-1");
    Greeting::new(version, vec![Capability::Oob])
}

fn refused(
    options: &ConnectOptions,
    script: impl FnOnce(&mut Peer) + Send + 'static,
) -> ConnectError {
    let (stream, server) = TestServer::pair(script);
    let error = Client::connect_over(stream, options).unwrap_err();
    server.join();
    error
}

#[test]
fn the_greeting_is_kept_over_a_unix_socket() {
    let server = TestServer::start(|peer| {
        peer.greet_as(&debian());
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
    });
    let mut client = Client::connect_unix(server.path(), &options()).unwrap();
    assert_eq!(client.greeting(), &debian());
    assert!(client.execute(QueryStatus).unwrap().running);
    assert!(format!("{client:?}").contains("Oob"));
    server.join();
}

#[test]
fn the_greeting_is_kept_over_tcp() {
    let server = TestServer::start_tcp(|peer| {
        peer.greet_as(&debian());
    });
    let client = Client::connect_tcp(server.address(), &options()).unwrap();
    assert_eq!(client.greeting(), &debian());
    server.join();
}

#[test]
fn nobody_there_is_said_with_the_address_and_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("absent.sock");
    for (options, wanted) in [
        (options().retry(false), None),
        (options().connect_timeout(SHORT), Some(SHORT)),
    ] {
        match Client::connect_unix(&path, &options).unwrap_err() {
            ConnectError::Connect {
                address,
                waited,
                source,
                ..
            } => {
                assert_eq!(address, path.display().to_string());
                assert_eq!(waited, wanted);
                assert_eq!(source.kind(), ErrorKind::NotFound);
            }
            error => panic!("{error:?}"),
        }
    }
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let options = options().connect_timeout(SHORT);
    match Client::connect_tcp(address, &options).unwrap_err() {
        ConnectError::Connect { source, .. } => {
            assert_eq!(source.kind(), ErrorKind::ConnectionRefused)
        }
        error => panic!("{error:?}"),
    }
}

#[test]
fn a_path_that_no_socket_can_have_is_said_to_be_none() {
    for (path, words) in [
        (String::new(), "is empty"),
        (
            "x".repeat(200),
            "about 100 bytes (107 on Linux), and this one has 200",
        ),
    ] {
        let error = Client::connect_unix(&path, &options()).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot connect to `{path}`"));
        let source = error.source().unwrap().to_string();
        assert!(source.contains(words), "{source}");
    }
}

#[test]
fn a_monitor_in_use_says_nothing_and_the_error_says_why() {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, bind, listen, socket};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("qmp.sock");
    // As QEMU listens. Nobody accepts: the first two connections queue up, for the others
    // there is no room.
    let listener = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    bind(&listener, &SocketAddrUnix::new(&path).unwrap()).unwrap();
    listen(&listener, 1).unwrap();

    let options = ConnectOptions::new().connect_timeout(SHORT);
    let begin = Instant::now();
    for _ in 0..4 {
        let error = Client::connect_unix(&path, &options).unwrap_err();
        assert!(
            matches!(error, ConnectError::NoGreeting { timeout: SHORT, .. }),
            "{error:?}"
        );
        assert!(
            error.to_string().contains("in use by another client"),
            "{error}"
        );
    }
    assert!(begin.elapsed() < LONG);
}

#[test]
fn what_was_reached_is_a_transport_also_in_a_box() {
    let server = TestServer::start(|peer| {
        peer.greet_as(&debian());
        let request = peer.expect("getfd");
        assert_eq!(request.descriptors.len(), 1);
        peer.answer(&request, json!({}));
    });
    let stream = reach_unix(server.path(), &options()).unwrap();
    let boxed: Box<dyn Transport> = Box::new(stream);
    let mut client = Client::connect_over(boxed, &options()).unwrap();
    let null = File::open("/dev/null").unwrap();
    let getfd = Call::new(RawCommand::new("getfd")).descriptor(null);
    client.execute(getfd).unwrap();
    client.close().unwrap();
    server.join();

    let server = TestServer::start_tcp(|peer| {
        peer.greet_as(&debian());
    });
    let stream = reach_tcp(server.address(), &options()).unwrap();
    let client = Client::connect_over(stream, &options()).unwrap();
    assert_eq!(client.greeting(), &debian());
    server.join();
}

#[test]
fn capabilities_are_enabled_when_asked_for() {
    for (options, arguments) in [
        // Servers before QEMU 2.12 do not know `enable`.
        (options(), json!({})),
        (
            options()
                .capability(Capability::Oob)
                .capability(Capability::Oob),
            json!({"enable": ["oob"]}),
        ),
    ] {
        let (stream, server) = TestServer::pair(move |peer| {
            peer.send_greeting(&message::usual_greeting());
            assert_eq!(peer.negotiate().arguments, arguments);
        });
        Client::connect_over(stream, &options).unwrap();
        server.join();
    }
}

#[test]
fn a_capability_that_is_not_offered_is_an_error() {
    let new = Capability::from("new");
    let options = options()
        .capability(Capability::Oob)
        .capability(new.clone());
    let error = refused(&options, |peer| {
        peer.send_greeting(&message::usual_greeting());
    });
    match error {
        ConnectError::MissingCapability { capability, .. } => assert_eq!(capability, new),
        error => panic!("{error:?}"),
    }
}

#[test]
fn a_refused_negotiation_is_an_error_with_qemus_words() {
    let error = refused(&options(), |peer| {
        peer.send_greeting(&message::usual_greeting());
        let request = peer.expect("qmp_capabilities");
        peer.fail(&request, "GenericError", "no");
    });
    match error {
        ConnectError::Negotiation(ExecuteError::Qemu { error, .. }) => assert_eq!(error.desc, "no"),
        error => panic!("{error:?}"),
    }
}

#[test]
fn events_may_come_before_the_greeting_and_before_command_mode() {
    let (stream, server) = TestServer::pair(|peer| {
        peer.say(&number(1));
        peer.send_greeting(&message::usual_greeting());
        let request = peer.expect("qmp_capabilities");
        peer.say(&number(2));
        peer.answer(&request, json!({}));
    });
    let mut client = Client::connect_over(stream, &options()).unwrap();
    server.join();
    for wanted in [1, 2] {
        let event = client.next_event::<Event>(LONG).unwrap().unwrap();
        assert_eq!(event.event, Event::Number(wanted));
    }
}

#[test]
fn other_protocols_are_recognized() {
    for text in [
        "QEMU 7.2.0 monitor - type 'help' for more information\r\n(qemu) ",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "{}\r\n",
        "\u{0}\u{0}\n",
    ] {
        let error = refused(&options(), move |peer| {
            peer.send(text.as_bytes());
        });
        match error {
            ConnectError::NotQmp { found, .. } => assert!(text.starts_with(&found), "{found}"),
            error => panic!("{text}: {error:?}"),
        }
    }
}

#[test]
fn a_server_that_is_silent_or_slow_is_not_waited_for_longer_than_allowed() {
    let options = ConnectOptions::new().connect_timeout(Duration::from_millis(300));
    let begin = Instant::now();
    for drip in [&b""[..], b"{", b" "] {
        let error = refused(&options, move |peer| {
            // A byte now and then must not put the deadline off.
            while peer.send(drip) && !drip.is_empty() {
                thread::sleep(Duration::from_millis(20));
            }
            peer.wait_for_close();
        });
        assert!(
            matches!(error, ConnectError::NoGreeting { .. }),
            "{error:?}"
        );
    }
    let (greet, greeted) = mpsc::channel();
    let (stream, server) = TestServer::pair(move |peer| {
        peer.send_greeting(&message::usual_greeting());
        greet.send(()).unwrap();
        peer.wait_for_close();
    });
    greeted.recv_timeout(LONG).unwrap();
    let error = Client::connect_over(stream, &options).unwrap_err();
    server.join();
    assert!(
        matches!(
            error,
            ConnectError::Negotiation(ExecuteError::Timeout { .. })
        ),
        "{error:?}"
    );
    assert!(begin.elapsed() < LONG);
}

#[test]
fn a_close_at_every_byte_of_the_greeting_is_seen() {
    let greeting = message::greeting(&message::usual_greeting());
    for end in 0..=greeting.len() {
        let greeting = greeting.clone();
        let error = refused(&options(), move |peer| {
            peer.say_part(&greeting, end);
        });
        assert!(
            matches!(
                error,
                ConnectError::Connection(ConnectionError::Closed { .. })
            ),
            "{end}: {error:?}"
        );
        assert_eq!(error.to_string(), "the server closed the connection");
    }
}
