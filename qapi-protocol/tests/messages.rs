//! Messages as servers and clients write them, and as they never should.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use qapi_protocol::{
    Capability, DecodeError, Error, ErrorClass, EventSet, Greeting, Message, RawEvent, RawRequest,
    RawValue, Request, Response, Timestamp, Version, VersionInfo, decode, encode,
};
use serde_json::Value;

fn parse(json: &str) -> Message<'_> {
    Message::parse(json.as_bytes()).unwrap()
}

fn error(json: &str) -> (String, String) {
    let DecodeError { path, message } = Message::parse(json.as_bytes()).unwrap_err();
    (path, message)
}

/// Reading and writing gives the same JSON, members in another order perhaps.
fn round_trip(json: &str) {
    let again: Value = serde_json::from_str(&encode(&parse(json))).unwrap();
    assert_eq!(again, serde_json::from_str::<Value>(json).unwrap());
}

#[test]
fn the_greeting_of_each_kind_of_build() {
    let json = r#"{"QMP": {"version": {"qemu": {"micro": 13, "minor": 0, "major": 10},
        "package": "Debian 1:10.0.13+ds-0+deb13u1"}, "capabilities": ["oob", "new"]}}"#;
    let Message::Greeting(greeting) = parse(json) else {
        panic!("no greeting");
    };
    let version = VersionInfo::new(Version::new(10, 0, 13), "Debian 1:10.0.13+ds-0+deb13u1");
    let capabilities = vec![Capability::Oob, Capability::from("new")];
    assert_eq!(greeting, Greeting::new(version, capabilities));
    assert_eq!(greeting.capabilities[1].to_string(), "new");
    round_trip(json);

    let old = r#"{"QMP":{"capabilities":[],"version":{"package":"","qemu":{"major":2,"minor":11,"micro":0}}},"x":0}"#;
    let Message::Greeting(greeting) = parse(old) else {
        panic!("no greeting");
    };
    assert_eq!(greeting.capabilities, []);
}

#[test]
fn a_response_keeps_its_payload_and_any_id() {
    for id in [
        "1",
        "\"a\\\"b\"",
        "null",
        "[1, {}]",
        "1e2",
        "-0.0",
        "18446744073709551616",
    ] {
        let json = format!(r#"{{"return": {{"x": [1, 2.50]}}, "id": {id}}}"#);
        let Message::Response(Response {
            id: Some(found),
            result: Ok(data),
        }) = parse(&json)
        else {
            panic!("no answer: {json}");
        };
        assert_eq!((found.get(), data.get()), (id, r#"{"x": [1, 2.50]}"#));
    }
    for returned in ["{}", "[]", "\"text\"", "3", "null"] {
        let json = format!(r#"{{"id": 1, "later": true, "return": {returned}}}"#);
        let Message::Response(Response {
            result: Ok(data), ..
        }) = parse(&json)
        else {
            panic!("no answer: {json}");
        };
        assert_eq!(data.get(), returned);
    }
    round_trip(r#"{"return": {"a": null}, "id": null}"#);
}

#[test]
fn an_error_may_lack_its_id() {
    let json =
        r#"{"error": {"class": "GenericError", "desc": "JSON parse error, expecting value"}}"#;
    let Message::Response(Response {
        id: None,
        result: Err(error),
    }) = parse(json)
    else {
        panic!("no error");
    };
    assert_eq!(
        error,
        Error::new(
            ErrorClass::GenericError,
            "JSON parse error, expecting value"
        )
    );
    round_trip(json);
    round_trip(r#"{"id": [0], "error": {"desc": "", "class": "__org.example_Odd"}}"#);
}

#[test]
fn an_event_may_lack_its_data() {
    let json =
        r#"{"timestamp": {"seconds": 1258551470, "microseconds": 802384}, "event": "POWERDOWN"}"#;
    let Message::Event(RawEvent {
        event,
        data: None,
        timestamp,
    }) = parse(json)
    else {
        panic!("no event");
    };
    assert_eq!(event, "POWERDOWN");
    assert_eq!(
        (timestamp.seconds, timestamp.microseconds),
        (1258551470, 802384)
    );
    round_trip(json);
    round_trip(
        r#"{"data": {"a": 1}, "timestamp": {"seconds": -1, "microseconds": -1}, "event": "X"}"#,
    );

    let Message::Event(event) = parse(r#"{"event": "NO_TIME", "data": {}}"#) else {
        panic!("no event");
    };
    assert_eq!(event.timestamp, Timestamp::UNKNOWN);
}

#[test]
fn what_is_no_message_is_refused_with_its_place() {
    let which = "expected one of the members `QMP`, `return`, `error` and `event`";
    for json in [
        "{}",
        r#"{"id": 1}"#,
        r#"{"return": {}, "error": {"class": "GenericError", "desc": ""}}"#,
        r#"{"event": "A", "return": {}}"#,
    ] {
        assert_eq!(error(json), ("$".into(), which.into()), "{json}");
    }
    for (json, path) in [
        ("", "$"),
        ("[]", "$"),
        ("QEMU 7.2.0 monitor - type 'help' for more information", "$"),
        (r#"{"return": {"a": tru}}"#, "$.return.a"),
        (r#"{"return": {}} {}"#, "$"),
        (r#"{"event": 1}"#, "$.event"),
        (r#"{"event": null}"#, "$.event"),
        (
            r#"{"event": "A", "timestamp": {"seconds": "1"}}"#,
            "$.timestamp.seconds",
        ),
        (r#"{"error": {"class": "GenericError"}}"#, "$.error"),
        (r#"{"error": {"class": [], "desc": ""}}"#, "$.error.class"),
        (
            r#"{"QMP": {"version": {"qemu": {"major": -1}}}}"#,
            "$.QMP.version.qemu.major",
        ),
        (
            r#"{"QMP": {"capabilities": ["oob", 3]}}"#,
            "$.QMP.capabilities[1]",
        ),
    ] {
        assert_eq!(error(json).0, path, "{json}");
    }
    assert!(Message::parse(b"{\"return\": \"\xff\"}").is_err());
    assert!(Message::parse(b"\xff{\"return\": {}}").is_err());
}

#[test]
fn the_payload_may_be_nested_deeper_than_it_can_be_read() {
    let depth = 100_000;
    let json = format!(
        r#"{{"return": {}{}, "id": 1}}"#,
        "[".repeat(depth),
        "]".repeat(depth)
    );
    let Message::Response(Response {
        result: Ok(data), ..
    }) = parse(&json)
    else {
        panic!("no answer");
    };
    assert_eq!(data.get().len(), 2 * depth);
    let error = decode::<Value>(data.get()).unwrap_err();
    assert_eq!(error.message, "recursion limit exceeded");

    let open = "{\"return\":".repeat(depth);
    assert!(Message::parse(open.as_bytes()).is_err());
    let closed = format!("{open}1{}", "}".repeat(depth));
    assert!(matches!(parse(&closed), Message::Response(_)));
}

#[test]
fn what_a_command_returned_is_read_on_the_way() {
    let read = |json: &str| {
        let mut returned = vec![9u8];
        let (message, wrong) = Message::parse_into(json.as_bytes(), &mut returned).unwrap();
        let Message::Response(Response { id, result }) = message else {
            panic!("no answer: {json}");
        };
        let id = id.map(|id| id.get().to_owned());
        (id, result.map(|raw| raw.get().to_owned()), returned, wrong)
    };
    let id = || Some("1".to_owned());

    // In either order, and of repeated ones the last.
    for json in [
        r#"{"return": [1, 2] , "id": 1}"#,
        r#"{"id": 1,"return": [1, 2]}"#,
        r#"{"return": ["x"], "return": [1, 2], "id": 1}"#,
        r#"{"return": [7, 8, 9], "return": [1, 2], "id": 1}"#,
    ] {
        let raw = "[1, 2]".to_owned();
        assert_eq!(read(json), (id(), Ok(raw), vec![1, 2], None), "{json}");
    }

    // What is not what was expected is there, with its place in it, and the rest is read.
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    for (returned, path, message) in [
        (
            "[1, 300]",
            "$[1]",
            "invalid value: integer `300`, expected u8",
        ),
        ("{}", "$", "invalid type: object, expected an array"),
        (&deep, "$[0]", "invalid type: array, expected u8"),
    ] {
        let (found, raw, _, wrong) = read(&format!(r#"{{"return": {returned}, "id": 1}}"#));
        assert_eq!((found, raw), (id(), Ok(returned.to_owned())), "{returned}");
        let wrong = wrong.unwrap();
        assert_eq!(
            (wrong.path.as_str(), wrong.message.as_str()),
            (path, message)
        );
    }

    let (found, result, _, wrong) =
        read(r#"{"error": {"class": "GenericError", "desc": ""}, "id": 1}"#);
    assert_eq!((found, wrong), (id(), None));
    assert!(result.is_err());

    // What is no JSON is no message.
    for (json, path) in [
        (r#"{"return": [1, tru], "id": 1}"#, "$.return[1]"),
        (r#"{"return": ["a", tru], "id": 1}"#, "$.return[1]"),
        (r#"{"return": [1, 2], "id": }"#, "$.id"),
        (r#"{"return": [1, 2"#, "$.return[1]"),
    ] {
        let error = Message::parse_into(json.as_bytes(), &mut Vec::<u8>::new()).unwrap_err();
        assert_eq!(error.path, path, "{json}");
    }
}

#[test]
fn an_events_data_is_read_as_its_name_says() {
    struct Only(u8);
    impl EventSet for Only {
        const NAMES: &'static [&'static str] = &["LIST"];

        fn decode(name: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
            assert_eq!(name, "LIST");
            let list: Vec<u8> = decode(data.map_or("{}", RawValue::get))?;
            Ok(Only(list[0]))
        }
    }
    let read = |json| match parse(json) {
        Message::Event(event) => event.decode::<Only>().map(|message| message.event.0),
        _ => panic!("no event"),
    };
    assert_eq!(read(r#"{"event": "LIST", "data": [7]}"#), Ok(7));
    assert_eq!(
        read(r#"{"event": "LIST", "data": [1, "x"]}"#)
            .unwrap_err()
            .path,
        "$.data[1]"
    );
    assert_eq!(read(r#"{"event": "LIST"}"#).unwrap_err().path, "$.data");
}

#[test]
fn a_request_of_any_name_is_read_and_written() {
    let arguments = r#"{"enable":["oob"]}"#;
    for (json, command, oob) in [
        (
            r#"{"execute":"qmp_capabilities","arguments":{"enable":["oob"]},"id":1}"#,
            "qmp_capabilities",
            false,
        ),
        (
            r#"{"exec-oob":"migrate-pause","arguments":{"enable":["oob"]},"id":1}"#,
            "migrate-pause",
            true,
        ),
    ] {
        let request = RawRequest::parse(json.as_bytes()).unwrap();
        assert_eq!((&*request.command, request.oob), (command, oob));
        assert_eq!(request.arguments.as_ref().unwrap().get(), arguments);
        assert_eq!(request.id.as_ref().unwrap().get(), "1");
        assert_eq!(encode(&request), json);
    }
    let bare = RawRequest::parse(br#"{"control": true, "execute": "stop"}"#).unwrap();
    assert_eq!(encode(&bare), r#"{"execute":"stop"}"#);

    for (json, path) in [
        ("{}", "$"),
        ("[", "$"),
        (r#"{"execute": "a", "exec-oob": "b"}"#, "$"),
        (r#"{"exec-oob": {}}"#, "$.exec-oob"),
    ] {
        assert_eq!(
            RawRequest::parse(json.as_bytes()).unwrap_err().path,
            path,
            "{json}"
        );
    }
}

#[test]
fn a_typed_request_has_the_id_it_is_given() {
    use qapi_protocol::{Empty, QapiCommand};

    struct Pause {
        bytes: u64,
    }
    qapi_protocol::members!(Pause { "bytes" => bytes, });
    impl QapiCommand for Pause {
        type Response = Empty;
        const NAME: &'static str = "pause";
        const ALLOW_OOB: bool = true;
    }

    let request = Request {
        command: &Pause { bytes: u64::MAX },
        oob: true,
        id: Some(u64::MAX),
    };
    assert_eq!(
        encode(&request),
        r#"{"exec-oob":"pause","arguments":{"bytes":18446744073709551615},"id":18446744073709551615}"#
    );
    let request = Request {
        command: &Pause { bytes: u64::MAX },
        oob: false,
        id: None::<&str>,
    };
    assert_eq!(
        encode(&request),
        r#"{"execute":"pause","arguments":{"bytes":18446744073709551615}}"#
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes: Vec<u8>, text in "\\{\"(QMP|return|error|event|id)\":[\\[\\]{}:,\"a1\\\\]{0,30}") {
        let _ = Message::parse(&bytes);
        let _ = Message::parse(text.as_bytes());
        let _ = RawRequest::parse(&bytes);
    }

    #[test]
    fn a_message_cut_off_anywhere_is_an_error(at in 0usize..120) {
        let json = br#"{"error": {"class": "GenericError", "desc": "a\u00e9b"}, "id": 12, "x": [{"y": null}, -1.5e3, true, "\""]}"#;
        prop_assume!(at < json.len());
        prop_assert!(Message::parse(json).is_ok());
        prop_assert!(Message::parse(&json[..at]).is_err());
    }
}
