//! Servers that break the rules, and connections that break.

use std::error::Error;
use std::io::{self, Read, Write};
use std::time::Duration;

use qapi_client::blocking::{Client, Transport};
use qapi_client::test_server::{INVALID_JSON, TestServer, WRONG_TYPES, message};
use qapi_client::{ConnectError, ConnectOptions, ConnectionError, ExecuteError};

use serde_json::json;

use crate::support::{Event, LONG, QueryStatus, connect};

/// What breaks the connection when the server says `text` in answer to a command.
fn broken_by(text: &'static [u8]) -> ConnectionError {
    let (mut client, server) = connect(move |peer| {
        peer.expect("query-status");
        peer.send(text);
        peer.wait_for_close();
    });
    let error = match client.execute(QueryStatus).unwrap_err() {
        ExecuteError::Connection(error) => error,
        error => panic!("{error:?}"),
    };
    // From then on it is of no use, whatever is asked of it, for the same reason.
    let again = client.execute(QueryStatus).unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    let again = client.next_event::<Event>(LONG).unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    drop(client);
    server.join();
    error
}

#[test]
fn what_is_no_message_ends_the_connection() {
    for (text, path) in [
        (&b"oops\r\n"[..], "$"),
        (b"{\"return\": {\"a\": tru}}\r\n", "$.return.a"),
        (b"{\"return\": \"\xff\"}\r\n", "$.return"),
        (b"{\"id\": 1}\r\n", "$"),
        (b"}\r\n", "$"),
        (b"{\"return\": \"a\r\n", "$.return"),
        (b"[]\n", "$"),
        (b"{\"error\": {\"class\": 1}}\n", "$.error.class"),
        (b"{\"event\": {}}\n", "$.event"),
    ] {
        match broken_by(text) {
            ConnectionError::InvalidMessage { error, .. } => assert_eq!(error.path, path),
            error => panic!("{error:?}"),
        }
    }
}

#[test]
fn nothing_that_servers_get_wrong_is_taken_for_a_message() {
    let wrong = WRONG_TYPES.iter().map(|line| line.as_bytes());
    for line in INVALID_JSON.iter().copied().chain(wrong) {
        let error = broken_by([line, b"\r\n"].concat().leak());
        let shown = String::from_utf8_lossy(line);
        assert!(
            matches!(error, ConnectionError::InvalidMessage { .. }),
            "{shown}: {error:?}"
        );
    }
}

#[test]
fn a_second_greeting_ends_the_connection() {
    let greeting = message::greeting(&message::usual_greeting()) + "\r\n";
    let error = broken_by(greeting.leak().as_bytes());
    assert!(
        matches!(error, ConnectionError::SecondGreeting),
        "{error:?}"
    );
}

#[test]
fn a_message_larger_than_allowed_ends_the_connection() {
    let (stream, server) = TestServer::pair(|peer| {
        peer.greet();
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true, "x": "x".repeat(1 << 20)}));
        let request = peer.expect("query-status");
        // For as long as anybody listens.
        peer.answer_giant(&request, u64::MAX);
    });
    let limit = 2 << 20;
    let options = ConnectOptions::new()
        .max_message(limit)
        .command_timeout(LONG);
    let mut client = Client::connect_over(stream, &options).unwrap();
    assert!(client.execute(QueryStatus).unwrap().running);
    match client.execute(QueryStatus).unwrap_err() {
        ExecuteError::Connection(ConnectionError::MessageTooLarge { limit: said, .. }) => {
            assert_eq!(said, limit);
        }
        error => panic!("{error:?}"),
    }
    drop(client);
    server.join();

    let (stream, server) = TestServer::pair(|peer| {
        peer.send_repeatedly(b" ", u64::MAX);
    });
    let error = Client::connect_over(stream, &options).unwrap_err();
    assert!(
        matches!(
            error,
            ConnectError::Connection(ConnectionError::MessageTooLarge { .. })
        ),
        "{error:?}"
    );
    server.join();
}

#[test]
fn a_close_at_every_byte_of_an_answer_is_seen() {
    let answer = r#"{"return":{"running":true},"id":2}"#;
    for end in 0..=answer.len() {
        let (mut client, server) = connect(move |peer| {
            let request = peer.expect("query-status");
            let whole = request.answer(json!({"running": true}));
            assert_eq!(whole, answer);
            peer.event("STOP", None);
            peer.say_part(&whole, end);
        });
        let error = client.execute(QueryStatus).unwrap_err();
        assert!(
            matches!(
                error,
                ExecuteError::Connection(ConnectionError::Closed { .. })
            ),
            "{end}: {error:?}"
        );
        server.join();
    }
}

/// A transport on which everything fails, or does what no transport should.
struct Odd {
    greeting: io::Cursor<Vec<u8>>,
    write: fn(&[u8]) -> io::Result<usize>,
    read: fn(&mut [u8]) -> io::Result<usize>,
}

impl Read for Odd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.greeting.read(buffer)? {
            0 => (self.read)(buffer),
            count => Ok(count),
        }
    }
}

impl Write for Odd {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.write)(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Transport for Odd {
    fn set_read_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        assert!(!timeout.is_zero());
        Ok(())
    }

    fn set_write_timeout(&mut self, timeout: Duration) -> io::Result<()> {
        assert!(!timeout.is_zero());
        Ok(())
    }
}

fn odd(
    write: fn(&[u8]) -> io::Result<usize>,
    read: fn(&mut [u8]) -> io::Result<usize>,
) -> ConnectError {
    let greeting =
        io::Cursor::new((message::greeting(&message::usual_greeting()) + "\r\n").into_bytes());
    let transport = Odd {
        greeting,
        write,
        read,
    };
    let options = ConnectOptions::new().connect_timeout(Duration::from_millis(200));
    Client::connect_over(transport, &options).unwrap_err()
}

#[test]
fn an_io_error_keeps_its_cause() {
    let error = odd(
        |bytes| Ok(bytes.len()),
        |_| Err(io::ErrorKind::PermissionDenied.into()),
    );
    match error {
        ConnectError::Negotiation(ExecuteError::Connection(ConnectionError::Io(cause))) => {
            assert_eq!(cause.kind(), io::ErrorKind::PermissionDenied);
        }
        error => panic!("{error:?}"),
    }
    // A server that closes without having read everything resets the connection.
    let reset = odd(
        |bytes| Ok(bytes.len()),
        |_| Err(io::ErrorKind::ConnectionReset.into()),
    );
    let pipe = odd(|_| Err(io::ErrorKind::BrokenPipe.into()), |_| Ok(0));
    for error in [reset, pipe] {
        let cause = error.source().unwrap();
        assert_eq!(cause.to_string(), "the server closed the connection");
        assert!(cause.source().is_some());
    }
}

#[test]
fn a_transport_that_counts_wrong_does_no_harm() {
    let error = odd(|bytes| Ok(bytes.len() + 5), |buffer| Ok(buffer.len() + 5));
    assert!(matches!(error, ConnectError::Negotiation(_)), "{error:?}");
    let error = odd(|_| Ok(0), |_| Ok(0));
    assert!(matches!(error, ConnectError::Negotiation(_)), "{error:?}");
    let error = odd(|_| Err(io::ErrorKind::WouldBlock.into()), |_| Ok(0));
    assert!(
        matches!(
            error,
            ConnectError::Negotiation(ExecuteError::NotSent { .. })
        ),
        "{error:?}"
    );
    // Interrupted calls are made again.
    let error = odd(|_| Err(io::ErrorKind::Interrupted.into()), |_| Ok(0));
    assert!(matches!(error, ConnectError::Negotiation(_)), "{error:?}");
}
