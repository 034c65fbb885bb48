//! Timeouts, reboots and nonsense, and that no answer reaches another caller.

use std::sync::mpsc;
use std::time::Instant;

use qapi_client::{Call, ConnectionError, ExecuteError, RawCommand};

use crate::guest::{Guest, for_both, options};
use crate::peer::{LONG, SHORT};

for_both! {
    a_late_answer_reaches_nobody,
    a_late_answer_of_an_old_agent_reaches_nobody,
    a_guest_that_reboots_in_the_middle_of_an_answer_is_usable_again,
    what_makes_no_sense_is_the_answer_to_one_command_only,
    an_answer_larger_than_allowed_is_an_error_of_one_command_only,
    a_command_is_not_sent_before_the_agent_is_in_step,
    the_rest_of_a_command_that_could_not_be_sent_is_never_sent,
    getting_in_step_can_be_asked_for,
    a_call_ends_at_its_deadline_whatever_comes,
}

fn late<G: Guest>(ids: bool) {
    let (mut guest, server) = G::with(move |peer| {
        if !ids {
            peer.ids = false;
            peer.sync();
        }
        let first = peer.expect("first");
        // The client has given up when it gets in step.
        let said = peer.hear_sync();
        peer.answer(first, "1");
        assert!(peer.send(&said));
        let second = peer.expect("second");
        assert_ne!(second, first.filter(|_| ids).or(Some(0)));
        peer.answer(second, "2");
        let third = peer.expect("third");
        // Once more, now that nobody expects it at all.
        if ids {
            peer.answer(first, "1");
            peer.answer(second, "2");
        }
        peer.answer(third, "3");
    });
    if !ids {
        guest.sync().unwrap();
    }
    match guest.ask("first", SHORT).unwrap_err() {
        ExecuteError::Timeout {
            command, timeout, ..
        } => {
            assert_eq!((command.as_str(), timeout), ("first", SHORT));
        }
        error => panic!("{error:?}"),
    }
    assert_eq!(guest.ask("second", LONG).unwrap(), "2");
    // Which costs no more than itself.
    assert_eq!(guest.ask("third", LONG).unwrap(), "3");
    server.join();
}

fn a_late_answer_reaches_nobody<G: Guest>() {
    late::<G>(true);
}

fn a_late_answer_of_an_old_agent_reaches_nobody<G: Guest>() {
    late::<G>(false);
}

fn a_guest_that_reboots_in_the_middle_of_an_answer_is_usable_again<G: Guest>() {
    for ids in [true, false] {
        let (mut guest, server) = G::with(move |peer| {
            let id = peer.expect("first");
            let answer = peer.answer_to(id, "[1, 2, 3]");
            assert!(peer.send(&answer.as_bytes()[..15]));
            assert!(peer.send(b"\r\nvm7 login: \r\n"));
            // The new agent may be an older one.
            peer.ids = ids;
            peer.sync();
            let id = peer.expect("second");
            peer.answer(id, "2");
        });
        let error = guest.ask("first", SHORT).unwrap_err();
        assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        assert_eq!(guest.ask("second", LONG).unwrap(), "2");
        server.join();
    }
}

fn what_makes_no_sense_is_the_answer_to_one_command_only<G: Guest>() {
    for text in [
        &b"oops\n"[..],
        b"{\"return\": [1, 2}} vm7 login:\n",
        b"{\"return\": \"\xff\"}\n",
        b"{\"QMP\": {\"version\": {\"qemu\": {\"major\": 1, \"minor\": 1, \"micro\": 1}, \"package\": \"\"}, \"capabilities\": []}}\n",
    ] {
        let (mut guest, server) = G::with(move |peer| {
            peer.expect("first");
            assert!(peer.send(text) && peer.send(b"more\n"));
            peer.sync();
            let id = peer.expect("second");
            peer.answer(id, "2");
        });
        match guest.ask("first", LONG).unwrap_err() {
            ExecuteError::InvalidAnswer { command, .. } => assert_eq!(command, "first"),
            error => panic!("{error:?}"),
        }
        assert_eq!(guest.ask("second", LONG).unwrap(), "2");
        server.join();
    }
}

fn an_answer_larger_than_allowed_is_an_error_of_one_command_only<G: Guest>() {
    let options = options().max_message(10_000);
    let (mut guest, server) = G::with_options(&options, |peer| {
        let id = peer.expect("first");
        let text = "x".repeat(1 << 20);
        peer.answer(id, &format!("\"{text}\""));
        peer.sync();
        let id = peer.expect("second");
        peer.answer(id, "2");
    });
    match guest.ask("first", LONG).unwrap_err() {
        error @ ExecuteError::InvalidAnswer {
            cause: ConnectionError::MessageTooLarge { limit: 10_000, .. },
            ..
        } => {
            let text = error.to_string();
            assert!(
                text.contains("`first`") && text.contains("outcome is unknown"),
                "{text}"
            );
            assert!(text.contains("more than 10000 bytes"), "{text}");
        }
        error => panic!("{error:?}"),
    }
    assert_eq!(guest.ask("second", LONG).unwrap(), "2");
    server.join();
}

fn a_command_is_not_sent_before_the_agent_is_in_step<G: Guest>() {
    let (mut guest, server) = G::with(|peer| {
        peer.expect("first");
        // Both are waiting in the connection when the agent goes on.
        let ignored = peer.hear_sync();
        let said = peer.hear_sync();
        assert!(peer.send(&ignored) && peer.send(&said));
        let id = peer.expect("third");
        peer.answer(id, "3");
    });
    guest.ask("first", SHORT).unwrap_err();
    let begin = Instant::now();
    match guest.ask("second", SHORT).unwrap_err() {
        error @ ExecuteError::OutOfStep { .. } => {
            let words = "`second` was not sent: the guest agent has not answered within 100ms";
            assert_eq!(error.to_string(), words);
        }
        error => panic!("{error:?}"),
    }
    assert!(begin.elapsed() < LONG);
    assert_eq!(guest.ask("third", LONG).unwrap(), "3");
    server.join();
}

fn the_rest_of_a_command_that_could_not_be_sent_is_never_sent<G: Guest>() {
    const SIZE: usize = 4 << 20;
    let (gave_up, wait) = mpsc::channel();
    let (mut guest, server) = G::with(move |peer| {
        wait.recv().unwrap();
        let beginning = b"{\"execute\":\"large\"";
        assert_eq!(peer.hear_bytes(beginning.len()), beginning);
        assert!(peer.hear_to_reset() < SIZE);
        let said = peer.hear_sync_after(false);
        assert!(peer.send(&said));
        let id = peer.expect("second");
        peer.answer(id, "2");
    });
    let text = "x".repeat(SIZE);
    let large = RawCommand::new("large").arguments(text.as_str());
    let error = guest.execute(Call::new(large).timeout(SHORT)).unwrap_err();
    assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
    gave_up.send(()).unwrap();
    assert_eq!(guest.ask("second", LONG).unwrap(), "2");
    server.join();
}

fn getting_in_step_can_be_asked_for<G: Guest>() {
    let options = options().command_timeout(SHORT);
    let (mut guest, server) = G::with_options(&options, |peer| {
        peer.sync();
        let ignored = peer.hear_sync();
        let said = peer.hear_sync();
        assert!(peer.send(&ignored) && peer.send(&said));
        let id = peer.expect("next");
        peer.answer(id, "1");
    });
    guest.sync().unwrap();
    let error = guest.sync().unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`guest-sync-delimited` was not answered"),
        "{error}"
    );
    assert_eq!(guest.ask("next", LONG).unwrap(), "1");
    server.join();
}

fn a_call_ends_at_its_deadline_whatever_comes<G: Guest>() {
    for text in [
        &b"{\"return\": {}, \"id\": 1}\n"[..],
        b"\n",
        b"\n\n{\"event\": \"STOP\"}",
    ] {
        let block = text.repeat(1 << 12);
        let (mut guest, server) = G::with(move |peer| {
            peer.expect("first");
            while peer.send(&block) {}
        });
        let begin = Instant::now();
        let error = guest.ask("first", SHORT).unwrap_err();
        assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        let error = guest.ask("second", SHORT).unwrap_err();
        assert!(matches!(error, ExecuteError::OutOfStep { .. }), "{error:?}");
        assert!(begin.elapsed() < LONG);
        drop(guest);
        server.join();
    }
}
