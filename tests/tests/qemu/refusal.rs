//! Commands that QEMU refuses, and what it says then.

use qapi_protocol::ErrorClass;
use qapi_tests::expect;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{RunState, commands};
use serde_json::json;

#[test]
fn the_class_and_the_description_of_an_error_are_its_own() {
    let mut qemu = Qemu::q35(&["-compat", "unstable-input=reject"]);
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
