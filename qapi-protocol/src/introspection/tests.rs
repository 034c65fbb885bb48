//! Look-ups in schemas small enough to be read.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CommandList, Found, PathError, Schema, TypeKind};
use crate::{VersionRange, decode};

/// A schema of these entries, besides the basic types.
fn schema(entries: Value) -> Schema {
    let Value::Array(mut all) = entries else {
        panic!("no array");
    };
    for (name, json_type) in [("str", "string"), ("int", "int"), ("null", "null")] {
        all.push(json!({"name": name, "meta-type": "builtin", "json-type": json_type}));
    }
    decode(Value::Array(all).to_string()).unwrap()
}

/// A command that takes the type `1` and returns the type `2`.
fn command() -> Value {
    json!({"name": "run", "meta-type": "command", "arg-type": "1", "ret-type": "2"})
}

/// Something of everything.
fn zoo() -> Schema {
    schema(json!([
        {"name": "run", "meta-type": "command", "arg-type": "1", "ret-type": "2",
         "allow-oob": true, "features": ["fast"]},
        {"name": "RAN", "meta-type": "event", "arg-type": "3", "features": ["loud"]},
        {"name": "1", "meta-type": "object", "tag": "kind", "features": ["wide"],
         "members": [
            {"name": "kind", "type": "4"},
            {"name": "speed", "type": "int", "default": null, "features": ["deprecated"]},
            {"name": "2nd", "type": "str", "default": null}],
         "variants": [{"case": "foot", "type": "2"}, {"case": "bike", "type": "3"}]},
        {"name": "2", "meta-type": "object", "members": []},
        {"name": "3", "meta-type": "object", "members": [
            {"name": "wheels", "type": "[5]"},
            {"name": "lock", "type": "6"},
            {"name": "__org.example_bell", "type": "str"}]},
        {"name": "4", "meta-type": "enum", "values": ["foot", "bike"],
         "members": [{"name": "foot"}, {"name": "bike", "features": ["unstable"]}]},
        {"name": "[5]", "meta-type": "array", "element-type": "5"},
        {"name": "5", "meta-type": "object", "features": ["round"], "members": [
            {"name": "spokes", "type": "int"},
            {"name": "tyre", "type": "7", "default": null}]},
        {"name": "6", "meta-type": "alternate", "features": ["either"],
         "members": [{"type": "null"}, {"type": "8"}, {"type": "[5]"}, {"type": "9"}]},
        {"name": "7", "meta-type": "enum", "values": ["slick", "winter"]},
        {"name": "8", "meta-type": "object", "members": [{"name": "key", "type": "str"}]},
        {"name": "9", "meta-type": "object", "members": [{"name": "key", "type": "7"}]},
    ]))
}

fn has(schema: &Schema, path: &str) -> bool {
    schema.has(path).unwrap()
}

#[test]
fn a_program_goes_from_a_command_to_a_member() {
    let zoo = zoo();
    let run = zoo.command("run").unwrap();
    assert_eq!(run.name(), "run");
    assert!(run.allows_oob() && run.features().has("fast"));
    assert_eq!(run.returns().members().count(), 0);

    let arguments = run.arguments();
    assert_eq!(
        (arguments.kind(), arguments.name()),
        (TypeKind::Object, "1")
    );
    assert_eq!(arguments.tag(), Some("kind"));
    let members: Vec<_> = arguments.members().map(|member| member.name()).collect();
    assert_eq!(members, ["kind", "speed", "2nd"]);
    let branches: Vec<_> = arguments.branches().map(|(name, _)| name).collect();
    assert_eq!(branches, ["foot", "bike"]);

    let speed = arguments.member("speed").unwrap();
    assert!(speed.is_optional() && speed.features().has("deprecated"));
    assert!(!speed.features().has("deprecate") && !arguments.features().has("deprecated"));
    assert_eq!(speed.ty().json_type(), Some("int"));
    assert_eq!(speed.ty().kind(), TypeKind::Builtin);
    assert!(!arguments.member("kind").unwrap().is_optional());

    let bike = arguments.branch("bike").unwrap();
    let wheels = bike.member("wheels").unwrap().ty();
    assert_eq!(wheels.kind(), TypeKind::Array);
    assert_eq!(wheels.members().count(), 0);
    assert!(wheels.member("spokes").is_some());
    assert_eq!(wheels.element().unwrap().kind(), TypeKind::Object);
    assert!(bike.branch("bike").is_none() && bike.member("speed").is_none());

    let lock = bike.member("lock").unwrap().ty();
    assert_eq!(lock.kind(), TypeKind::Alternate);
    let kinds: Vec<_> = lock.alternatives().map(|ty| ty.kind()).collect();
    let object = TypeKind::Object;
    assert_eq!(kinds, [TypeKind::Builtin, object, TypeKind::Array, object]);
    // Of those that have it, the first.
    let key = lock.member("key").unwrap();
    assert_eq!(key.ty().json_type(), Some("string"));
    assert!(lock.member("spokes").is_some());

    assert!(zoo.command("RAN").is_none() && zoo.event("run").is_none());
    assert!(zoo.command("1").is_none() && zoo.command("ru").is_none());
    let ran = zoo.event("RAN").unwrap();
    assert!(ran.features().has("loud") && ran.data().member("lock").is_some());
    assert_eq!(
        zoo.commands().map(|it| it.name()).collect::<Vec<_>>(),
        ["run"]
    );
    assert_eq!(
        zoo.events().map(|it| it.name()).collect::<Vec<_>>(),
        ["RAN"]
    );
}

#[test]
fn values_are_known_in_the_form_of_each_release() {
    let values = |entry: Value| {
        let schema = schema(json!([command(), entry]));
        let ty = schema.command("run").unwrap().arguments();
        assert_eq!(ty.kind(), TypeKind::Enum);
        ty.values()
            .map(|value| (value.name().to_owned(), value.features().has("unstable")))
            .collect::<Vec<_>>()
    };
    let expected = |unstable| [("on".to_owned(), false), ("off".to_owned(), unstable)];
    // Before 6.2; since then; with `-compat deprecated-output=hide`.
    let names = json!(["on", "off"]);
    let members = json!([{"name": "on"}, {"name": "off", "features": ["unstable"]}]);
    let entry = json!({"name": "1", "meta-type": "enum", "values": names});
    assert_eq!(values(entry), expected(false));
    let entry = json!({"name": "1", "meta-type": "enum", "values": names, "members": members});
    assert_eq!(values(entry), expected(true));
    let entry = json!({"name": "1", "meta-type": "enum", "members": members});
    assert_eq!(values(entry), expected(true));
}

#[test]
fn a_path_leads_where_its_notation_says() {
    let zoo = zoo();
    for (path, there) in [
        ("run", true),
        ("RAN", true),
        ("walk", false),
        // Types have no names.
        ("1", false),
        ("str", false),
        ("run/arg-type", true),
        ("run/ret-type", true),
        ("RAN/arg-type", true),
        ("RAN/ret-type", false),
        ("run/$fast", true),
        ("run/$slow", false),
        ("RAN/$loud", true),
        // Members.
        ("run/arg-type/speed", true),
        ("run/arg-type/*speed", true),
        ("run/arg-type/kind", true),
        ("run/arg-type/*kind", false),
        ("run/arg-type/none", false),
        ("run/arg-type/*none", false),
        ("run/arg-type/ 2nd", true),
        ("run/arg-type/ speed", true),
        ("run/arg-type/*2nd", true),
        ("RAN/arg-type/ __org.example_bell", true),
        ("RAN/arg-type/ __org.example_horn", false),
        // Branches add members, and have none of the base.
        ("run/arg-type/+bike", true),
        ("run/arg-type/+foot", true),
        ("run/arg-type/+car", false),
        ("run/arg-type/bike", false),
        ("run/arg-type/+bike/wheels", true),
        ("run/arg-type/wheels", false),
        ("run/arg-type/+bike/speed", false),
        ("run/arg-type/+foot/wheels", false),
        // Values.
        ("run/arg-type/kind/^bike", true),
        ("run/arg-type/kind/^car", false),
        ("run/arg-type/^bike", false),
        ("run/arg-type/kind/^bike/$unstable", true),
        ("run/arg-type/kind/^foot/$unstable", false),
        ("run/arg-type/+bike/wheels/tyre/^winter", true),
        ("run/arg-type/+bike/wheels/tyre/^winter/$unstable", false),
        ("run/arg-type/kind/bike", false),
        // Basic types.
        ("run/arg-type/speed/!int", true),
        ("run/arg-type/speed/!number", false),
        ("run/arg-type/kind/!string", false),
        // Features, of a member and of its type.
        ("run/arg-type/$wide", true),
        ("run/arg-type/speed/$deprecated", true),
        ("run/arg-type/$deprecated", false),
        ("run/arg-type/+bike/$wide", false),
        ("RAN/arg-type/wheels/$round", true),
        ("RAN/arg-type/lock/$either", true),
        ("RAN/arg-type/lock/$round", true),
        // Arrays and alternates are seen through.
        ("RAN/arg-type/wheels/spokes/!int", true),
        ("RAN/arg-type/lock/!null", true),
        ("RAN/arg-type/lock/!string", false),
        ("RAN/arg-type/lock/key/!string", true),
        // Not by the first alternative that has a `key`.
        ("RAN/arg-type/lock/key/^slick", true),
        ("RAN/arg-type/lock/spokes", true),
        ("RAN/arg-type/lock/key/^bare", false),
    ] {
        assert_eq!(has(&zoo, path), there, "{path}");
    }
}

#[test]
fn what_a_path_leads_to_is_given() {
    let zoo = zoo();
    let find = |path| zoo.find(path).unwrap().unwrap();
    assert!(matches!(find("run"), Found::Command(run) if run.name() == "run"));
    assert!(matches!(find("RAN"), Found::Event(ran) if ran.name() == "RAN"));
    assert!(matches!(find("run/arg-type"), Found::Type(ty) if ty.name() == "1"));
    assert!(matches!(find("run/arg-type/+bike"), Found::Type(ty) if ty.name() == "3"));
    // An array at the end is not seen through.
    let Found::Member(wheels) = find("RAN/arg-type/wheels") else {
        panic!("no member");
    };
    assert_eq!(wheels.ty().kind(), TypeKind::Array);
    assert!(matches!(find("RAN/arg-type/lock/!null"), Found::Type(ty) if ty.name() == "null"));
    let bike = find("run/arg-type/kind/^bike");
    assert!(matches!(bike, Found::Value(value) if value.name() == "bike"));
    assert!(bike.features().has("unstable"));
    let feature = find("run/$fast");
    assert!(matches!(feature, Found::Feature("fast")));
    assert_eq!(feature.features().iter().count(), 0);
}

#[test]
fn a_malformed_path_is_an_error_in_any_schema() {
    let attribute = "behind a command or event come `arg-type`, `ret-type`, or `$` and a feature";
    let space = "a member's name that begins with no letter needs a space in front of it";
    let basic = "expected a basic type: `string`, `number`, `int`, `boolean`, `null`, `value`";
    for (path, offset, message) in [
        ("", 0, "a name is missing"),
        ("/", 0, "a name is missing"),
        ("/run", 0, "a name is missing"),
        ("*run", 0, "'*' in a name"),
        (" run", 0, "' ' in a name"),
        ("run ", 3, "' ' in a name"),
        ("rün/arg-type", 1, "'ü' in a name"),
        ("run/", 4, attribute),
        ("run/arg_type", 4, attribute),
        ("run/+bike", 4, attribute),
        ("run/$", 5, "a name is missing"),
        ("run/arg-type/", 13, "a name is missing"),
        ("run/arg-type//speed", 13, "a name is missing"),
        ("run/arg-type/+", 14, "a name is missing"),
        ("run/arg-type/ ", 14, "a name is missing"),
        ("run/arg-type/+bike lock", 18, "' ' in a name"),
        ("run/arg-type/**speed", 14, "'*' in a name"),
        ("run/arg-type/2nd", 13, space),
        ("run/arg-type/__org.example_bell", 13, space),
        ("run/arg-type/é", 13, "'é' in a name"),
        ("run/arg-type/?speed", 13, "'?' in a name"),
        ("run/arg-type/speed/!bool", 20, basic),
        ("run/arg-type/speed/!", 20, basic),
        ("run/$fast/arg-type", 10, "nothing comes behind a feature"),
        (
            "run/arg-type/speed/!int/x",
            24,
            "nothing comes behind a basic type",
        ),
        (
            "run/arg-type/kind/^bike/x",
            24,
            "behind a value comes nothing, or `$` and a feature",
        ),
    ] {
        let error = PathError {
            path: path.to_owned(),
            offset,
            message: message.to_owned(),
        };
        for schema in [zoo(), schema(json!([]))] {
            assert_eq!(schema.find(path).unwrap_err(), error, "{path}");
        }
    }
    assert_eq!(
        zoo().has("run/arg-type/").unwrap_err().to_string(),
        "the path `run/arg-type/` is malformed at byte 13: a name is missing"
    );
}

#[test]
fn reading_and_writing_keeps_all_that_the_types_know() {
    let unknown =
        json!({"name": "9", "meta-type": "later", "features": ["f"], "x": [null, {"y": 1}]});
    let entries = json!([
        unknown,
        {"name": "a", "meta-type": "command", "arg-type": "1", "ret-type": "0", "allow-oob": false},
        {"name": "1", "meta-type": "object", "features": [], "tag": "t", "variants": [],
         "members": [{"name": "m", "type": "9", "default": null},
                     {"name": "n", "type": "9", "default": [1]}]},
        {"name": "2", "meta-type": "enum", "values": ["a"], "members": []},
        {"name": "3", "meta-type": "enum", "values": []},
    ]);
    let schema: Schema = decode(entries.to_string()).unwrap();
    assert_eq!(serde_json::to_value(&schema).unwrap(), entries);
    let unknown = schema
        .command("a")
        .unwrap()
        .arguments()
        .member("m")
        .unwrap();
    assert_eq!(unknown.ty().kind(), TypeKind::Unknown);
    assert!(unknown.ty().features().has("f") && unknown.ty().member("x").is_none());
    // Members that the types do not know are passed over.
    let more = r#"[{"new": {}, "name": "x", "json-type": "int", "meta-type": "builtin"}]"#;
    assert!(decode::<Schema>(more).is_ok());

    let text = format!("{schema:?}");
    assert_eq!(text, "Schema { commands: 1, events: 0, entries: 5, .. }");
}

#[test]
fn what_is_wrong_with_an_answer_is_found() {
    for (answer, path, message) in [
        (r#"{}"#, "$", "invalid type: object, expected an array"),
        (r#"[{"name": "x"}]"#, "$[0]", "missing field `meta-type`"),
        (
            r#"[{"meta-type": "array", "element-type": "x"}]"#,
            "$[0]",
            "missing field `name`",
        ),
        (
            r#"[{"meta-type": "object", "name": "x", "members": [{"name": "y"}]}]"#,
            "$[0].members[0]",
            "missing field `type`",
        ),
        (
            r#"[{"members": [{"name": "y", "type": 1}], "meta-type": "object", "name": "x"}]"#,
            "$[0].members[0].type",
            "invalid type: integer `1`, expected a string",
        ),
    ] {
        let error = decode::<Schema>(answer).unwrap_err();
        assert_eq!(
            (error.path.as_str(), error.message.as_str()),
            (path, message)
        );
    }
    assert!(decode::<CommandList>(r#"{"name": "stop"}"#).is_err());
}

#[test]
fn types_that_contain_each_other_end() {
    let schema = schema(json!([
        command(),
        {"name": "1", "meta-type": "array", "element-type": "1"},
        {"name": "2", "meta-type": "alternate", "members": [{"type": "2"}, {"type": "3"}, {"type": "4"}]},
        {"name": "3", "meta-type": "array", "element-type": "2"},
        {"name": "4", "meta-type": "object", "members": [{"name": "m", "type": "2"}]},
    ]));
    for (path, there) in [
        ("run/arg-type/m", false),
        ("run/arg-type/$f", false),
        ("run/ret-type/m/m/m/m/m/m", true),
        ("run/ret-type/m/m/m/m/m/x", false),
        ("run/ret-type/m/!int", false),
    ] {
        assert_eq!(has(&schema, path), there, "{path}");
    }
    let run = schema.command("run").unwrap();
    assert!(run.arguments().member("m").is_none());
    assert!(run.returns().member("m").is_some());
    assert!(run.returns().value("m").is_none());
}

#[test]
fn forks_do_not_multiply() {
    // Each member is of an alternate that twice leads to the next: 2^200 ways.
    let mut entries = vec![command()];
    for depth in 1..=200 {
        let (alternate, object) = (depth.to_string(), format!("o{depth}"));
        let next = (depth + 1).to_string();
        let alternatives =
            json!([{"type": object}, {"type": object}, {"type": format!("[{depth}]")}]);
        entries.push(json!({"name": alternate, "meta-type": "alternate", "members": alternatives}));
        entries.push(
            json!({"name": format!("[{depth}]"), "meta-type": "array", "element-type": object}),
        );
        entries.push(
            json!({"name": object, "meta-type": "object", "members": [{"name": "m", "type": next}]}),
        );
    }
    let schema = schema(Value::Array(entries));
    let path = format!("run/arg-type{}", "/m".repeat(200));
    assert!(has(&schema, &path));
    assert!(!has(&schema, &format!("{path}/x")));
    assert!(!has(
        &schema,
        &format!("run/arg-type{}", "/m".repeat(100_000))
    ));
}

#[test]
fn names_may_lead_nowhere_or_to_the_wrong_thing() {
    let schema = schema(json!([
        command(),
        {"name": "1", "meta-type": "object", "members": [
            {"name": "run", "type": "run"}, {"name": "gone", "type": "gone"}, {"name": "run", "type": "int"}],
         "tag": "nowhere"},
        {"name": "1", "meta-type": "event", "arg-type": "int"},
        {"name": "run", "meta-type": "event", "arg-type": "run"},
    ]));
    let run = schema.command("run").unwrap();
    assert_eq!(
        (run.returns().kind(), run.returns().name()),
        (TypeKind::Unknown, "2")
    );
    assert_eq!(run.returns().features().iter().count(), 0);
    // The first of several of the same name counts.
    assert_eq!(run.arguments().kind(), TypeKind::Object);
    assert_eq!(
        run.arguments().member("run").unwrap().ty().kind(),
        TypeKind::Unknown
    );
    assert_eq!(run.arguments().tag(), Some("nowhere"));
    assert!(schema.event("run").is_none() && schema.event("1").is_none());
    for path in [
        "run/ret-type/x",
        "run/arg-type/run/arg-type",
        "run/arg-type/gone/x",
        "run/arg-type/gone/!int",
        "run/arg-type/gone/$f",
        "run/arg-type/+x",
    ] {
        assert!(!has(&schema, path), "{path}");
    }
}

/// A name, of so few that most lead somewhere.
fn name() -> impl Strategy<Value = String> {
    "[a-d]"
}

fn entry() -> impl Strategy<Value = Value> {
    (name(), 0..8, prop::collection::vec((name(), name()), 0..4)).prop_map(|(name, kind, list)| {
        let first = list.first().map_or("a", |(first, _)| first).to_owned();
        let members: Vec<_> = list
            .iter()
            .map(|(name, ty)| json!({"name": name, "type": ty, "case": name}))
            .collect();
        match kind {
            0 => json!({"name": name, "meta-type": "object", "members": members}),
            1 => json!({"name": name, "meta-type": "object", "members": [], "variants": members}),
            2 | 3 => json!({"name": name, "meta-type": "alternate", "members": members}),
            4 => json!({"name": name, "meta-type": "array", "element-type": first}),
            5 => json!({"name": name, "meta-type": "enum", "values": [first]}),
            6 => json!({"name": name, "meta-type": "command", "arg-type": name, "ret-type": first}),
            _ => json!({"name": name, "meta-type": "event", "arg-type": first}),
        }
    })
}

proptest! {
    #[test]
    fn no_path_fails_in_any_schema(
        entries in prop::collection::vec(entry(), 0..12),
        path in "[a-d](/[ *+^$!]?(arg-type|ret-type|[a-d]|int)){0,5}|\\PC{0,12}",
    ) {
        let schema: Schema = decode(Value::Array(entries).to_string()).unwrap();
        let found = schema.find(&path);
        if let Err(error) = found {
            prop_assert!(path.is_char_boundary(error.offset), "{error}");
        }
    }
}

#[test]
fn a_descriptor_tells_more_than_a_server() {
    let entries = json!([
        {"name": "run", "meta-type": "command", "arg-type": "Run", "ret-type": "Run",
         "features": ["deprecated", "fast"],
         "feature-versions": [{"name": "deprecated", "versions": "8.0.."}],
         "versions": "1.5.3..9.0", "if": "CONFIG_LEGS && !CONFIG_WHEELS", "gen": false},
        {"name": "Run", "meta-type": "object", "if": "CONFIG_LEGS", "members": [
            {"name": "gait", "type": "Gait", "default": null, "versions": "8.1..",
             "features": ["unstable"],
             "feature-versions": [{"name": "unstable", "versions": "..8.2"}]},
            {"name": "far", "type": "size", "if": "CONFIG_ROADS"}]},
        {"name": "Gait", "meta-type": "enum", "versions": "5.2..", "members": [
            {"name": "walk"},
            {"name": "trot", "versions": "..7.2", "if": "CONFIG_HORSE", "features": ["deprecated"],
             "feature-versions": [{"name": "deprecated", "versions": "7.0..7.2"}]}]},
        {"name": "size", "meta-type": "builtin", "json-type": "int"},
        {"name": "RAN", "meta-type": "event", "arg-type": "Run", "versions": "soon"},
    ]);
    let schema: Schema = decode(entries.to_string()).unwrap();
    let range = |text: &str| VersionRange::parse(text);

    let run = schema.command("run").unwrap();
    assert_eq!(run.versions(), range("1.5.3..9.0"));
    assert_eq!(run.condition(), Some("CONFIG_LEGS && !CONFIG_WHEELS"));
    assert_eq!(run.features().versions("deprecated"), range("8.0.."));
    assert_eq!(run.features().versions("fast"), None);
    assert!(run.takes_unlisted());

    let ty = run.arguments();
    assert_eq!((ty.versions(), ty.condition()), (None, Some("CONFIG_LEGS")));
    let [gait, far] = Vec::from_iter(ty.members()).try_into().unwrap();
    assert_eq!((gait.versions(), gait.condition()), (range("8.1.."), None));
    assert_eq!(gait.features().versions("unstable"), range("..8.2"));
    assert_eq!(
        (far.versions(), far.condition()),
        (None, Some("CONFIG_ROADS"))
    );
    assert_eq!(
        (far.ty().name(), far.ty().json_type()),
        ("size", Some("int"))
    );

    assert_eq!(gait.ty().versions(), range("5.2.."));
    let [walk, trot] = Vec::from_iter(gait.ty().values()).try_into().unwrap();
    assert_eq!((walk.versions(), walk.condition()), (None, None));
    assert_eq!(trot.versions(), range("..7.2"));
    assert_eq!(trot.condition(), Some("CONFIG_HORSE"));
    assert_eq!(trot.features().versions("deprecated"), range("7.0..7.2"));

    // What is not understood is no reason to refuse the rest.
    assert_eq!(schema.event("RAN").unwrap().versions(), None);

    // Read and written again it is the same.
    let written: Value = serde_json::to_value(&schema).unwrap();
    assert_eq!(written, entries);
}

#[test]
fn a_server_tells_no_versions_and_no_conditions() {
    let schema = zoo();
    let run = schema.command("run").unwrap();
    assert_eq!((run.versions(), run.condition()), (None, None));
    assert_eq!(run.features().versions("fast"), None);
    assert!(!run.takes_unlisted());
}
