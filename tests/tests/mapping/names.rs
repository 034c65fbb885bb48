//! Names, of the schema and of other modules.

use qapi_protocol::CommandSet;
use serde_json::json;

use crate::{extern_, hygiene, keyword, module, round_trip, union_};

#[test]
fn keywords_are_members_like_all() {
    let value: keyword::Keywords = round_trip(json!({
        "type": "t", "async": true, "self": true, "crate": true, "member": true, "reader": true,
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
        "hash": { "member": "a", "reader": "b", "data": { "a": "c" } },
        "list": { "kind": "next", "next": { "kind": "end" } },
    }));
    assert_eq!(command.a, A::new(E::A).with_new_(true).with_new(false));
    assert_eq!(command.hash.reader, D::E("b".into()));
    assert_eq!(command.hash.member, HashBranch::A(A::new("c").into()));
    let list = Chain::new(ChainBranch::Next(hygiene::M::new()));
    assert_eq!(command.list, Some(list.next(Chain::new(ChainBranch::End))));
    let add: commands::NetdevAdd = round_trip(json!({ "a": "a", "netns": 3 }));
    assert_eq!(add.extra["netns"], 3);
}

#[test]
fn modules_are_flat_to_their_users() {
    let outer: module::Outer = round_trip(json!({ "inner": { "x": 1 } }));
    assert_eq!(outer.inner, module::Inner::new(1));
    assert_eq!(module::events::Happened(module::Inner::new(1)).0.x, 1);
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
