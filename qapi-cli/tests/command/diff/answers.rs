//! Answers to `query-qmp-schema`.

use serde_json::{Value, json};

use super::objects;
use crate::support::{Run, qapi, qapi_with_input};

#[test]
fn answers_are_told_by_commands_and_events() {
    let run = qapi(&["diff", "answers/old.json", "answers/new.json"]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    insta::assert_snapshot!("answers", run.stdout);
}

#[test]
fn no_change_is_of_a_type_or_names_one() {
    let run = qapi(&["diff", "--json", "answers/old.json", "answers/new.json"]);
    let objects = objects(&run);
    assert!(objects.len() > 10);
    for object in &objects {
        assert!(
            object["kind"] == "command" || object["kind"] == "event",
            "{object}"
        );
        assert_eq!(
            (&object["was"], &object["schema"]),
            (&Value::Null, &Value::Null)
        );
        assert!(!object.to_string().contains("Type"), "{object}");
    }
    let types: Vec<_> = objects.iter().filter(|it| it["change"] == "type").collect();
    let ends: Vec<_> = types.iter().map(|it| (&it["from"], &it["to"])).collect();
    assert_eq!(
        ends,
        [
            (&json!("number"), &json!("int")),
            (&json!("str"), &json!("enum"))
        ]
    );
}

/// What comes of an answer, compared with itself.
fn compared(entries: &Value) -> Run {
    let answer = json!({ "return": entries }).to_string();
    qapi_with_input(&["diff", "answers/old.json", "-"], answer.as_bytes())
}

/// An answer of one command, whose argument `x` is of a type, with more types.
fn with(ty: &str, more: &[Value]) -> Value {
    let mut entries = vec![
        json!({ "name": "set", "meta-type": "command", "arg-type": "A", "ret-type": "E" }),
        json!({ "name": "E", "meta-type": "object", "members": [] }),
        json!({ "name": "A", "meta-type": "object", "members": [ { "name": "x", "type": ty } ] }),
        json!({ "name": "str", "meta-type": "builtin", "json-type": "string" }),
    ];
    entries.extend_from_slice(more);
    entries.into()
}

#[test]
fn what_no_schema_of_ours_has_is_taken_where_it_can_be() {
    for entries in [
        // A type that nothing needs, of a kind that nobody knows.
        with(
            "str",
            &[json!({ "name": "9", "meta-type": "tuple", "of": [] })],
        ),
        // Names as nobody writes them any more.
        with(
            "e",
            &[json!({ "name": "e", "meta-type": "enum", "values": [ "1a", "Big_B", "c_d" ] })],
        ),
        with(
            "B",
            &[json!({ "name": "B", "meta-type": "builtin", "json-type": "boolean" })],
        ),
        with(
            "[A]",
            &[json!({ "name": "[A]", "meta-type": "array", "element-type": "A" })],
        ),
        with("E", &[]),
    ] {
        let run = compared(&entries);
        assert_eq!((run.status, &*run.stderr), (0, ""), "{entries}");
    }
}

#[test]
fn the_size_of_an_integer_says_nothing() {
    let sized = include_str!("../../schemas/answers/old.json")
        .replace("\"type\": \"int\"", "\"type\": \"uint8\"")
        .replace("\"name\": \"int\"", "\"name\": \"uint8\"");
    assert!(sized.contains("uint8") && !sized.contains("\"name\": \"int\""));
    let run = qapi_with_input(&["diff", "answers/old.json", "-"], sized.as_bytes());
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert!(run.stdout.ends_with("\nNo changes.\n"), "{}", run.stdout);
}

#[test]
fn what_no_schema_can_give_is_refused_with_what_is_odd() {
    let tag = json!({ "name": "e", "meta-type": "enum", "values": [ "a", "b" ] });
    let union = |tag: Option<&str>, case: &str, branch: &str| {
        let members = json!([ { "name": "tag", "type": "e" } ]);
        let variants = json!([ { "case": case, "type": branch } ]);
        let mut union =
            json!({ "name": "U", "meta-type": "object", "members": members, "variants": variants });
        if let Some(tag) = tag {
            union["tag"] = tag.into();
        }
        union
    };
    for (entries, message) in [
        (json!([]), "it has no command, not even query-qmp-schema"),
        (
            with("9", &[]),
            "type 'A': member 'x': it uses a type '9', which is not there",
        ),
        (
            with(
                "9",
                &[json!({ "name": "9", "meta-type": "tuple", "of": [] })],
            ),
            "type 'A': member 'x': it uses a type '9', which is not there, or of a kind that is not known",
        ),
        (
            with(
                "f",
                &[json!({ "name": "f", "meta-type": "builtin", "json-type": "float" })],
            ),
            "type 'A': member 'x': the values of 'f' are of the type 'float', which JSON does not have",
        ),
        (
            with(
                "[[A]]",
                &[
                    json!({ "name": "[A]", "meta-type": "array", "element-type": "A" }),
                    json!({ "name": "[[A]]", "meta-type": "array", "element-type": "[A]" }),
                ],
            ),
            "type 'A': member 'x': '[[A]]' is an array of arrays",
        ),
        (
            with(
                "e",
                &[json!({ "name": "e", "meta-type": "enum", "values": [ "it's" ] })],
            ),
            "type 'e': 'it\\'s' is no name",
        ),
        (
            with(
                "e",
                &[json!({ "name": "e", "meta-type": "enum", "values": [ "a.b" ] })],
            ),
            "in enum 'e': 'data' member 'a.b' has an invalid name",
        ),
        (
            with("U", &[tag.clone(), union(None, "a", "A")]),
            "type 'U': it has branches, and no tag to choose one",
        ),
        (
            with("U", &[tag.clone(), union(Some("tug"), "a", "A")]),
            "in union 'U': discriminator 'tug' is not a member of 'base'",
        ),
        (
            with("U", &[tag.clone(), union(Some("tag"), "c", "A")]),
            "in union 'U': branch 'c' is not a value of enum type 'e'",
        ),
        (
            with("U", &[tag.clone(), union(Some("tag"), "a", "e")]),
            "in union 'U': branch 'a' cannot use enum type 'e'",
        ),
        (
            with(
                "L",
                &[
                    json!({ "name": "L", "meta-type": "alternate", "members": [ { "type": "A" }, { "type": "E" } ] }),
                ],
            ),
            "in alternate 'L': branch 'object-2' can't be distinguished from 'object'",
        ),
        (
            json!([{ "name": "set", "meta-type": "command", "arg-type": "str", "ret-type": "str" },
                   { "name": "str", "meta-type": "builtin", "json-type": "string" }]),
            "in command 'set': command's 'data' cannot take built-in type 'str'",
        ),
        (
            json!([{ "name": "set", "meta-type": "command", "arg-type": "E", "ret-type": "E" },
                   { "name": "set", "meta-type": "command", "arg-type": "E", "ret-type": "E" },
                   { "name": "E", "meta-type": "object", "members": [] }]),
            "'set' is already defined",
        ),
        (json!([1]), "at $[0]: "),
        (json!([{ "name": "stop" }]), "at $[0]: "),
        (json!({}), "at $: "),
    ] {
        let run = compared(&entries);
        assert_eq!((run.status, &*run.stdout), (2, ""), "{entries}");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.contains("'<stdin>'"), "{}", run.stderr);
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
    }
}

#[test]
fn messages_that_are_no_answer_are_refused() {
    for (message, error) in [
        (
            r#"{"error": {"class": "CommandNotFound", "desc": "no such command"}}"#,
            "no such command",
        ),
        (
            r#"{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}"#,
            "it is the event STOP",
        ),
        (
            r#"{"QMP": {"version": {"qemu": {"major": 1, "minor": 2, "micro": 3}, "package": ""}, "capabilities": []}}"#,
            "it is a greeting",
        ),
        (r#"{"return": {}} {"return": []}"#, "at $"),
        (r#"[{"name": "#, "at $"),
    ] {
        let run = qapi_with_input(&["diff", "answers/old.json", "-"], message.as_bytes());
        assert_eq!((run.status, &*run.stdout), (2, ""), "{message}");
        let start = "error: '<stdin>' is no answer to query-qmp-schema: ";
        assert!(run.stderr.starts_with(start), "{}", run.stderr);
        assert!(run.stderr.contains(error), "{}", run.stderr);
    }
}
