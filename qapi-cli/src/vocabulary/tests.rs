//! A server and a reference that differ.

use qapi_protocol::decode;
use qapi_protocol::introspection::{CommandList, Schema};
use serde_json::{Value, json};

use super::{Integer, Vocabulary};

fn schema(entries: Value) -> Schema {
    let Value::Array(mut all) = entries else {
        panic!("no array");
    };
    for (name, json_type) in [
        ("str", "string"),
        ("int", "int"),
        ("size", "int"),
        ("uint8", "int"),
    ] {
        all.push(json!({"name": name, "meta-type": "builtin", "json-type": json_type}));
    }
    decode(Value::Array(all).to_string()).unwrap()
}

/// A command `run` that takes these members, and types.
fn run(members: Value, types: Value) -> Schema {
    let mut entries = vec![
        json!({"name": "run", "meta-type": "command", "arg-type": "1", "ret-type": "2", "versions": "5.2.."}),
        json!({"name": "1", "meta-type": "object", "members": members}),
        json!({"name": "2", "meta-type": "object", "members": []}),
    ];
    entries.extend(types.as_array().unwrap().iter().cloned());
    schema(Value::Array(entries))
}

fn names(vocabulary: &Vocabulary) -> Vec<String> {
    let arguments = vocabulary.command("run").unwrap().arguments().unwrap();
    let members = arguments.members();
    members
        .map(|it| format!("{}: {}", it.name(), it.ty()))
        .collect()
}

#[test]
fn types_are_called_what_the_reference_calls_them() {
    let live = run(
        json!([
            {"name": "mode", "type": "3"}, {"name": "modes", "type": "[3]"},
            {"name": "place", "type": "4"}, {"name": "length", "type": "int"},
            {"name": "new", "type": "3"}, {"name": "text", "type": "str"},
            {"name": "changed", "type": "3"}, {"name": "number", "type": "int"},
        ]),
        json!([
            {"name": "3", "meta-type": "enum", "values": ["a"]},
            {"name": "4", "meta-type": "object", "members": [{"name": "x", "type": "int"}]},
            {"name": "[3]", "meta-type": "array", "element-type": "3"},
        ]),
    );
    let reference = run(
        json!([
            {"name": "mode", "type": "Mode"}, {"name": "modes", "type": "[Mode]"},
            // Became an alternate, or something else altogether.
            {"name": "place", "type": "PlaceOrName"}, {"name": "length", "type": "size"},
            {"name": "text", "type": "Mode"}, {"name": "changed", "type": "str"},
            {"name": "number", "type": "int"}, {"name": "gone", "type": "str"},
        ]),
        json!([
            {"name": "Mode", "meta-type": "enum", "members": [{"name": "a"}, {"name": "b"}]},
            {"name": "[Mode]", "meta-type": "array", "element-type": "Mode"},
            {"name": "PlaceOrName", "meta-type": "alternate", "members": [{"type": "str"}, {"type": "Place"}]},
            {"name": "Place", "meta-type": "object", "members": [{"name": "x", "type": "uint8"}]},
        ]),
    );
    let alone = Vocabulary::new(live.clone(), None);
    assert_eq!(
        names(&alone),
        [
            "mode: enum",
            "modes: [enum]",
            "place: object",
            "length: int",
            "new: enum",
            "text: str",
            "changed: enum",
            "number: int",
        ]
    );
    let both = Vocabulary::new(live, Some(reference));
    assert_eq!(
        names(&both),
        [
            "mode: Mode",
            "modes: [Mode]",
            "place: Place",
            "length: size",
            "new: enum",
            "text: str",
            "changed: enum",
            "number: int",
        ]
    );
    let command = both.command("run").unwrap();
    assert_eq!(
        command.versions().unwrap().to_string(),
        "QEMU 5.2 and newer"
    );
    let arguments = command.arguments().unwrap();
    // The server has no `b`, whatever the reference has.
    let mode = arguments.member("mode").unwrap().ty();
    assert_eq!(mode.values().map(|it| it.name()).collect::<Vec<_>>(), ["a"]);
    assert!(both.find_type("Mode").is_some() && both.find_type("enum").is_none());

    let integer = |name: &str| arguments.member(name).unwrap().ty().integer();
    assert_eq!(integer("number"), Some(Integer::ANY));
    let size = integer("length").unwrap();
    assert!(size.is_size && size.min == 0);
    let place = arguments.member("place").unwrap().ty();
    let x = place.member("x").unwrap().ty().integer().unwrap();
    assert!(!x.is_size && x.max == 255);
    assert_eq!(integer("mode"), None);
}

#[test]
fn commands_that_are_known_by_name_only_take_anything() {
    let commands: CommandList = decode(r#"[{"name": "run"}, {"name": "ours"}]"#).unwrap();
    let reference = schema(json!([
        {"name": "run", "meta-type": "command", "arg-type": "1", "ret-type": "1"},
        {"name": "walk", "meta-type": "command", "arg-type": "1", "ret-type": "1"},
        {"name": "1", "meta-type": "object", "members": []},
    ]));
    let vocabulary = Vocabulary::of_names(&commands, reference);
    let names: Vec<_> = vocabulary.commands().map(|it| it.name()).collect();
    assert_eq!(names, ["ours", "run"]);
    assert!(vocabulary.command("run").unwrap().arguments().is_some());
    assert!(vocabulary.command("ours").unwrap().arguments().is_none());
    assert!(vocabulary.command("walk").is_none());
}

#[test]
fn some_commands_take_more_than_is_listed() {
    let schema = |gen_false: bool, is_union: bool| {
        let mut device_add =
            json!({"name": "object-add", "meta-type": "command", "arg-type": "1", "ret-type": "1"});
        let mut other =
            json!({"name": "ours", "meta-type": "command", "arg-type": "1", "ret-type": "1"});
        let mut arguments = json!({"name": "1", "meta-type": "object", "members": []});
        if gen_false {
            device_add["gen"] = json!(false);
            other["gen"] = json!(false);
        }
        if is_union {
            arguments["tag"] = json!("driver");
            arguments["variants"] = json!([]);
        }
        schema(json!([device_add, other, arguments]))
    };
    let open = |vocabulary: &Vocabulary| {
        let is_open = |name| vocabulary.command(name).unwrap().is_open();
        (is_open("object-add"), is_open("ours"))
    };
    // QEMU does not say so; descriptors do.
    assert_eq!(
        open(&Vocabulary::new(schema(false, false), None)),
        (true, false)
    );
    let reference = Some(schema(true, false));
    assert_eq!(
        open(&Vocabulary::new(schema(false, false), reference)),
        (true, true)
    );
    let reference = Some(schema(true, true));
    assert_eq!(
        open(&Vocabulary::new(schema(false, true), reference)),
        (false, false)
    );
}

#[test]
fn the_server_decides_which_reference_it_has() {
    let live = |name: &str| {
        schema(json!([
            {"name": name, "meta-type": "command", "arg-type": "1", "ret-type": "1"},
            {"name": "1", "meta-type": "object", "members": []},
        ]))
    };
    let link = |vocabulary: Vocabulary| {
        let manual = vocabulary.manual().unwrap();
        manual.link("command", "m", "c", None).unwrap()
    };
    let qemu = link(Vocabulary::of_monitor(live("query-status")).unwrap());
    assert!(
        qemu.ends_with("qemu-qmp-ref.html#command-QMP-m.c"),
        "{qemu}"
    );
    let daemon = link(Vocabulary::of_monitor(live("query-jobs")).unwrap());
    assert!(
        daemon.ends_with("qemu-storage-daemon-qmp-ref.html#command-QSD-m.c"),
        "{daemon}"
    );

    let commands: CommandList = decode(r#"[{"name": "guest-ping"}]"#).unwrap();
    let guest = Vocabulary::of_agent(&commands).unwrap();
    assert!(guest.command("guest-ping").unwrap().arguments().is_some());
    assert!(link(guest).ends_with("qemu-ga-ref.html#command-QGA-m.c"));
}
