//! What agents answer, and what they do not.

use std::fs::File;

use qapi_client::{Call, ConnectionError, ExecuteError, RawCommand, Unsupported};
use qapi_protocol::ErrorClass;
use serde_json::json;

use crate::guest::{Guest, for_both};
use crate::peer::LONG;

for_both! {
    arguments_and_answers_are_handed_on,
    an_error_is_the_agents,
    a_frozen_guest_is_said_to_be_one,
    a_shutdown_may_end_in_silence,
    a_shutdown_may_end_the_connection,
    the_refusal_of_a_shutdown_reaches_nobody,
    no_descriptor_gets_into_a_guest,
    the_end_of_the_connection_is_seen_and_lasts,
    closing_waits_for_the_other_side,
}

fn arguments_and_answers_are_handed_on<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        let heard = peer.hear();
        assert_eq!(
            (heard.name.as_str(), heard.arguments.as_str()),
            ("open", "{\"path\":\"a\"}")
        );
        peer.answer(heard.id, "1000");
    });
    let open = RawCommand::new("open").arguments(json!({"path": "a"}));
    assert_eq!(guest.execute(open.into()).unwrap().get(), "1000");
    server.join();
}

/// What becomes of a command that is answered with `error`.
fn refused<G: Guest>(error: &'static str) -> ExecuteError {
    let (mut guest, server) = G::with(move |peer| {
        let id = peer.expect("guest-exec").unwrap();
        peer.send(format!("{{\"id\": {id}, \"error\": {error}}}\n").as_bytes());
        let id = peer.expect("guest-ping");
        peer.answer(id, "{}");
    });
    let error = guest.ask("guest-exec", LONG).unwrap_err();
    guest.ask("guest-ping", LONG).unwrap();
    server.join();
    error
}

fn an_error_is_the_agents<G: Guest>() {
    match refused::<G>(r#"{"class": "GenericError", "desc": "no such file"}"#) {
        ExecuteError::Qemu {
            command,
            error,
            unsupported: None,
            ..
        } => {
            assert_eq!(command, "guest-exec");
            assert_eq!(error.class, ErrorClass::GenericError);
            assert_eq!(error.desc, "no such file");
        }
        error => panic!("{error:?}"),
    }
}

fn a_frozen_guest_is_said_to_be_one<G: Guest>() {
    let desc = r#"{"class": "CommandNotFound", "desc": "Command guest-exec has been disabled: the agent is in frozen state"}"#;
    let error = refused::<G>(desc);
    let text = error.to_string();
    assert!(text.contains("the agent is in frozen state"), "{text}");
    assert!(
        text.ends_with("(the guest's file systems are frozen; `guest-fsfreeze-thaw` thaws them)"),
        "{text}"
    );
    assert!(matches!(
        error,
        ExecuteError::Qemu {
            unsupported: Some(Unsupported::Frozen),
            ..
        }
    ));

    let desc = r#"{"class": "CommandNotFound", "desc": "Command guest-exec has been disabled"}"#;
    assert!(matches!(
        refused::<G>(desc),
        ExecuteError::Qemu {
            unsupported: None,
            ..
        }
    ));
}

fn shutdown() -> Call<RawCommand> {
    RawCommand::new("guest-shutdown").into()
}

fn a_shutdown_may_end_in_silence<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        peer.expect("guest-shutdown");
        // The guest boots.
        peer.sync();
        let id = peer.expect("guest-ping");
        peer.answer(id, "{}");
    });
    guest.send(shutdown()).unwrap();
    assert_eq!(guest.ask("guest-ping", LONG).unwrap(), "{}");
    server.join();
}

fn a_shutdown_may_end_the_connection<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        peer.expect("guest-shutdown");
    });
    guest.send(shutdown()).unwrap();
    let error = guest.ask("guest-ping", LONG).unwrap_err();
    assert!(
        matches!(
            error,
            ExecuteError::Connection(ConnectionError::Closed { .. })
        ),
        "{error:?}"
    );
    server.join();
}

fn the_refusal_of_a_shutdown_reaches_nobody<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        peer.expect("guest-shutdown");
        peer.send(b"{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"disabled\"}}\n");
        peer.sync();
        let id = peer.expect("guest-ping");
        peer.answer(id, "{}");
    });
    guest.send(shutdown()).unwrap();
    assert_eq!(guest.ask("guest-ping", LONG).unwrap(), "{}");
    server.join();
}

fn no_descriptor_gets_into_a_guest<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        let id = peer.expect("guest-ping");
        peer.answer(id, "{}");
    });
    let call = || Call::new(RawCommand::new("getfd")).descriptor(File::open("/dev/null").unwrap());
    for error in [
        guest.execute(call()).unwrap_err(),
        guest.send(call()).unwrap_err(),
    ] {
        assert!(
            matches!(error, ExecuteError::CannotPassDescriptors { .. }),
            "{error:?}"
        );
    }
    assert_eq!(guest.ask("guest-ping", LONG).unwrap(), "{}");
    server.join();
}

fn the_end_of_the_connection_is_seen_and_lasts<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        peer.expect("guest-ping");
        peer.send(b"{\"return\"");
    });
    for _ in 0..3 {
        let error = guest.ask("guest-ping", LONG).unwrap_err();
        assert!(
            matches!(
                error,
                ExecuteError::Connection(ConnectionError::Closed { .. })
            ),
            "{error:?}"
        );
    }
    server.join();
}

fn closing_waits_for_the_other_side<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        peer.expect("first");
        assert_eq!(peer.wait_for_close(), 0);
        // Nobody reads it, and nothing comes of that.
        peer.send(b"{\"return\": 1}\n");
    });
    guest.ask("first", crate::peer::SHORT).unwrap_err();
    guest.close().unwrap();
    server.join();
}
