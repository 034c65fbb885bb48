//! The schemas of `qapi-codegen/tests/mapping`, compiled and used: what is read is written
//! again as it was.

mod merged;
mod messages;
mod names;
mod options;
mod paint;
mod unions;

use std::fmt::Debug;

use qapi_protocol::codec::{Decode, Encode};
use qapi_protocol::{decode, encode};
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
    attributes "attributes"
    base "base"
    base64 "base64"
    blockdev_add "blockdev_add"
    command "command"
    conditional "conditional"
    documentation "documentation"
    enum_ "enum"
    event "event"
    extern_ "extern"
    extern_path "extern_path"
    feature "feature"
    hygiene "hygiene"
    keyword "keyword"
    module "module"
    prefix "prefix"
    pure_union "pure_union"
    recursion "recursion"
    roots "roots"
    struct_ "struct"
    union_ "union"
    untagged "untagged"
    versions "versions"
    wrapper "wrapper"
}

/// Reads `json` as a `T`, writes it, compares, and gives the `T`.
#[track_caller]
fn round_trip<T>(json: Value) -> T
where
    T: Decode + Encode + DeserializeOwned + Serialize + PartialEq + Debug,
{
    let text = json.to_string();
    let value: T = decode(&text).unwrap_or_else(|error| panic!("{error}"));
    let written: Value = serde_json::from_str(&encode(&value)).expect("what is written is JSON");
    assert_eq!(
        differences(&json, &written),
        [""; 0],
        "{json} became {written}"
    );
    // What was written reads as the same value, by way of serde too.
    assert_eq!(
        serde_json::to_value(&value).expect("it is a value"),
        written
    );
    let again: T = serde_json::from_value(written).expect("what was written can be read");
    assert_eq!(again, value);
    value
}

/// The error of reading `json` as a `T`: where, and what.
#[track_caller]
fn error<T: Decode + Debug>(json: Value) -> (String, String) {
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
        "invalid type: array, expected an object (OnlyOptional)"
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
fn a_number_that_is_read_and_written_is_the_same_number() {
    let text = "950.9263599215305";
    let amount: alternate_::Amount = decode(text).unwrap();
    assert_eq!(serde_json::to_string(&amount).unwrap(), text);
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
