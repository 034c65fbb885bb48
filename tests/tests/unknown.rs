//! What a QEMU sends that is newer than the types, and what is no answer at all: through a
//! client, with the generated types.
#![cfg(unix)]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use qapi_client::blocking::Client;
use qapi_client::{ConnectOptions, EventError, ExecuteError};
use qapi_protocol::{RawRequest, UnknownBranch};
use qapi_types::qmp::{Event, MemoryDeviceInfo, RunState, commands};
use serde_json::{Map, Value, json};

const LONG: Duration = Duration::from_secs(20);

/// A client of a server that answers each command with the next of `answers`, and sends the
/// events of `events` in front of the first.
fn connect(events: &[Value], answers: &[Value]) -> Client {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let answers = answers.to_vec();
    thread::spawn(move || {
        let mut requests = BufReader::new(theirs.try_clone().unwrap());
        let say = |line: &str| writeln!(&theirs, "{line}").unwrap();
        say(
            r#"{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 99}, "package": ""}, "capabilities": []}}"#,
        );
        for answer in [json!({})].iter().chain(&answers) {
            let mut line = String::new();
            requests.read_line(&mut line).unwrap();
            let id = RawRequest::parse(line.as_bytes()).unwrap().id.unwrap();
            lines.push(format!(r#"{{"return": {answer}, "id": {id}}}"#));
            lines.drain(..).for_each(|line| say(&line));
        }
    });
    let options = ConnectOptions::new()
        .connect_timeout(LONG)
        .command_timeout(LONG);
    Client::connect_over(ours, &options).unwrap()
}

#[test]
fn an_unknown_value_is_kept() {
    let answer = json!({"running": true, "status": "hibernating"});
    let mut client = connect(&[], &[answer.clone(), answer.clone()]);
    let info = client.execute(commands::QueryStatus::new()).unwrap();
    assert_eq!(info.status, RunState::from("hibernating"));
    assert_eq!(info.status, RunState::Unknown("hibernating".into()));
    assert_ne!(info.status, RunState::from("dreaming"));
    assert_eq!(info.status.as_str(), "hibernating");
    assert_eq!(format!("{} ", info.status), "hibernating ");
    assert_eq!(serde_json::to_value(&info).unwrap(), answer);
    assert_eq!(client.execute(commands::QueryStatus::new()).unwrap(), info);
}

#[test]
fn an_unknown_branch_keeps_its_members() {
    let answer = json!([
        {"type": "moon-memory", "data": {"id": "m0", "craters": [1, 2.5, null]}, "phase": "new"},
        {"data": {"memdev": "/m", "hotplugged": false, "hotpluggable": true, "addr": 0, "slot": 0,
                  "size": 1, "node": 0}, "type": "dimm"},
        {"type": "sun-memory"},
    ]);
    let mut client = connect(&[], std::slice::from_ref(&answer));
    let devices = client.execute(commands::QueryMemoryDevices::new()).unwrap();
    assert_eq!(serde_json::to_value(&devices).unwrap(), answer);
    let [moon, MemoryDeviceInfo::Dimm(_), sun] = devices.as_slice() else {
        panic!("{devices:?}");
    };
    let MemoryDeviceInfo::Unknown(branch) = moon else {
        panic!("{moon:?}");
    };
    assert_eq!(&*branch.tag, "moon-memory");
    assert_eq!(branch.members["data"]["craters"], json!([1, 2.5, null]));
    assert_eq!(branch.members["phase"], "new");
    assert_eq!(branch.members.len(), 2);
    assert_ne!(moon, sun);
    let branch = UnknownBranch::new("sun-memory", Map::new());
    assert_eq!(sun, &MemoryDeviceInfo::Unknown(branch));
    assert_eq!(moon, &moon.clone());
}

#[test]
fn an_unknown_event_keeps_its_name_and_data() {
    let time = json!({"seconds": 1, "microseconds": 2});
    let data = json!({"deep": [{"er": [18_446_744_073_709_551_615_u64, -0.5]}]});
    let events = [
        json!({"event": "ECLIPSE", "data": data, "timestamp": time}),
        json!({"event": "RESUME", "timestamp": time}),
        json!({"event": "NIGHT", "timestamp": time}),
    ];
    let mut client = connect(&events, &[]);
    let mut next = || client.next_event::<Event>(LONG).unwrap().unwrap();
    let eclipse = next();
    assert_eq!(
        (eclipse.timestamp.seconds, eclipse.event.name()),
        (1, "ECLIPSE")
    );
    let Event::Unknown(event) = &eclipse.event else {
        panic!("{eclipse:?}");
    };
    assert_eq!(
        (&*event.name, event.data.as_ref()),
        ("ECLIPSE", Some(&data))
    );
    assert_eq!(
        serde_json::to_value(&eclipse.event).unwrap(),
        json!({"event": "ECLIPSE", "data": data})
    );
    assert!(matches!(next().event, Event::Resume(_)));
    let night = next();
    assert!(matches!(&night.event, Event::Unknown(event) if event.data.is_none()));
    assert_eq!(
        serde_json::to_value(&night.event).unwrap(),
        json!({"event": "NIGHT"})
    );
    assert_ne!(eclipse.event, night.event);
}

#[test]
fn an_answer_that_cannot_be_read_says_why_and_the_next_one_can() {
    let wrong = json!({"running": "very", "status": "running"});
    let right = json!({"running": true, "status": "running"});
    let time = json!({"seconds": 1, "microseconds": 2});
    let events = [
        json!({"event": "RTC_CHANGE", "data": {"offset": "far"}, "timestamp": time}),
        json!({"event": "STOP", "timestamp": time}),
    ];
    let mut client = connect(&events, &[wrong.clone(), right]);
    let error = client.execute(commands::QueryStatus::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer to `query-status` cannot be read: at $.running: \
         invalid type: string \"very\", expected a boolean"
    );
    let ExecuteError::Decode {
        command, path, raw, ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(
        (command.as_str(), path.as_str()),
        ("query-status", "$.running")
    );
    assert_eq!(raw.get(), wrong.to_string());

    let info = client.execute(commands::QueryStatus::new()).unwrap();
    assert_eq!(info.status, RunState::Running);

    let error = client.next_event::<Event>(LONG).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event `RTC_CHANGE` cannot be read: at $.offset: \
         invalid type: string \"far\", expected i64"
    );
    let EventError::Decode { raw: Some(raw), .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(raw.get(), r#"{"offset":"far"}"#);
    let stop = client.next_event::<Event>(LONG).unwrap().unwrap();
    assert!(matches!(stop.event, Event::Stop(_)), "{stop:?}");
}

#[test]
fn an_argument_is_sent_whether_or_not_the_schema_has_come_to_list_it() {
    use qapi_types::qmp::commands::DeviceAdd;
    let written = |command: &DeviceAdd| qapi_protocol::encode(command);
    let unlisted = DeviceAdd::new("e1000").extra("mac", "52:54:00:12:34:56");
    assert_eq!(
        written(&unlisted),
        r#"{"driver":"e1000","mac":"52:54:00:12:34:56"}"#
    );
    let listed = DeviceAdd::new("e1000").extra("bus", "pci.0");
    assert_eq!(written(&listed), r#"{"driver":"e1000","bus":"pci.0"}"#);
    let both = DeviceAdd::new("e1000").bus("pci.0").extra("bus", "pci.1");
    assert_eq!(written(&both), r#"{"driver":"e1000","bus":"pci.0"}"#);
}
