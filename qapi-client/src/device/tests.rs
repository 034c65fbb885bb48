//! Devices as QEMU knows them, and as people get them wrong.

use qapi_protocol::{Error, ErrorClass, RawValue, decode};
use serde_json::json;

use super::{Ask, Check, DeviceError, DeviceProblem, Property, TypeInfo};
use crate::{ExecuteError, RawCommand};

/// What QEMU says of `virtio-rng-pci`, in short.
const PROPERTIES: &str = r#"[
    {"name": "max-bytes", "type": "uint64", "default-value": 9223372036854775807},
    {"name": "period", "type": "uint32", "description": "ms", "default-value": 65536},
    {"name": "multifunction", "type": "bool", "default-value": false},
    {"name": "disable-legacy", "type": "OnOffAuto", "default-value": "auto"},
    {"name": "addr", "type": "int32", "default-value": -1},
    {"name": "rng", "type": "link<rng-backend>"},
    {"name": "failover_pair_id", "type": "str"},
    {"name": "iothread-vq-mapping", "type": "IOThreadVirtQueueMappingList"},
    {"name": "len-mac", "type": "uint32"},
    {"name": "virtio-backend", "type": "child<virtio-rng-device>"}
]"#;

const TYPES: &str = r#"[
    {"name": "virtio-rng-pci", "parent": "virtio-rng-pci-base"},
    {"name": "virtio-rng-pci-base", "abstract": true, "parent": "virtio-pci"},
    {"name": "virtio-rng-device"}
]"#;

/// Checks a device of the server that knows `virtio-rng-pci`; what it was asked, and said.
fn check(arguments: &str) -> (Vec<String>, Result<(), DeviceError>) {
    let mut check = Check::of(&RawValue::parse(arguments).unwrap());
    let mut asked = Vec::new();
    loop {
        match check.next() {
            Ask::Properties(ask) => {
                let name = RawValue::new(&ask).to_string();
                let knows = name.contains(r#""virtio-rng-pci""#);
                asked.push(name);
                check.properties(if knows {
                    Ok(decode::<Vec<Property>>(PROPERTIES).unwrap())
                } else {
                    Err(refusal(ErrorClass::DeviceNotFound))
                });
            }
            Ask::Types(ask) => {
                asked.push(RawValue::new(&ask).to_string());
                check.types(Ok(decode::<Vec<TypeInfo>>(TYPES).unwrap()));
            }
            Ask::Done(result) => return (asked, result),
        }
    }
}

fn refusal(class: ErrorClass) -> ExecuteError {
    ExecuteError::Qemu {
        command: "device-list-properties".to_owned(),
        error: Error::new(class, "no"),
        unsupported: None,
    }
}

#[track_caller]
fn rejected(arguments: &str) -> Vec<DeviceProblem> {
    match check(arguments).1 {
        Err(DeviceError::Rejected { problems, .. }) => problems,
        other => panic!("{other:?}"),
    }
}

fn told(arguments: &str) -> String {
    check(arguments).1.unwrap_err().to_string()
}

#[test]
fn a_device_that_qemu_takes_has_no_problem() {
    for device in [
        r#"{"driver": "virtio-rng-pci"}"#,
        r#"{"driver": "virtio-rng-pci", "id": "rng0", "bus": "port0", "max-bytes": 1024,
            "period": 500, "multifunction": true, "disable-legacy": "on", "addr": "1.0",
            "rng": "urandom", "failover_pair_id": "net0", "iothread-vq-mapping": [],
            "mac[0]": 5, "mac[17]": "x"}"#,
    ] {
        let (asked, result) = check(device);
        assert!(result.is_ok(), "{result:?}");
        assert_eq!(asked, [r#"{"typename":"virtio-rng-pci"}"#]);
    }
}

#[test]
fn all_problems_are_told_with_what_to_write_instead() {
    let text = told(
        r#"{"driver": "virtio-rng-pci", "id": 7, "max_byte": 1, "period": "0x10",
            "multifunction": "on", "virtio-backend": {}, "iothread-vq-mapping.0.iothread": "a",
            "quark": 1, "mac[": 1}"#,
    );
    assert_eq!(
        text,
        "the device `virtio-rng-pci` cannot be added as it is:
  `id`: expected a string (`str`), found the integer `7`; write `\"7\"`;
  `max_byte`: the device has no such property (did you mean `max-bytes`?);
  `period`: expected an integer from 0 to 4294967295 (`uint32`), found the string `\"0x10\"`; write `16`;
  `multifunction`: expected a boolean (`bool`), found the string `\"on\"`; write `true`;
  `virtio-backend`: it is `child<virtio-rng-device>`, and cannot be set;
  `iothread-vq-mapping.0.iothread`: the device has no such property (did you mean `iothread-vq-mapping`?);
  `quark`: the device has no such property;
  `mac[`: the device has no such property"
    );
}

#[test]
fn a_device_may_be_called_by_another_name() {
    let (asked, result) = check(r#"{"driver": "virtio-rng", "period": 5}"#);
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(
        asked,
        [
            r#"{"typename":"virtio-rng"}"#,
            r#"{"typename":"virtio-rng-ccw"}"#,
            r#"{"typename":"virtio-rng-pci"}"#
        ]
    );
    assert_eq!(super::names("lsi"), ["lsi", "lsi53c895a"]);
    assert_eq!(super::names("virtio-net-pci"), ["virtio-net-pci"]);
}

#[test]
fn a_device_that_there_is_not_is_told_from_one_that_there_cannot_be() {
    let unknown = |driver: &str, suggestion: Option<&str>| DeviceProblem::UnknownDriver {
        driver: driver.to_owned(),
        suggestion: suggestion.map(str::to_owned),
    };
    assert_eq!(
        rejected(r#"{"driver": "virtio_rgn-pci", "bus": 1}"#)[0],
        unknown("virtio_rgn-pci", Some("virtio-rng-pci"))
    );
    assert_eq!(rejected(r#"{"driver": "e1000"}"#), [unknown("e1000", None)]);
    let driver = "virtio-rng-pci-base".to_owned();
    assert_eq!(
        rejected(r#"{"driver": "virtio-rng-pci-base"}"#),
        [DeviceProblem::AbstractDriver { driver }]
    );
}

#[test]
fn a_command_without_a_driver_needs_no_question() {
    for arguments in ["{}", r#"{"driver": 3}"#, "[]", "null"] {
        let (asked, result) = check(arguments);
        assert!(asked.is_empty());
        match result {
            Err(DeviceError::Rejected { problems, .. }) => {
                assert_eq!(problems, [DeviceProblem::NoDriver]);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_last_of_arguments_of_one_name_counts() {
    let (asked, _) = check(r#"{"driver": "other", "driver": "virtio-rng-pci"}"#);
    assert_eq!(asked, [r#"{"typename":"virtio-rng-pci"}"#]);
}

#[test]
fn other_commands_are_not_checked() {
    let command = RawCommand::new("device_del").arguments(json!({"id": "rng0"}));
    let error = Check::new(&command).err().unwrap();
    assert!(
        matches!(error, DeviceError::NotDeviceAdd { .. }),
        "{error:?}"
    );
    let command = RawCommand::new("device_add").arguments(json!({"driver": "x"}));
    assert!(Check::new(&command).is_ok());
}

#[test]
fn a_server_without_devices_cannot_check_any() {
    let mut check = Check::of(&RawValue::parse(r#"{"driver": "virtio-rng-pci"}"#).unwrap());
    assert!(matches!(check.next(), Ask::Properties(_)));
    check.properties(Err(refusal(ErrorClass::CommandNotFound)));
    match check.next() {
        Ask::Done(Err(DeviceError::Execute(error))) => {
            assert!(matches!(*error, ExecuteError::Qemu { .. }));
        }
        _ => panic!("it goes on"),
    }
}
