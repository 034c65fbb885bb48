//! The schemas of `qapi-codegen/tests/mapping`, compiled and used: what is read is written
//! again as it was.

use std::fmt::Debug;

use qapi_protocol::{CommandSet, CommandVisitor, EventSet, QapiCommand, QapiEvent, decode};
use qapi_tests::replay::differences;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The modules that `build.rs` makes of the schemas.
macro_rules! schemas {
    ($($module:ident $file:literal)*) => { $(
        mod $module {
            include!(concat!(env!("OUT_DIR"), "/", $file, ".rs"));
        }
    )* };
}

schemas! {
    alias "alias"
    alternate_ "alternate"
    base "base"
    base64 "base64"
    command "command"
    conditional "conditional"
    documentation "documentation"
    enum_ "enum"
    event "event"
    extern_ "extern"
    feature "feature"
    hygiene "hygiene"
    keyword "keyword"
    module "module"
    pure_union "pure_union"
    recursion "recursion"
    struct_ "struct"
    union_ "union"
    untagged "untagged"
    versions "versions"
    wrapper "wrapper"
}

/// Reads `json` as a `T`, writes it, compares, and gives the `T`.
#[track_caller]
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: Value) -> T {
    let text = json.to_string();
    let value: T = decode(&text).unwrap_or_else(|error| panic!("{error}"));
    let written = serde_json::to_value(&value).expect("generated types are JSON");
    assert_eq!(
        differences(&json, &written),
        [""; 0],
        "{json} became {written}"
    );
    // What was written reads as the same value, from a tree as from a text.
    let again: T = serde_json::from_value(written).expect("what was written can be read");
    assert_eq!(again, value);
    value
}

/// The error of reading `json` as a `T`: where, and what.
#[track_caller]
fn error<T: DeserializeOwned + Debug>(json: Value) -> (String, String) {
    match decode::<T>(json.to_string()) {
        Ok(value) => panic!("{json} was read as {value:?}"),
        Err(error) => (error.path, error.message),
    }
}

#[test]
fn every_builtin_type_round_trips() {
    use struct_::Sizes;
    let json = json!({
        "str": "ä\n", "number": 0.5, "int": i64::MIN, "int8": -128, "int16": -1, "int32": 1,
        "int64": i64::MAX, "uint8": 255, "uint16": 1, "uint32": u32::MAX, "uint64": u64::MAX,
        "size": u64::MAX, "bool": true, "null": null, "any": { "a": [1, null, 2.5] },
        "list": ["x", ""],
    });
    let sizes: Sizes = round_trip(json.clone());
    assert_eq!(sizes.uint64, u64::MAX);
    assert_eq!(sizes.read_only, None);

    let mut all = json;
    all["read-only"] = json!(false);
    all["maybe-any"] = json!(null);
    all["maybe-list"] = json!([{}, {}]);
    let sizes: Sizes = round_trip(all);
    assert_eq!(
        sizes.maybe_any,
        Some(Value::Null),
        "an explicit null is kept"
    );
    assert_eq!(sizes.maybe_list.map(|list| list.len()), Some(2));
}

#[test]
fn wrong_values_are_refused_where_they_are() {
    use struct_::{OnlyOptional, Sizes};
    let (path, message) = error::<OnlyOptional>(json!({ "name": 1 }));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("$.name", "invalid type: integer `1`, expected a string")
    );
    let (path, message) = error::<OnlyOptional>(json!([]));
    assert_eq!(path, "$");
    assert_eq!(
        message,
        "invalid type: sequence, expected an object (OnlyOptional)"
    );
    let (path, message) = error::<Sizes>(json!({ "uint8": 256 }));
    assert_eq!(path, "$.uint8");
    assert_eq!(message, "invalid value: integer `256`, expected u8");
    let (path, message) = error::<Vec<Sizes>>(json!([{ "str": "" }]));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("$[0]", "missing field `number`")
    );
}

#[test]
fn unknown_members_are_ignored_and_order_is_free() {
    let value: base::Cdrom =
        decode(r#"{"new": [1], "size": 3, "id": "a", "x": {"y": null}}"#).unwrap();
    assert_eq!(
        (value.id.as_str(), value.size, value.tray_open),
        ("a", 3, None)
    );
}

#[test]
fn the_members_of_a_base_are_members_like_all() {
    let cdrom: base::Cdrom =
        round_trip(json!({ "id": "cd0", "note": "n", "size": 1, "tray-open": true }));
    assert_eq!(cdrom.note.as_deref(), Some("n"));
    assert_eq!(base::Cdrom::new("cd0", 1).id, "cd0");
}

#[test]
fn enum_values_are_strings_and_unknown_ones_are_kept() {
    use enum_::Mode;
    assert_eq!(round_trip::<Mode>(json!("read-only")), Mode::ReadOnly);
    assert_eq!(round_trip::<Mode>(json!("2d")), Mode::_2d);
    assert_eq!(round_trip::<Mode>(json!("self")), Mode::Self_);
    assert_eq!(round_trip::<Mode>(json!("unknown")), Mode::Unknown_);
    assert_eq!(
        round_trip::<Mode>(json!("brand-new")),
        Mode::Unknown("brand-new".into())
    );
    assert_eq!(Mode::from("none"), Mode::None);
    assert_eq!(Mode::X2apic.as_str(), "X2APIC");
    assert_eq!(format!("{:>6}", Mode::None), "  none");
    assert_eq!(
        error::<Mode>(json!(1)).1,
        "invalid type: integer `1`, expected a string"
    );
}

#[test]
fn a_unions_tag_may_stand_anywhere() {
    use union_::{Node, NodeBranch};
    let node: Node = round_trip(json!({
        "driver": "nbd", "node-name": "n", "read-only": true, "host": "h", "port": 10809
    }));
    for text in [
        r#"{"driver": "nbd", "node-name": "n", "read-only": true, "host": "h", "port": 10809}"#,
        r#"{"host": "h", "port": 10809, "node-name": "n", "driver": "nbd", "read-only": true}"#,
        r#"{"read-only": true, "extra": {}, "port": 10809, "host": "h", "node-name": "n", "driver": "nbd"}"#,
    ] {
        assert_eq!(decode::<Node>(text).unwrap(), node, "{text}");
    }
    let NodeBranch::Nbd(nbd) = &node.driver else {
        panic!("{node:?}")
    };
    assert_eq!((nbd.host.as_str(), nbd.port), ("h", Some(10809)));
}

#[test]
fn a_branch_without_members_is_just_its_tag() {
    use union_::{Node, NodeBranch};
    let node: Node = round_trip(json!({ "driver": "null", "read-only": false }));
    assert_eq!(node.driver, NodeBranch::Null);
}

#[test]
fn an_unknown_branch_keeps_its_members() {
    use union_::{Node, NodeBranch};
    for text in [
        r#"{"driver": "iouring", "read-only": true, "depth": 8, "cpu": [1]}"#,
        r#"{"depth": 8, "cpu": [1], "read-only": true, "driver": "iouring"}"#,
    ] {
        let node: Node = round_trip(serde_json::from_str(text).unwrap());
        let NodeBranch::Unknown(branch) = &node.driver else {
            panic!("{node:?}")
        };
        assert_eq!(&*branch.tag, "iouring");
        assert_eq!(
            Value::from(branch.members.clone()),
            json!({ "depth": 8, "cpu": [1] })
        );
    }
}

#[test]
fn an_unknown_branch_of_a_branch_is_kept_like_any() {
    use pure_union::{Address, Socket};
    for text in [
        r#"{"transport": "socket", "type": "vsock", "cid": 3}"#,
        r#"{"cid": 3, "type": "vsock", "transport": "socket"}"#,
    ] {
        let address: Address = round_trip(serde_json::from_str(text).unwrap());
        let Address::Socket(Socket::Unknown(branch)) = &address else {
            panic!("{address:?}")
        };
        assert_eq!((&*branch.tag, &branch.members["cid"]), ("vsock", &json!(3)));
    }
    // What is inside of an unknown one is nobody's business.
    let address: Address = round_trip(json!({ "transport": "pigeon", "type": "inet", "host": 1 }));
    assert_ne!(address, round_trip(json!({ "transport": "pigeon" })));
}

#[test]
fn an_unknown_value_may_be_anywhere() {
    use alternate_::{Checks, Preset};
    let new = || Preset::from("paranoid");
    assert_eq!(round_trip::<Checks>(json!("paranoid")), new().into());
    let list: Vec<Preset> = round_trip(json!(["fast", "paranoid", "paranoid", "lazy"]));
    assert_eq!(list[1..3], [new(), Preset::Unknown("paranoid".into())]);
    let different: std::collections::HashSet<_> = list.into_iter().collect();
    assert_eq!(different.len(), 3);
    let shutdown: event::events::Shutdown = round_trip(json!({ "guest": true, "reason": "moon" }));
    assert_eq!(shutdown.reason.unwrap().as_str(), "moon");
}

#[test]
fn errors_in_a_union_have_a_place_wherever_its_tag_stands() {
    use union_::Node;
    for (text, path, message) in [
        (
            r#"[{"driver": "nbd", "read-only": true}]"#,
            "$[0]",
            "missing field `host`",
        ),
        (
            r#"[{"driver": "nbd", "host": "h"}]"#,
            "$[0]",
            "missing field `read-only`",
        ),
        (r#"[{"read-only": true}]"#, "$[0]", "missing field `driver`"),
        (
            r#"[{"driver": "nbd", "host": 5}]"#,
            "$[0].host",
            "invalid type: integer `5`, expected a string",
        ),
        (
            r#"[{"host": 5, "read-only": true, "driver": "nbd"}]"#,
            "$[0].host",
            "invalid type: integer `5`, expected a string",
        ),
        (
            r#"[{"host": "h", "read-only": [], "driver": "nbd"}]"#,
            "$[0].read-only",
            "invalid type: sequence, expected a boolean",
        ),
        (
            r#"[{"driver": "nbd", "host": "h", "port": {}, "read-only": true}]"#,
            "$[0].port",
            "invalid type: map, expected u16",
        ),
        (
            r#"[{"driver": 7}]"#,
            "$[0].driver",
            "invalid type: integer `7`, expected a string",
        ),
    ] {
        let error = decode::<Vec<Node>>(text).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.message.as_str()),
            (path, message),
            "{text}"
        );
    }
}

#[test]
fn errors_have_a_place_in_what_was_buffered_and_in_what_a_command_keeps() {
    use command::commands::DeviceAdd;
    let (path, _) = error::<DeviceAdd>(json!({ "driver": null }));
    assert_eq!(path, "$.driver");
    // The tag of a union inside a member that stands before the tag of the outer one.
    let hash = json!({ "data": { "a": "a" }, "index": { "data": 1 }, "members": "a" });
    let (path, _) = error::<hygiene::Hash>(hash);
    assert_eq!(path, "$.index.data");
    let list = r#"{"next": {"kind": 7}, "kind": "end"}"#;
    assert_eq!(
        decode::<hygiene::Chain>(list).unwrap_err().path,
        "$.next.kind"
    );
}

#[test]
fn a_number_that_is_read_and_written_is_the_same_number() {
    let text = "950.9263599215305";
    let amount: alternate_::Amount = decode(text).unwrap();
    assert_eq!(serde_json::to_string(&amount).unwrap(), text);
}

#[test]
fn a_branch_may_be_a_union_itself() {
    use pure_union::{Address, Socket};
    let address: Address =
        round_trip(json!({ "transport": "socket", "type": "inet", "host": "h" }));
    let Address::Socket(Socket::Inet(inet)) = &address else {
        panic!("{address:?}")
    };
    assert_eq!(inet.host, "h");
    for text in [
        r#"{"type": "inet", "host": "h", "transport": "socket"}"#,
        r#"{"host": "h", "transport": "socket", "type": "inet"}"#,
    ] {
        assert_eq!(decode::<Address>(text).unwrap(), address, "{text}");
    }
    assert_eq!(
        round_trip::<Address>(json!({ "transport": "none" })),
        Address::None
    );
    round_trip::<Address>(json!({ "transport": "exec", "args": ["a", "b"] }));
}

#[test]
fn an_alternate_is_chosen_by_json_type() {
    use alternate_::{Amount, Checks, Preset, Scalar, StrOrNull};
    assert_eq!(
        round_trip::<Checks>(json!("fast")),
        Checks::Preset(Preset::Fast)
    );
    assert!(matches!(
        round_trip::<Checks>(json!({ "level": 3 })),
        Checks::Custom(_)
    ));
    assert_eq!(round_trip::<StrOrNull>(json!(null)), StrOrNull::N);
    assert_eq!(round_trip::<StrOrNull>(json!("x")), "x".into());
    assert_eq!(round_trip::<Scalar>(json!(true)), Scalar::Flag(true));
    assert_eq!(
        round_trip::<Scalar>(json!(u64::MAX)),
        Scalar::Count(u64::MAX)
    );
    assert_eq!(
        round_trip::<Scalar>(json!([1, 2])),
        Scalar::List(vec![1, 2])
    );
    assert_eq!(round_trip::<Amount>(json!(2.5)), Amount::Number(2.5));
    assert_eq!(round_trip::<Amount>(json!(-2)), Amount::Number(-2.0));

    let (path, message) = error::<Checks>(json!(true));
    assert_eq!(path, "$");
    assert_eq!(
        message,
        "invalid type: boolean `true`, expected a string or an object"
    );
    let (path, _) = error::<Vec<Checks>>(json!(["fast", { "level": "x" }]));
    assert_eq!(path, "$[1].level");
    assert_eq!(
        error::<Scalar>(json!(-1)).1,
        "invalid value: integer `-1`, expected u64"
    );
}

#[test]
fn an_optional_alternate_keeps_an_explicit_null() {
    use alternate_::{StrOrNull, commands::SetChecks};
    let command: SetChecks = round_trip(json!({ "name": null }));
    assert_eq!(command.name, Some(StrOrNull::N));
    assert_eq!(
        SetChecks::new().checks("safe").name("x").checks.unwrap(),
        "safe".into()
    );
}

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
    let raw = |text: &str| serde_json::value::RawValue::from_string(text.to_owned()).unwrap();
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

#[test]
fn types_may_contain_themselves() {
    use recursion::{Condition, Filter, Image, Tree};
    round_trip::<Filter>(json!({ "file": { "file": "a", "backing": "b" }, "backing": "c" }));
    round_trip::<Image>(json!({ "name": "a", "backing": { "name": "b" } }));
    round_trip::<Tree>(json!({ "children": [{ "children": [] }] }));
    round_trip::<Condition>(json!({ "op": "not", "inner": { "op": "leaf", "value": true } }));
    let filter = Filter::new(Filter::new("a")).backing("b");
    assert_eq!(
        serde_json::to_value(filter).unwrap(),
        json!({ "file": { "file": "a" }, "backing": "b" })
    );
}

#[test]
fn a_wrapper_is_made_of_what_it_wraps() {
    use wrapper::{Snapshot, TransactionAction, commands::Transaction};
    let snapshot = TransactionAction::Snapshot(Snapshot::new("disk0").into());
    let json = json!({ "actions": [
        { "type": "snapshot", "data": { "device": "disk0" } },
        { "type": "abort" },
    ] });
    assert_eq!(
        round_trip::<Transaction>(json),
        Transaction::new([snapshot, TransactionAction::Abort])
    );
}

#[test]
fn keywords_are_members_like_all() {
    let value: keyword::Keywords = round_trip(json!({
        "type": "t", "async": true, "self": true, "crate": true, "members": true, "index": true,
        "to": true, "UUID": "u", "__com.example_own": false,
    }));
    assert_eq!((value.r#type.as_str(), value.self_), ("t", true));
    let send = keyword::commands::StringSend::new(true).value(keyword::String::new("s"));
    assert_eq!(
        serde_json::to_value(send).unwrap(),
        json!({ "new": true, "value": { "str": "s" } })
    );
}

#[test]
fn names_that_generated_code_uses_stay_usable() {
    use hygiene::{A, Chain, ChainBranch, D, E, HashBranch, commands};
    let command: commands::A = round_trip(json!({
        "a": { "a": "a", "new": true, "with-new": false },
        "hash": { "members": "a", "index": "b", "data": { "a": "c" } },
        "list": { "kind": "next", "next": { "kind": "end" } },
    }));
    assert_eq!(command.a, A::new(E::A).with_new_(true).with_new(false));
    assert_eq!(command.hash.index, D::E("b".into()));
    assert_eq!(command.hash.members, HashBranch::A(A::new("c").into()));
    let list = Chain::new(ChainBranch::Next(hygiene::M::new()));
    assert_eq!(command.list, Some(list.next(Chain::new(ChainBranch::End))));
    let add: commands::NetdevAdd = round_trip(json!({ "a": "a", "netns": 3 }));
    assert_eq!(add.extra["netns"], 3);
}

#[test]
fn a_member_that_stands_twice_is_not_written_twice() {
    use command::commands::DeviceAdd;
    let add = DeviceAdd::new("e1000").extra("driver", "other");
    assert_eq!(
        serde_json::to_string(&add).unwrap(),
        r#"{"driver":"e1000"}"#
    );
    let node: union_::Node =
        decode(r#"{"driver": "new", "read-only": true, "driver": "newer"}"#).unwrap();
    assert_eq!(
        serde_json::to_string(&node).unwrap(),
        r#"{"driver":"new","read-only":true}"#
    );
}

#[test]
fn a_member_under_a_condition_may_be_missing() {
    let info: conditional::Info = round_trip(json!({ "always": true }));
    assert_eq!(info.linux_only, None);
    round_trip::<conditional::Info>(json!({ "always": true, "linux-only": 1, "maybe": "x" }));
}

#[test]
#[expect(deprecated)]
fn what_is_deprecated_still_works() {
    round_trip::<feature::Old>(json!({ "name": "n", "id": "i" }));
}

#[test]
fn modules_are_flat_to_their_users() {
    let outer: module::Outer = round_trip(json!({ "inner": { "x": 1 } }));
    assert_eq!(outer.inner, module::Inner::new(1));
    assert_eq!(module::events::Happened(module::Inner::new(1)).0.x, 1);
}

#[test]
fn strings_in_base64_are_bytes_where_the_user_said_so() {
    use base64::{Chunk, commands::ChunkWrite};
    let chunk: Chunk = round_trip(json!({
        "count": 2, "buf-b64": "aGk=", "parts": ["", "/+8="], "note": "aGk=",
    }));
    assert_eq!((&*chunk.buf_b64, chunk.note.as_str()), (&b"hi"[..], "aGk="));
    assert_eq!(chunk.parts.unwrap(), [b"".into(), b"\xff\xef".into()]);
    let write = ChunkWrite::new(1).buf_b64(b"hi");
    assert_eq!(
        serde_json::to_value(write).unwrap(),
        json!({ "handle": 1, "buf-b64": "aGk=" })
    );
    let (path, message) = error::<ChunkWrite>(json!({ "handle": 1, "buf-b64": "aGk" }));
    assert_eq!(path, "$.buf-b64");
    assert!(message.starts_with("invalid base64"), "{message}");
}

#[test]
fn what_another_module_has_is_the_same_type() {
    use extern_::{Command, Export, Node, commands};
    let driver = union_::NodeBranch::File(union_::FileOptions::new("a"));
    let node: union_::Node = Node::new(driver, true);
    let add = commands::ExportAdd::from(Export::new(node, [extern_::Driver::File]));
    assert_eq!(
        round_trip::<commands::ExportAdd>(json!({
            "node": { "driver": "file", "read-only": true, "filename": "a" },
            "drivers": ["file"],
        })),
        add
    );
    assert_eq!(Command::NAMES, ["node-add", "export-add"]);
    let add: union_::commands::NodeAdd = commands::NodeAdd::from(add.0.node);
    assert_eq!(Command::NodeAdd(add).name(), "node-add");
}

#[test]
#[expect(deprecated)]
fn what_only_some_releases_have_is_optional_and_constants_say_which_they_are() {
    use versions::{Disk, DiskInfo, commands::*, events::DiskFull};
    round_trip::<Disk>(json!({ "size": 1, "cache": "", "label": "l", "secs": 2 }));
    round_trip::<Disk>(json!({ "size": 1, "cache": "", "node": "n", "uuid": "u" }));
    round_trip::<DiskInfo>(json!({ "id": "d", "ticks": 1 }));
    round_trip::<DiskInfo>(json!({ "id": "d", "flags": 0 }));
    let versions = [
        DiskAdd::VERSIONS,
        QueryDisks::VERSIONS,
        DiskResize::VERSIONS,
        DiskEject::VERSIONS,
        DiskFull::VERSIONS,
    ];
    assert_eq!(
        versions.map(|range| range.to_string()),
        [
            "every QEMU",
            "QEMU 1.5 and newer",
            "QEMU 7.2 only",
            "up to QEMU 5.2",
            "QEMU 2.9 to 7.2",
        ]
    );
}

#[test]
fn an_old_name_is_the_same_type() {
    use alias::{Algorithm, Digest, Key, KeyAlgorithm, KeyBranch, KeyOptions, commands::KeyAdd};
    let key: KeyOptions = Key::new(KeyBranch::Md5(Digest::new("d")), "k");
    assert_eq!(
        round_trip::<KeyAdd>(json!({ "algorithm": "md5", "name": "k", "digest": "d" })),
        KeyAdd::from(key)
    );
    assert_eq!(Algorithm::Sha1, KeyAlgorithm::from("sha1"));
}

#[test]
fn a_union_may_be_without_the_tag_that_old_releases_lack() {
    use untagged::{GuestInfo, GuestInfoBranch, Limit, LimitBranch, Link, LinkBranch};
    for text in [
        r#"{"enabled": true, "policy": 1, "handle": 2}"#,
        r#"{"handle": 2, "policy": 1, "new": [], "enabled": true}"#,
    ] {
        let info: GuestInfo = decode(text).unwrap();
        assert!(info.enabled);
        let GuestInfoBranch::Untagged(guest) = &info.guest_type else {
            panic!("{info:?}")
        };
        assert_eq!((guest.policy, guest.handle), (1, 2));
        assert_eq!(
            serde_json::to_string(&info).unwrap(),
            r#"{"enabled":true,"policy":1,"handle":2}"#
        );
    }
    let info: GuestInfo =
        round_trip(json!({ "guest-type": "sev", "enabled": true, "policy": 1, "handle": 2 }));
    assert!(matches!(info.guest_type, GuestInfoBranch::Sev(_)));
    let info: GuestInfo = round_trip(json!({ "guest-type": "untagged", "enabled": true }));
    assert_eq!(info.guest_type, GuestInfoBranch::Untagged_);
    let (path, message) = error::<Vec<GuestInfo>>(json!([{ "enabled": true, "policy": 1 }]));
    assert_eq!(
        (path.as_str(), message.as_str()),
        ("$[0]", "missing field `handle`")
    );
    let (path, _) = error::<GuestInfo>(json!({ "policy": 1, "handle": "h", "enabled": true }));
    assert_eq!(path, "$.handle");

    assert_eq!(
        round_trip::<Limit>(json!({ "value": 1 })),
        Limit::new(LimitBranch::Untagged, 1)
    );
    let limit: Limit = decode(r#"{"other": {}, "value": 1}"#).unwrap();
    assert_eq!(limit.guest_type, LimitBranch::Untagged);
    assert_eq!(error::<Limit>(json!({})).1, "missing field `value`");

    let chain: Link = round_trip(json!({
        "id": 1, "next": { "guest-type": "sev", "id": 2, "next": { "id": 3 } },
    }));
    let LinkBranch::Untagged(first) = &chain.guest_type else {
        panic!("{chain:?}")
    };
    assert_eq!(first.next.as_ref().map(|second| second.id), Some(2));
}
