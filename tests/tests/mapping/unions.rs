//! Unions: their tags, their branches, and those that are not known.

use qapi_protocol::decode;
use serde_json::{Value, json};

use crate::{command, error, hygiene, pure_union, round_trip, union_};

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
            "invalid type: array, expected a boolean",
        ),
        (
            r#"[{"driver": "nbd", "host": "h", "port": {}, "read-only": true}]"#,
            "$[0].port",
            "invalid type: object, expected u16",
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
fn errors_have_a_place_in_front_of_a_tag_and_in_what_a_command_keeps() {
    use command::commands::DeviceAdd;
    let (path, _) = error::<DeviceAdd>(json!({ "driver": null }));
    assert_eq!(path, "$.driver");
    // The tag of a union inside a member that stands before the tag of the outer one.
    let hash = json!({ "data": { "a": "a" }, "reader": { "data": 1 }, "member": "a" });
    let (path, _) = error::<hygiene::Hash>(hash);
    assert_eq!(path, "$.reader.data");
    let list = r#"{"next": {"kind": 7}, "kind": "end"}"#;
    assert_eq!(
        decode::<hygiene::Chain>(list).unwrap_err().path,
        "$.next.kind"
    );
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
