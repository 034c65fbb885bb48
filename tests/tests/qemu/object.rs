//! Objects, and their properties of any type.

use qapi_protocol::ErrorClass;
use qapi_tests::expect;
use qapi_tests::server::Qemu;
use qapi_types::qmp::{
    IothreadProperties, MemoryBackendProperties, ObjectOptions, ObjectOptionsBranch,
    SecretProperties, commands,
};
use serde_json::{Value, json};

#[test]
fn an_object_lives_from_add_to_del() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let properties = IothreadProperties::new()
        .poll_max_ns(20_000)
        .aio_max_batch(4);
    let object = ObjectOptions::new(ObjectOptionsBranch::Iothread(properties), "io0");
    client.execute(commands::ObjectAdd::from(object)).unwrap();

    let threads = client.execute(commands::QueryIothreads::new()).unwrap();
    let [thread] = threads.as_slice() else {
        panic!("{threads:?}");
    };
    assert_eq!(
        (thread.id.as_str(), thread.poll_max_ns, thread.aio_max_batch),
        ("io0", 20_000, Some(4))
    );
    assert!(thread.thread_id > 0);

    client.execute(commands::ObjectDel::new("io0")).unwrap();
    assert_eq!(client.execute(commands::QueryIothreads::new()).unwrap(), []);
    let error = expect::refusal(&mut client, commands::ObjectDel::new("io0"));
    assert_eq!(error.class, ErrorClass::GenericError);
    assert!(error.desc.contains("io0"), "{error}");
}

#[test]
fn a_property_is_a_value_of_its_own_type() {
    let qemu = Qemu::none();
    let mut client = qemu.connect();
    let ram = MemoryBackendProperties::new(8 << 20).share(true);
    let secret = SecretProperties::new().data("letmein");
    for object in [
        ObjectOptions::new(ObjectOptionsBranch::MemoryBackendRam(ram), "ram0"),
        ObjectOptions::new(ObjectOptionsBranch::Secret(secret), "secret0"),
    ] {
        client.execute(commands::ObjectAdd::from(object)).unwrap();
    }

    let mut get = |path: &str, property: &str| -> Value {
        let command = commands::QomGet::new(path, property);
        client.execute(command).unwrap()
    };
    assert_eq!(get("/objects/ram0", "size"), json!(8 << 20));
    assert_eq!(get("/objects/ram0", "share"), json!(true));
    assert_eq!(get("/objects/ram0", "policy"), json!("default"));
    assert_eq!(get("/objects/ram0", "host-nodes"), json!([]));
    assert_eq!(get("/objects/secret0", "type"), json!("secret"));
    assert_eq!(get("/objects", "ram0"), json!("/objects/ram0"));

    let dump = commands::QomSet::new("/objects/ram0", "dump", json!(false));
    client.execute(dump).unwrap();
    let backends = client.execute(commands::QueryMemdev::new()).unwrap();
    let [backend] = backends.as_slice() else {
        panic!("{backends:?}");
    };
    assert_eq!(backend.id.as_deref(), Some("ram0"));
    assert_eq!(
        (backend.size, backend.share, backend.dump),
        (8 << 20, Some(true), false)
    );

    let properties = client.execute(commands::QomList::new("/objects")).unwrap();
    let secret = properties
        .iter()
        .find(|property| property.name == "secret0");
    assert_eq!(secret.unwrap().r#type, "child<secret>");
}
