//! What authors of clients got wrong.

use qapi_client::test_server::{Peer, message};
use qapi_client::{Call, ConnectError, ConnectOptions, ConnectionError, ExecuteError, RawCommand};
use qapi_protocol::{ErrorClass, Timestamp};
use serde_json::json;

use crate::support::{LONG, SHORT, Subject, each, each_kind};

#[test]
fn events_may_come_before_the_greeting_and_before_command_mode() {
    let script = |peer: &mut Peer| {
        peer.event("NIC_RX_FILTER_CHANGED", None);
        peer.send_greeting(&message::usual_greeting());
        let request = peer.expect("qmp_capabilities");
        peer.event("STOP", None);
        peer.answer(&request, json!({}));
        let request = peer.expect("query-status");
        peer.event("RESUME", None);
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    };
    each_kind(script, |kind, server| {
        let mut subject = Subject::connect(kind, server, &ConnectOptions::new()).unwrap();
        subject.ask("query-status").unwrap();
        for name in ["NIC_RX_FILTER_CHANGED", "STOP", "RESUME"] {
            assert_eq!(&*subject.event().unwrap().event.name, name);
        }
    });
}

#[test]
fn answers_to_the_client_before_may_come_before_the_greeting() {
    let script = |peer: &mut Peer| {
        peer.say(r#"{"return": [{"name": "query-status"}], "id": 1}"#);
        peer.say(r#"{"error": {"class": "GenericError", "desc": "too late"}}"#);
        peer.send_greeting(&message::usual_greeting());
        let request = peer.expect("qmp_capabilities");
        peer.answer(&request, json!({}));
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"status": "running"}));
        peer.wait_for_close();
    };
    each_kind(script, |kind, server| {
        let mut subject = Subject::connect(kind, server, &ConnectOptions::new()).unwrap();
        let returned = subject.ask("query-status").unwrap();
        assert!(returned.get().contains("running"));
    });
}

#[test]
fn the_greeting_comes_once() {
    let script = |peer: &mut Peer| {
        peer.expect("query-status");
        peer.send_greeting(&message::usual_greeting());
        peer.wait_for_close();
    };
    each(script, |subject| {
        let error = subject.ask("query-status").unwrap_err();
        assert!(
            matches!(
                error,
                ExecuteError::Connection(ConnectionError::SecondGreeting)
            ),
            "{error:?}"
        );
    });
}

#[test]
fn an_event_may_have_no_data_and_no_time() {
    let script = |peer: &mut Peer| {
        peer.say(r#"{"event": "STOP"}"#);
        peer.say(&message::event_at("RESUME", None, Timestamp::UNKNOWN));
        peer.say(r#"{"timestamp": {"microseconds": -1, "seconds": -1}, "event": "RESET"}"#);
        peer.wait_for_close();
    };
    each(script, |subject| {
        for name in ["STOP", "RESUME", "RESET"] {
            let event = subject.event().unwrap();
            assert_eq!(&*event.event.name, name);
            assert_eq!(event.event.data, None);
            assert_eq!(event.timestamp, Timestamp::UNKNOWN);
        }
    });
}

#[test]
fn an_error_may_have_no_id() {
    let script = |peer: &mut Peer| {
        let mut request = peer.expect("query-status");
        request.id = None;
        peer.fail(&request, ErrorClass::GenericError, "JSON parse error");
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        match subject.ask("query-status").unwrap_err() {
            ExecuteError::Qemu { error, .. } => assert_eq!(error.desc, "JSON parse error"),
            error => panic!("{error:?}"),
        }
        subject.ask("query-status").unwrap();
    });
}

#[test]
fn an_error_without_id_is_nobodys_when_it_may_be_of_several() {
    let script = |peer: &mut Peer| {
        let late = peer.expect("late");
        let mut request = peer.expect("query-status");
        let id = request.id.take();
        peer.fail(&request, ErrorClass::GenericError, "JSON parse error");
        request.id = id;
        peer.answer(&late, json!({}));
        peer.answer(&request, json!({"running": true}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        let error = subject.ask_shortly("late").unwrap_err();
        assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        let status = subject.ask("query-status").unwrap();
        assert_eq!(status.get(), r#"{"running":true}"#);
    });
}

#[test]
fn answers_that_nobody_waits_for_are_dropped() {
    let script = |peer: &mut Peer| {
        let mut request = peer.expect("query-status");
        let id = request.id.clone();
        for foreign in [
            Some(json!(4711)),
            Some(json!("4")),
            Some(json!({"a": 1})),
            Some(json!(null)),
            Some(json!(1.5)),
            None,
        ] {
            request.id = foreign;
            peer.answer(&request, json!({"wrong": true}));
            if request.id.is_some() {
                peer.fail(&request, ErrorClass::GenericError, "wrong");
            }
        }
        request.id = id;
        peer.answer(&request, json!({"running": true}));
        // Once more, when nobody waits any longer.
        peer.answer(&request, json!({"wrong": true}));
        let request = peer.expect("query-name");
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        let status = subject.ask("query-status").unwrap();
        assert_eq!(status.get(), r#"{"running":true}"#);
        assert_eq!(subject.ask("query-name").unwrap().get(), "{}");
    });
}

#[test]
fn error_classes_are_an_open_set() {
    let script = |peer: &mut Peer| {
        for class in ["CommandNotFound", "GenericError", "FromTheFuture"] {
            let request = peer.expect("query-status");
            peer.fail(&request, class, "no");
        }
        peer.wait_for_close();
    };
    each(script, |subject| {
        for wanted in [
            ErrorClass::CommandNotFound,
            ErrorClass::GenericError,
            ErrorClass::from("FromTheFuture"),
        ] {
            match subject.ask("query-status").unwrap_err() {
                ExecuteError::Qemu { error, .. } => assert_eq!(error.class, wanted),
                error => panic!("{error:?}"),
            }
        }
    });
}

#[test]
fn a_server_that_is_told_to_quit_may_answer_or_not() {
    for answers in [true, false] {
        let script = move |peer: &mut Peer| {
            let request = peer.expect("quit");
            if answers {
                peer.answer(&request, json!({}));
            }
        };
        each(script, |subject| {
            let quit = subject.ask("quit");
            match quit {
                Ok(_) => assert!(answers),
                Err(ExecuteError::Connection(ConnectionError::Closed { .. })) => assert!(!answers),
                Err(error) => panic!("{error:?}"),
            }
            let error = subject.event().unwrap_err();
            assert_eq!(error.to_string(), "the server closed the connection");
        });
    }
}

#[test]
fn a_command_that_never_answers_is_sent_and_not_waited_for() {
    let script = |peer: &mut Peer| {
        peer.expect("guest-suspend-ram");
        let request = peer.expect("query-status");
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        subject.send("guest-suspend-ram").unwrap();
        subject.ask("query-status").unwrap();
    });
}

#[test]
fn answers_may_be_large_and_split_and_pretty() {
    let text = "é☃".repeat(100_000);
    let script = {
        let text = text.clone();
        move |peer: &mut Peer| {
            let request = peer.expect("large");
            peer.answer(&request, json!({"text": text}));
            let request = peer.expect("split");
            peer.say_bytewise(&request.answer(json!({"text": "é☃"})));
            let request = peer.expect("pretty");
            peer.say_pretty(&request.answer(json!({"text": "é☃"})));
            peer.wait_for_close();
        }
    };
    each(script, |subject| {
        let large = subject.ask("large").unwrap();
        assert_eq!(large.get(), format!(r#"{{"text":"{text}"}}"#));
        let split = subject.ask("split").unwrap();
        assert_eq!(split.get(), r#"{"text":"é☃"}"#);
        let pretty: serde_json::Value = subject.ask("pretty").unwrap().decode().unwrap();
        assert_eq!(pretty, json!({"text": "é☃"}));
    });
}

#[test]
fn a_late_answer_reaches_nobody_and_the_connection_is_of_use() {
    let script = |peer: &mut Peer| {
        let late = peer.expect("late");
        let request = peer.expect("query-status");
        peer.answer(&late, json!({"wrong": true}));
        peer.answer(&request, json!({"running": true}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        match subject.ask_shortly("late").unwrap_err() {
            ExecuteError::Timeout { command, .. } => assert_eq!(command, "late"),
            error => panic!("{error:?}"),
        }
        let status = subject.ask("query-status").unwrap();
        assert_eq!(status.get(), r#"{"running":true}"#);
    });
}

#[test]
fn no_more_than_eight_commands_are_with_the_server() {
    let script = |peer: &mut Peer| {
        let late: Vec<_> = (0..8).map(|_| peer.expect("late")).collect();
        // The ninth does not come, but out-of-band commands do.
        let oob = peer.expect("oob");
        assert!(oob.oob);
        peer.answer(&oob, json!({}));
        peer.answer(&late[3], json!({}));
        let request = peer.expect("query-status");
        peer.answer(&request, json!({"running": true}));
        peer.wait_for_close();
    };
    let greet = move |peer: &mut Peer| {
        peer.greet();
        script(peer);
    };
    each_kind(greet, |kind, server| {
        let options = ConnectOptions::new().capability(qapi_protocol::Capability::Oob);
        let mut subject = Subject::connect(kind, server, &options).unwrap();
        for _ in 0..8 {
            let error = subject.ask_shortly("late").unwrap_err();
            assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        }
        let error = subject.ask_shortly("ninth").unwrap_err();
        assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
        subject.ask_out_of_band("oob", LONG).unwrap();
        let status = subject.ask("query-status").unwrap();
        assert_eq!(status.get(), r#"{"running":true}"#);
    });
}

#[test]
fn those_whose_answers_nobody_wants_are_among_the_eight() {
    let greet = |peer: &mut Peer| {
        peer.greet();
        let sent: Vec<_> = (0..8).map(|_| peer.expect("sent")).collect();
        // The ninth does not come.
        let oob = peer.expect("oob");
        peer.answer(&oob, json!({}));
        peer.answer(&sent[0], json!({}));
        let request = peer.expect("query-status");
        // That one is answered says that those before it are done.
        peer.answer(&request, json!({}));
        for _ in 0..8 {
            peer.expect("sent");
        }
        peer.wait_for_close();
    };
    each_kind(greet, |kind, server| {
        let options = ConnectOptions::new().capability(qapi_protocol::Capability::Oob);
        let mut subject = Subject::connect(kind, server, &options).unwrap();
        for _ in 0..8 {
            subject.send("sent").unwrap();
        }
        let ninth = subject.ask_shortly("ninth").unwrap_err();
        assert!(matches!(ninth, ExecuteError::NotSent { .. }), "{ninth:?}");
        subject.ask_out_of_band("oob", LONG).unwrap();
        subject.ask("query-status").unwrap();
        for _ in 0..8 {
            subject.send("sent").unwrap();
        }
    });
}

#[test]
fn nor_more_than_eight_out_of_band() {
    let greet = move |peer: &mut Peer| {
        peer.greet();
        let late: Vec<_> = (0..8).map(|_| peer.expect("late")).collect();
        // The ninth does not come.
        let request = peer.expect("query-status");
        peer.answer(&request, json!({}));
        // That one is answered says that those before it are done.
        peer.answer(&late[7], json!({}));
        let ninth = peer.expect("ninth");
        peer.answer(&ninth, json!({}));
        peer.wait_for_close();
    };
    each_kind(greet, |kind, server| {
        let options = ConnectOptions::new().capability(qapi_protocol::Capability::Oob);
        let mut subject = Subject::connect(kind, server, &options).unwrap();
        for _ in 0..8 {
            let error = subject.ask_out_of_band("late", SHORT).unwrap_err();
            assert!(matches!(error, ExecuteError::Timeout { .. }), "{error:?}");
        }
        let error = subject.ask_out_of_band("ninth", SHORT).unwrap_err();
        assert!(matches!(error, ExecuteError::NotSent { .. }), "{error:?}");
        subject.ask("query-status").unwrap();
        subject.ask_out_of_band("ninth", LONG).unwrap();
    });
}

#[test]
fn out_of_band_needs_the_capability() {
    each(
        |peer| peer.wait_for_close(),
        |subject| {
            let error = subject.ask_out_of_band("oob", LONG).unwrap_err();
            assert_eq!(
                error.to_string(),
                "`oob` was not sent: the connection was made without the capability `oob`"
            );
        },
    );
}

#[test]
fn a_monitor_that_serves_another_is_silent_and_that_is_said() {
    each_kind(
        |peer| peer.wait_for_close(),
        |kind, server| {
            let options =
                ConnectOptions::new().connect_timeout(std::time::Duration::from_millis(50));
            let error = match Subject::connect(kind, server, &options) {
                Err(error) => error,
                Ok(_) => panic!("connected"),
            };
            assert!(
                matches!(error, ConnectError::NoGreeting { .. }),
                "{error:?}"
            );
            assert!(error.to_string().contains("in use by another client"));
        },
    );
}

#[test]
fn a_descriptor_comes_with_its_command() {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    let script = |peer: &mut Peer| {
        let plain = peer.expect("query-status");
        assert!(plain.descriptors.is_empty());
        peer.answer(&plain, json!({}));
        let mut request = peer.expect("getfd");
        let descriptor = request.descriptors.pop().unwrap();
        assert!(request.descriptors.is_empty());
        UnixStream::from(descriptor).write_all(b"hello").unwrap();
        peer.answer(&request, json!({}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        subject.ask("query-status").unwrap();
        let getfd = RawCommand::new("getfd").arguments(json!({"fdname": "fd0"}));
        subject
            .execute(Call::new(getfd).timeout(LONG).descriptor(theirs))
            .unwrap();
        // Theirs is closed here, so that the end is seen.
        let mut said = String::new();
        ours.read_to_string(&mut said).unwrap();
        assert_eq!(said, "hello");
    });
}

#[test]
fn closing_waits_for_the_server() {
    let script = |peer: &mut Peer| {
        peer.wait_for_close();
        peer.accept();
        peer.greet();
        peer.wait_for_close();
    };
    let greet = move |peer: &mut Peer| {
        peer.greet();
        script(peer);
    };
    each_kind(greet, |kind, server| {
        for _ in 0..2 {
            match Subject::connect(kind, server, &ConnectOptions::new()).unwrap() {
                Subject::Blocking(client) => client.close().unwrap(),
                Subject::Tokio {
                    runtime,
                    client,
                    mut events,
                } => {
                    runtime.block_on(client.close()).unwrap();
                    let end = runtime.block_on(events.recv()).unwrap_err();
                    assert_eq!(end.to_string(), "this side closed the connection");
                }
            }
        }
    });
}

#[test]
fn an_error_without_id_may_be_of_a_command_that_nobody_waits_for() {
    let script = |peer: &mut Peer| {
        peer.expect("sent");
        let other = peer.expect("other");
        peer.say(r#"{"error": {"class": "GenericError", "desc": "unread"}}"#);
        peer.answer(&other, json!({}));
        peer.wait_for_close();
    };
    each(script, |subject| {
        subject.send("sent").unwrap();
        subject.ask("other").unwrap();
    });
}

#[test]
fn one_descriptor_is_with_the_server_at_a_time() {
    // A server keeps the last one only, for whichever command takes it first.
    let greet = |peer: &mut Peer| {
        peer.greet();
        let first = peer.expect("getfd");
        assert_eq!(first.descriptors.len(), 1);
        let oob = peer.expect("oob");
        peer.answer(&oob, json!({}));
        peer.answer(&first, json!({}));
        let third = peer.expect("getfd");
        assert_eq!(third.descriptors.len(), 1);
        peer.answer(&third, json!({}));
        peer.wait_for_close();
    };
    each_kind(greet, |kind, server| {
        let options = ConnectOptions::new().capability(qapi_protocol::Capability::Oob);
        let mut subject = Subject::connect(kind, server, &options).unwrap();
        let pass = |subject: &mut Subject, timeout| {
            let null = std::fs::File::open("/dev/null").unwrap();
            let getfd = Call::new(RawCommand::new("getfd")).timeout(timeout);
            subject.execute(getfd.descriptor(null))
        };
        let first = pass(&mut subject, SHORT).unwrap_err();
        assert!(matches!(first, ExecuteError::Timeout { .. }), "{first:?}");
        let second = pass(&mut subject, SHORT).unwrap_err();
        assert!(matches!(second, ExecuteError::NotSent { .. }), "{second:?}");
        subject.ask_out_of_band("oob", LONG).unwrap();
        pass(&mut subject, LONG).unwrap();
    });
}
