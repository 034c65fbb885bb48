//! `qapi diff`

mod answers;
mod real;
mod server;

use serde_json::Value;

use crate::support::{Run, qapi, qapi_with_input};

/// The changes that a run has written as JSON.
fn objects(run: &Run) -> Vec<Value> {
    assert_eq!(run.stderr, "");
    let lines = run.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line is an object"))
        .collect()
}

#[test]
fn trees_have_all_that_both_have_compared() {
    let run = qapi(&["diff", "trees/old", "trees/new"]);
    assert_eq!(run.status, 0);
    assert_eq!(run.stderr, "note: only 'trees/old' has a schema of qsd\n");
    insta::assert_snapshot!("trees", run.stdout);
}

#[test]
fn one_schema_of_trees_can_be_chosen() {
    let run = qapi(&["diff", "--schema", "qga", "trees/old", "trees/new"]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert_eq!(
        run.stdout,
        "\
# qga, trees/old to trees/new

0 breaking, 1 added

Added:
  send  command  radio-on.volume  added
"
    );

    let run = qapi(&["diff", "--schema=qsd", "trees/old", "trees/new"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    let message = "error: can't read schema file 'trees/new/storage-daemon/qapi/qapi-schema.json': \
                   no such file\n";
    assert_eq!(run.stderr, message);
}

#[test]
fn root_files_of_schemas_are_compared_by_the_names_of_types() {
    let old = "trees/old/qapi/qapi-schema.json";
    let run = qapi(&["diff", old, "trees/new/qapi/qapi-schema.json", "--json"]);
    assert_eq!(run.status, 0);
    let objects = objects(&run);
    let renamed = objects.iter().find(|it| it["change"] == "renamed");
    let renamed = renamed.expect("Engine became Motor");
    assert_eq!(
        (&renamed["name"], &renamed["from"]),
        (&"Motor".into(), &"Engine".into())
    );
    assert_eq!(renamed["schema"], Value::Null);

    let same = qapi(&["diff", old, old]);
    assert_eq!(same.status, 0);
    assert!(
        same.stdout.ends_with("\n\nNo changes.\n"),
        "{}",
        same.stdout
    );
}

#[test]
fn a_script_learns_whether_something_breaks() {
    let run = qapi(&["diff", "--breaking", "trees/old", "trees/new"]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.contains("\n3 breaking ("), "{}", run.stdout);
    assert!(!run.stdout.contains("Added:"), "{}", run.stdout);
    assert!(
        run.stdout.ends_with("\n\nNothing breaks.\n"),
        "{}",
        run.stdout
    );

    let run = qapi(&[
        "diff",
        "--breaking",
        "--schema=qga",
        "trees/old",
        "trees/new",
        "--json",
    ]);
    assert_eq!((run.status, &*run.stdout, &*run.stderr), (0, "", ""));

    let schema = "trees/old/qapi/qapi-schema.json";
    let lost = b"{ 'command': 'horn' }";
    let run = qapi_with_input(&["diff", "--breaking", "--json", schema, "-"], lost);
    assert_eq!(run.status, 1);
    let names: Vec<Value> = objects(&run).iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["engine-start", "query-engine", "ENGINE_STOPPED"]);
}

#[test]
fn a_change_says_which_schema_of_a_tree_it_is_in() {
    let run = qapi(&["diff", "--json", "trees/old", "trees/new"]);
    let schemas = run.stdout.lines().map(|line| {
        let object: Value = serde_json::from_str(line).expect("a line is an object");
        object["schema"].as_str().expect("it is a name").to_owned()
    });
    let mut schemas: Vec<String> = schemas.collect();
    schemas.dedup();
    assert_eq!(schemas, ["qmp", "qga"]);
}

#[test]
fn old_schemas_are_welcome() {
    let old = b"{ 'struct': 'Car', 'data': {}, 'if': 'defined(CONFIG_CARS)' }";
    let run = qapi_with_input(&["diff", "-", "good.json"], old);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert!(
        run.stdout.starts_with("# - to good.json\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_schema_that_is_wrong_is_shown_and_nothing_is_compared() {
    for arguments in [
        ["diff", "bad.json", "good.json"],
        ["diff", "good.json", "bad.json"],
    ] {
        let run = qapi(&arguments);
        assert_eq!((run.status, &*run.stdout), (2, ""));
        assert!(run.stderr.contains("error["), "{}", run.stderr);
        let end = "\nerror: the schema 'bad.json' is wrong\n";
        assert!(run.stderr.ends_with(end), "{}", run.stderr);
    }
}

#[test]
fn what_is_nothing_to_compare_is_refused() {
    let neither = "is neither a schema, nor an answer to query-qmp-schema, which is JSON\n";
    for (input, message) in [
        ("", neither),
        ("hello\n", neither),
        ("\u{feff}{}", neither),
        (
            "{}",
            "'<stdin>' is no answer to query-qmp-schema: at $: expected one of the members",
        ),
    ] {
        let run = qapi_with_input(&["diff", "good.json", "-"], input.as_bytes());
        assert_eq!((run.status, &*run.stdout), (2, ""), "{input}");
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }

    for (arguments, message) in [
        (
            ["parts", "parts"],
            "error: 'parts' is no source tree of QEMU: it has none of qapi/qapi-schema.json, \
             qga/qapi-schema.json, storage-daemon/qapi/qapi-schema.json\n",
        ),
        (
            ["-", "-"],
            "error: standard input ('-') can be read once only\n",
        ),
        (
            ["nowhere.json", "good.json"],
            "error: can't read 'nowhere.json': ",
        ),
        (
            ["--schema=qmp", "good.json"],
            "error: the following required arguments were not provided:\n  <NEW>\n",
        ),
    ] {
        let run = qapi(&[&["diff"][..], &arguments].concat());
        assert_eq!((run.status, &*run.stdout), (2, ""), "{arguments:?}");
        assert!(run.stderr.starts_with(message), "{}", run.stderr);
    }

    let run = qapi(&["diff", "--schema=qmp", "good.json", "good.json"]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert_eq!(
        run.stderr,
        "error: --schema is for source trees, which have several schemas\n"
    );
}

#[test]
fn only_like_is_compared_with_like() {
    let introspect = "`qapi introspect SCHEMA --define SYMBOL... > FILE`";
    for (old, new, kinds, help) in [
        (
            "trees/old",
            "good.json",
            "'trees/old' is a source tree, and 'good.json' is a schema: ",
            "name the root file",
        ),
        (
            "good.json",
            "answers/old.json",
            "'good.json' is a schema, and 'answers/old.json' is what a server says: ",
            introspect,
        ),
        (
            "answers/new.json",
            "trees/old",
            "'answers/new.json' is what a server says, and 'trees/old' is a source tree: ",
            introspect,
        ),
    ] {
        let run = qapi(&["diff", old, new]);
        assert_eq!((run.status, &*run.stdout), (2, ""));
        assert!(run.stderr.contains(kinds), "{}", run.stderr);
        assert!(run.stderr.contains(help), "{}", run.stderr);
    }
}

#[test]
fn colours_are_on_request_and_change_nothing_else() {
    let plain = qapi(&["diff", "trees/old", "trees/new"]).stdout;
    let colored = qapi(&["diff", "--color=always", "trees/old", "trees/new"]).stdout;
    assert!(!plain.contains('\x1b'));
    assert!(colored.contains("\x1b[1;31mBreaking\x1b[0m:"), "{colored}");
    let mut stripped = String::new();
    for (index, part) in colored.split('\x1b').enumerate() {
        let text = part.split_once('m').map_or(part, |(_, text)| text);
        stripped.push_str(if index == 0 { part } else { text });
    }
    assert_eq!(stripped, plain);
}
