//! QEMU's schemas, and what real servers have answered.

use std::collections::BTreeSet;
use std::path::Path;

use qapi_parser::{Loader, Strictness};
use serde_json::Value;
use tempfile::TempDir;

use super::objects;
use crate::support::{Run, qapi, qapi_with_input};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn schema(version: &str) -> String {
    format!("{ROOT}/schema/{version}/qapi/qapi-schema.json")
}

/// The answer to `query-qmp-schema` in a recording: the message as it was sent.
fn recorded(name: &str) -> String {
    let path = format!("{ROOT}/tests/transcripts/{name}.jsonl");
    let text = std::fs::read_to_string(path).expect("it can be read");
    let mut messages = text.lines().map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("a line is JSON");
        line["msg"].take()
    });
    let request = messages.find(|it| it["execute"] == "query-qmp-schema");
    let id = &request.expect("it is asked for")["id"];
    let answer = messages.find(|it| it["id"] == *id);
    answer.expect("it is answered").to_string()
}

/// Files in a folder of their own.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("there is room");
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).expect("there is room");
        }
        Files(folder)
    }

    fn path(&self, name: &str) -> String {
        let path = self.0.path().join(name);
        path.to_str().expect("it is text").to_owned()
    }
}

/// What a QEMU with all symbols says.
fn introspected(version: &str, more: &[&str]) -> String {
    let schema = schema(version);
    let loader = Loader::new().strictness(Strictness::Lenient);
    let loaded = loader.load(Path::new(&schema)).expect("it is a schema");
    let symbols = loaded.symbols().into_iter();
    let symbols: Vec<String> = symbols.map(|symbol| format!("-D{symbol}")).collect();
    let symbols: Vec<&str> = symbols.iter().map(String::as_str).collect();
    let run = qapi(&[&["introspect", "--lenient", &schema], more, &symbols].concat());
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.stdout
}

fn assert_no_changes(run: &Run) {
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert!(run.stdout.ends_with("\n\nNo changes.\n"), "{}", run.stdout);
}

#[test]
fn what_types_are_called_changes_nothing() {
    let masked = introspected("10.0", &[]);
    let plain = introspected("10.0", &["--unmask"]);
    assert_ne!(masked, plain);
    let files = Files::new(&[("masked.json", &masked)]);
    let run = qapi_with_input(&["diff", &files.path("masked.json"), "-"], plain.as_bytes());
    assert_no_changes(&run);
    let run = qapi_with_input(&["diff", "-", &files.path("masked.json")], plain.as_bytes());
    assert_no_changes(&run);
}

#[test]
fn order_changes_nothing() {
    let answer = recorded("qemu-10.0");
    let mut message: Value = serde_json::from_str(&answer).expect("it is JSON");
    let entries = message["return"].as_array_mut().expect("it is an array");
    entries.reverse();
    let reversed = Value::from(std::mem::take(entries)).to_string();
    let files = Files::new(&[("answer.json", &answer)]);
    let run = qapi_with_input(
        &["diff", &files.path("answer.json"), "-"],
        reversed.as_bytes(),
    );
    assert_no_changes(&run);
}

#[test]
fn servers_of_two_releases_differ_as_is_known() {
    let files = Files::new(&[
        ("7.2", &recorded("qemu-7.2")),
        ("10.0", &recorded("qemu-10.0")),
        ("qsd", &recorded("qsd-10.0")),
    ]);
    let run = qapi(&["diff", &files.path("7.2"), &files.path("10.0"), "--json"]);
    let changes = objects(&run);
    let has = |text: &str| changes.iter().any(|it| it["text"] == text);
    for text in [
        "command query-status return.singlestep: removed",
        "event MEM_UNPLUG_ERROR: removed (was deprecated)",
        "command migrate.uri: made optional",
        "command blockdev-add.qcow2.discard-no-unref: added",
        "command blockdev-add.io_uring: branch added",
        "command migrate-set-capabilities.capabilities.capability.block: value removed",
        "command query-sev return.policy: moved to branches: sev",
    ] {
        assert!(has(text), "{text}");
    }
    // What is the same in both, but numbered in another way.
    assert!(!run.stdout.contains("\"block_resize\""));

    let run = qapi(&["diff", &files.path("10.0"), &files.path("qsd"), "--json"]);
    assert!(
        objects(&run)
            .iter()
            .any(|it| it["text"] == "command device_add: removed")
    );
}

/// Who is told what by the changes of a run, wherever it is told: a command or event, whether it
/// is sent or read, what changed of which part, and what that does.
fn told(run: &Run) -> BTreeSet<[String; 6]> {
    let mut told = BTreeSet::new();
    for change in objects(run).iter().filter(|it| is_introspected(it)) {
        for (way, users) in [("send", "senders"), ("read", "readers")] {
            let Some(effect) = change[way].as_str() else {
                continue;
            };
            let part = change["part"].as_str().unwrap_or_default();
            let last = change["path"]
                .as_array()
                .and_then(|path| path.last()?.as_str());
            // An alternative has no name on the wire.
            let last = last.filter(|_| part != "alternative").unwrap_or_default();
            let what = change["change"].as_str().expect("it is a word");
            for user in change[users].as_array().expect("it is an array") {
                let user = user.as_str().expect("it is a name");
                told.insert([user, way, part, last, what, effect].map(str::to_owned));
            }
        }
    }
    told
}

/// Whether introspection tells a change: not what conditions, kinds and names of types are, nor
/// the size of integers, nor flags but `allow-oob`.
fn is_introspected(change: &Value) -> bool {
    match change["change"].as_str().expect("it is a word") {
        "condition" | "kind" | "renamed" | "allow-preconfig" | "success-response" | "open" => false,
        "type" => {
            let ends = [&change["from"], &change["to"]];
            let ends = ends.map(|it| {
                it.as_str()
                    .expect("it is a type")
                    .trim_matches(['[', ']', '\''])
            });
            let is_named = |it: &str| it.starts_with(|c: char| c.is_ascii_uppercase());
            let is_integer = |it: &str| it == "size" || it.contains("int");
            !ends.iter().all(|it| is_named(it)) && !ends.iter().all(|it| is_integer(it))
        }
        _ => true,
    }
}

#[test]
fn servers_tell_the_same_changes_as_the_schemas_that_they_were_built_from() {
    for (old, new) in [("7.2", "10.2"), ("5.2", "10.0"), ("10.2", "5.2")] {
        let by_name = qapi(&["diff", "--json", &schema(old), &schema(new)]);
        let files = Files::new(&[
            ("old", &introspected(old, &[])),
            ("new", &introspected(new, &[])),
        ]);
        let by_place = qapi(&["diff", "--json", &files.path("old"), &files.path("new")]);
        let (by_name, by_place) = (told(&by_name), told(&by_place));
        assert!(by_name.len() > 300, "{}", by_name.len());
        let missing: Vec<_> = by_name.difference(&by_place).collect();
        let more: Vec<_> = by_place.difference(&by_name).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{old} to {new}: missing {missing:#?}\nmore {more:#?}"
        );
    }
}
