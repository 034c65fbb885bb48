//! Commands that QEMU refuses, and what it says then.

use qapi_client::{ExecuteError, Unsupported};
use qapi_protocol::{Empty, ErrorClass, QapiCommand, Version, VersionRange};
use qapi_tests::expect;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{RunState, commands};
use serde_json::json;

#[test]
fn the_class_and_the_description_of_an_error_are_its_own() {
    let qemu = Qemu::q35(&["-compat", "unstable-input=reject"]);
    let mut client = qemu.connect();

    let error = expect::refusal(&mut client, commands::DeviceDel::new("absent"));
    assert_eq!(error.class, ErrorClass::DeviceNotFound);
    assert_eq!(error.desc, "Device 'absent' not found");

    let error = expect::refusal(&mut client, commands::BlockdevDel::new("absent"));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("absent"), "{error}");

    let error = expect::refusal(&mut client, commands::XDebugQueryBlockGraph::new());
    assert_eq!(error.class, ErrorClass::CommandNotFound);
    assert!(error.desc.contains("x-debug-query-block-graph"), "{error}");

    // A value that the types allow, because it may be of any type, and QEMU does not.
    let value = commands::QomSet::new("/machine", "graphics", json!([1]));
    let error = expect::refusal(&mut client, value);
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("graphics"), "{error}");

    // None of it did any harm.
    let status = client.execute(commands::QueryStatus::new()).unwrap();
    assert_eq!(status.status, RunState::Prelaunch);
}

/// A command that no QEMU has yet.
struct QueryWeather;

impl QapiCommand for QueryWeather {
    type Response = Empty;
    const NAME: &'static str = "query-weather";
    const VERSIONS: VersionRange = VersionRange::since(Version::new(1000, 0, 0));
}

qapi_protocol::members!(QueryWeather {});

#[test]
fn a_command_of_another_release_is_not_found_and_that_is_said() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let release = client.greeting().version.qemu;
    assert!(!client.supports::<commands::CpuAdd>().unwrap());
    assert!(!client.greeting().supports::<commands::CpuAdd>());
    let error = client.execute(commands::CpuAdd::new(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "`cpu-add` failed: CommandNotFound: The command cpu-add has not been found \
             (QEMU {release} does not have it; QEMU 5.1 is the last known to have it)"
        )
    );

    assert!(!client.supports::<QueryWeather>().unwrap());
    let error = client.execute(QueryWeather).unwrap_err();
    let text = error.to_string();
    let ExecuteError::Qemu {
        error,
        unsupported: Some(Unsupported::TooOld { version, first, .. }),
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!(error.class, ErrorClass::CommandNotFound);
    assert_eq!((version, first.major), (release, 1000));
    let why = format!("(QEMU {release} does not have it; QEMU 1000.0 is the first that does)");
    assert!(text.ends_with(&why), "{text}");
}
