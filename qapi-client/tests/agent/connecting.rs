//! From nothing to the first command.

use std::time::Instant;

use qapi_client::{ConnectError, ConnectionError};

use crate::guest::{Guest, for_both, options};
use crate::peer::{LONG, SHORT, serve};

for_both! {
    whatever_comes_before_the_answer_is_harmless,
    old_agents_get_no_ids,
    the_answer_may_come_byte_by_byte,
    garbage_without_end_ends_at_the_deadline,
    an_agent_that_does_not_answer_is_said_to_be_none,
    a_monitor_is_no_agent,
    an_agent_that_goes_is_an_error,
}

fn whatever_comes_before_the_answer_is_harmless<G: Guest>() {
    for noise in [
        // To a client that has gone.
        &b"{\"return\": {}, \"id\": 1}\n"[..],
        b"\xff{\"return\": 1234}\n",
        b"\xff{\"return\": 1234}\n\xff{\"return\": 1235, \"id\": 1235}\n{\"return\": {}}\n",
        // The end of it, and the beginning.
        b"rn\": [1, 2, 3]}\n",
        b"{\"return\": {\"host-name\": \"",
        b"\xff",
        b"\xff\xff\xff",
        b"\xff{\"return\":",
        b"\xff{\"return\": 1234}",
        // A console.
        b"\r\nDebian GNU/Linux 12 vm7 ttyS0\r\n\r\nvm7 login: ",
        b"\x00\xfe\xc3\x28\xf0\x9f\x92\n\xed\xa0\x80",
        b"\n\n\r\n\t\n",
    ] {
        let (stream, server) = serve(move |peer| {
            let said = peer.hear_sync();
            assert!(peer.send(noise) && peer.send(&said));
            let id = peer.expect("guest-ping");
            peer.answer(id, "{}");
        });
        let mut guest = G::connect(stream, &options()).unwrap();
        let of = String::from_utf8_lossy(noise);
        assert_eq!(guest.ask("guest-ping", LONG).unwrap(), "{}", "{of}");
        server.join();
    }
}

fn old_agents_get_no_ids<G: Guest>() {
    let (stream, server) = serve(|peer| {
        peer.ids = false;
        peer.sync();
        // Which it asserts to have none.
        let id = peer.expect("guest-ping");
        peer.answer(id, "{}");
    });
    let mut guest = G::connect(stream, &options()).unwrap();
    assert_eq!(guest.ask("guest-ping", LONG).unwrap(), "{}");
    server.join();
}

fn the_answer_may_come_byte_by_byte<G: Guest>() {
    let (stream, server) = serve(|peer| {
        for byte in peer.hear_sync() {
            assert!(peer.send(&[byte]));
        }
        let id = peer.expect("guest-ping");
        for byte in peer.answer_to(id, "[1]").bytes() {
            assert!(peer.send(&[byte]));
        }
    });
    let mut guest = G::connect(stream, &options()).unwrap();
    assert_eq!(guest.ask("guest-ping", LONG).unwrap(), "[1]");
    server.join();
}

fn garbage_without_end_ends_at_the_deadline<G: Guest>() {
    for text in [&b"x"[..], b"{}\n", b"\xff", b"\xff{\"return\": 1}\n"] {
        let block = text.repeat(1 << 16);
        let (stream, server) = serve(move |peer| while peer.send(&block) {});
        let begin = Instant::now();
        let error = G::connect(stream, &options().connect_timeout(SHORT))
            .err()
            .unwrap();
        assert!(matches!(error, ConnectError::NoAgent { .. }), "{error:?}");
        assert!(begin.elapsed() < LONG);
        server.join();
    }
}

fn an_agent_that_does_not_answer_is_said_to_be_none<G: Guest>() {
    let (stream, server) = serve(|peer| {
        assert!(peer.wait_for_close() > 0);
    });
    let error = G::connect(stream, &options().connect_timeout(SHORT))
        .err()
        .unwrap();
    assert!(
        matches!(error, ConnectError::NoAgent { timeout: SHORT, .. }),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.starts_with("no guest agent answered within 100ms"),
        "{text}"
    );
    assert!(text.contains("another client"), "{text}");
    server.join();
}

fn a_monitor_is_no_agent<G: Guest>() {
    let (stream, server) = serve(|peer| {
        peer.send(b"{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
        for _ in 0..2 {
            peer.hear_line();
            peer.send(b"{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"qmp_capabilities\"}}\r\n");
        }
        peer.wait_for_close();
    });
    let error = G::connect(stream, &options().connect_timeout(SHORT))
        .err()
        .unwrap();
    assert!(matches!(error, ConnectError::NoAgent { .. }), "{error:?}");
    server.join();
}

fn an_agent_that_goes_is_an_error<G: Guest>() {
    let (stream, server) = serve(|peer| {
        let said = peer.hear_sync();
        peer.send(&said[..said.len() - 1]);
    });
    let error = G::connect(stream, &options()).err().unwrap();
    assert!(
        matches!(
            error,
            ConnectError::Connection(ConnectionError::Closed { .. })
        ),
        "{error:?}"
    );
    server.join();
}
