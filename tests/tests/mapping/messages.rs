//! Commands and events.

use qapi_protocol::{CommandSet, CommandVisitor, EventSet, QapiCommand, QapiEvent, RawValue};
use serde_json::json;

use crate::{command, event, round_trip};

#[test]
fn commands_serialize_as_their_arguments() {
    use command::{Command, Options, commands::*};
    assert_eq!(serde_json::to_value(Stop::new()).unwrap(), json!({}));
    let resize = BlockResize::new(5).device("d").with_new(true);
    assert_eq!(
        serde_json::to_value(&resize).unwrap(),
        json!({ "device": "d", "size": 5, "new": true })
    );
    let add = ObjectAdd::from(Options::new("a"));
    assert_eq!(serde_json::to_value(&add).unwrap(), json!({ "id": "a" }));
    assert_eq!(
        serde_json::to_value(Command::ObjectAdd(add)).unwrap(),
        json!({ "execute": "object-add", "arguments": { "id": "a" } })
    );
    const { assert!(MigratePause::ALLOW_OOB && !Stop::ALLOW_OOB) };
    const { assert!(!PowerOff::SUCCESS_RESPONSE && Stop::SUCCESS_RESPONSE) };
}

#[test]
fn a_command_keeps_the_arguments_that_its_schema_does_not_list() {
    use command::commands::DeviceAdd;
    let add: DeviceAdd =
        round_trip(json!({ "bus": "pci.0", "driver": "e1000", "id": "n", "addr": { "slot": 1 } }));
    assert_eq!(add.extra.len(), 2);
    let add = DeviceAdd::new("e1000").id("n").extra("bus", "pci.0");
    assert_eq!(
        serde_json::to_value(add).unwrap(),
        json!({ "driver": "e1000", "id": "n", "bus": "pci.0" })
    );
}

#[test]
fn commands_are_found_by_their_name() {
    use command::Command;
    struct Name;
    impl CommandVisitor for Name {
        type Output = &'static str;
        fn visit<C: QapiCommand>(self) -> &'static str {
            C::NAME
        }
    }
    for name in Command::NAMES {
        assert_eq!(Command::visit(name, Name), Some(*name));
    }
    assert_eq!(Command::visit("no-such", Name), None);
    assert!(Command::decode("no-such", None).is_none());
    let stop = Command::decode("stop", None).unwrap().unwrap();
    assert_eq!(stop.name(), "stop");
    let error = Command::decode("block_resize", None).unwrap().unwrap_err();
    assert_eq!(error.message, "missing field `size`");
}

#[test]
fn events_are_decoded_by_their_name() {
    use event::{Event, events::*};
    let raw = |text| RawValue::parse(text).unwrap();
    assert_eq!(
        Event::decode("STOP", None).unwrap(),
        Event::Stop(Stop::new())
    );
    let shutdown = Event::decode("SHUTDOWN", Some(&raw(r#"{"guest": true}"#))).unwrap();
    assert_eq!(shutdown, Event::Shutdown(Shutdown::new(true)));
    assert_eq!(
        serde_json::to_value(&shutdown).unwrap(),
        json!({ "event": "SHUTDOWN", "data": { "guest": true } })
    );
    let new = Event::decode("BRAND_NEW", Some(&raw(r#"{"x": [1]}"#))).unwrap();
    assert_eq!(new.name(), "BRAND_NEW");
    assert_eq!(
        serde_json::to_value(&new).unwrap(),
        json!({ "event": "BRAND_NEW", "data": { "x": [1] } })
    );
    let first = BlockJobReady::VERSIONS.first.unwrap();
    assert_eq!(
        (first.major, first.minor, BlockJobReady::NAME),
        (1, 3, "BLOCK_JOB_READY")
    );
}
