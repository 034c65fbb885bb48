//! `qapi compat`

use std::collections::BTreeSet;
use std::path::Path;

use qapi_client::ConnectOptions;
use qapi_client::test_server::{Script, TestServer};
use qapi_protocol::{Greeting, Version, VersionInfo};
use qapi_tests::server::{GuestAgent, Qemu, StorageDaemon};
use serde_json::{Value, json};

use crate::support::{Run, qapi, qapi_with_input};

/// What a release of the server that `parking.json` is of says of itself.
fn parking() -> Value {
    json!([
        {"name": "park", "meta-type": "command", "arg-type": "0", "ret-type": "1"},
        {"name": "query-cars", "meta-type": "command", "arg-type": "1", "ret-type": "[2]"},
        {"name": "honk", "meta-type": "command", "arg-type": "1", "ret-type": "1",
         "features": ["deprecated"]},
        {"name": "fly", "meta-type": "command", "arg-type": "1", "ret-type": "1"},
        {"name": "CAR_GONE", "meta-type": "event", "arg-type": "2"},
        {"name": "0", "meta-type": "object", "members": [
            {"name": "car", "type": "2"},
            {"name": "lot", "type": "int", "default": null, "features": ["deprecated"]}]},
        {"name": "1", "meta-type": "object", "members": []},
        {"name": "[2]", "meta-type": "array", "element-type": "2"},
        {"name": "2", "meta-type": "object", "members": [
            {"name": "name", "type": "str"},
            {"name": "colour", "type": "3", "default": null},
            {"name": "wings", "type": "int", "default": null}]},
        {"name": "3", "meta-type": "enum", "values": ["red", "green", "gold"]},
        {"name": "str", "meta-type": "builtin", "json-type": "string"},
        {"name": "int", "meta-type": "builtin", "json-type": "int"}
    ])
}

/// A server of release `version` that says this of itself.
fn server(version: [u32; 3], schema: Value) -> TestServer {
    let [major, minor, micro] = version;
    let version = VersionInfo::new(Version::new(major, minor, micro), "test");
    Script::new()
        .greeting(Greeting::new(version, vec![]))
        .on("query-qmp-schema", schema)
        .start()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("it is UTF-8")
}

/// What `compat` says of a server.
fn compat(socket: &Path, arguments: &[&str]) -> Run {
    qapi(&[&["compat", text(socket)], arguments].concat())
}

/// The lines of `--json`, but for the summary.
fn lines(run: &Run) -> Vec<Value> {
    assert_eq!(run.stderr, "");
    let lines = run.stdout.lines();
    let lines = lines.map(|line| serde_json::from_str(line).expect("it is JSON"));
    lines.skip(1).collect()
}

/// The names of what has a status for a reason.
fn names(run: &Run, status: &str, reason: Option<&str>) -> BTreeSet<String> {
    let lines = lines(run).into_iter();
    let lines = lines.filter(|it| it["status"] == status && it["reason"] == json!(reason));
    lines
        .map(|it| it["name"].as_str().expect("it has a name").to_owned())
        .collect()
}

#[test]
fn what_a_server_has_and_lacks_is_said_with_the_reason() {
    let server = server([8, 2, 3], parking());
    let run = compat(server.path(), &["--lenient", "--schema", "parking.json"]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    insta::assert_snapshot!("compat", run.stdout);
}

#[test]
fn programs_read_an_object_a_line() {
    let server = server([8, 2, 3], parking());
    let options = ["--lenient", "--schema", "parking.json", "--json"];
    let run = compat(server.path(), &options);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    insta::assert_snapshot!("compat_json", run.stdout);
}

#[test]
fn a_release_that_is_newer_than_all_that_is_known_may_have_removed_something() {
    let server = server([12, 0, 0], parking());
    let options = ["--lenient", "--schema", "parking.json", "--json"];
    let run = compat(server.path(), &options);
    assert!(
        names(&run, "missing", Some("gone")).contains("wash"),
        "{}",
        run.stdout
    );
    assert!(names(&run, "missing", Some("left-out")).is_empty());
}

#[test]
fn what_a_program_uses_decides_how_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("used");
    let schema = json!([
        {"name": "query-status", "meta-type": "command", "arg-type": "0", "ret-type": "0"},
        {"name": "query-events", "meta-type": "command", "arg-type": "0", "ret-type": "0",
         "features": ["deprecated"]},
        {"name": "drive-backup", "meta-type": "command", "arg-type": "0", "ret-type": "0"},
        {"name": "0", "meta-type": "object", "members": []},
    ]);
    let server = server([6, 0, 0], schema);
    let with = |used: &str| {
        std::fs::write(&file, used).unwrap();
        compat(server.path(), &["--used", text(&file)])
    };

    // Releases since then deprecate it: nothing can be done about it here.
    let run = with("query-status # always\n\ndrive-backup\n");
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert!(
        run.stdout.contains("Deprecated in other releases"),
        "{}",
        run.stdout
    );

    let run = with("query-status\nquery-events\n");
    assert_eq!((run.status, &*run.stderr), (1, ""));
    let run = with("query-status\nquery-status/ret-type/status/^colo\n");
    assert_eq!((run.status, &*run.stderr), (1, ""));

    let all = "query-status\nquery-events\ncpu-add\nblock-job-change\nquery-statsu\nstop\n\
               block-job-change/arg-type/+mirror/copy-mode\nSTOP\nstop/$quickly\n";
    let run = with(all);
    assert_eq!((run.status, &*run.stderr), (1, ""));
    let output = run.stdout.replace(text(&file), "used");
    insta::assert_snapshot!("compat_used", output);

    let run = with("query-status\nquery status\n");
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(run.stderr.contains(":2: "), "{}", run.stderr);
}

#[test]
fn what_is_used_may_come_from_standard_input() {
    let server = server([8, 2, 3], parking());
    let options = ["--lenient", "--schema", "parking.json", "--used", "-"];
    let arguments = [&["compat", text(server.path())], &options[..]].concat();
    let run = qapi_with_input(&arguments, b"park\nwash\n");
    assert_eq!((run.status, &*run.stderr), (1, ""));
    let lacks = "It lacks 1 of what standard input names.";
    assert!(run.stdout.contains(lacks), "{}", run.stdout);
}

#[test]
fn who_cannot_describe_itself_cannot_be_compared() {
    let server = Script::new()
        .on_error("query-qmp-schema", "CommandNotFound", "no such command")
        .start();
    let run = compat(server.path(), &[]);
    assert_eq!((run.status, &*run.stdout), (2, ""));
    assert!(
        run.stderr.contains("help: QEMU can since 2.5"),
        "{}",
        run.stderr
    );
}

#[test]
fn nothing_that_a_server_sends_controls_the_terminal() {
    let schema = json!([
        {"name": "\u{1b}[2Jevil", "meta-type": "command", "arg-type": "0", "ret-type": "0"},
        {"name": "0", "meta-type": "object", "members": []},
    ]);
    let server = server([8, 2, 3], schema);
    let run = compat(server.path(), &["--lenient", "--schema", "parking.json"]);
    assert!(run.stdout.contains("evil") && !run.stdout.contains('\u{1b}'));
}

#[test]
fn a_wrong_schema_is_not_compared_with() {
    let run = compat(Path::new("./nowhere.sock"), &["--schema", "bad.json"]);
    assert_eq!((run.status, &*run.stdout), (1, ""));
    assert!(run.stderr.contains("error["), "{}", run.stderr);
}

#[test]
fn a_real_qemu_is_understood() {
    let qemu = Qemu::none();
    drop(qemu.connect());
    let run = compat(qemu.socket().as_ref(), &["--json"]);
    assert_eq!(run.status, 0);
    let summary: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(summary["server"], "qemu");
    let commands = &summary["commands"];
    assert!(commands["here"].as_u64() > Some(200), "{summary}");
    assert!(
        commands["known"].as_u64() > commands["here"].as_u64(),
        "{summary}"
    );

    let newer = names(&run, "missing", Some("newer"));
    let removed = names(&run, "missing", Some("removed"));
    let deprecated = names(&run, "deprecated", None);
    for name in [
        "query-accelerators",
        "BlockdevOptionsQcow2.discard-no-unref",
    ] {
        assert!(newer.contains(name), "{name}: {newer:?}");
    }
    for name in ["cpu-add", "BlockdevDriver.sheepdog"] {
        assert!(removed.contains(name), "{name}: {removed:?}");
    }
    for name in ["drive-backup", "block-commit.base"] {
        assert!(deprecated.contains(name), "{name}: {deprecated:?}");
    }
    // All that Debian's QEMU 7.2 has, the releases around it have.
    assert!(names(&run, "extra", None).is_empty());

    let used = b"query-status\nblockdev-add/arg-type/+qcow2/lazy-refcounts\nSTOP\n";
    let socket = qemu.socket();
    let run = qapi_with_input(&["compat", text(socket.as_ref()), "--used", "-"], used);
    assert_eq!((run.status, &*run.stderr), (0, ""));
}

#[test]
fn a_real_storage_daemon_is_compared_with_its_own_schema() {
    let daemon = StorageDaemon::start();
    drop(daemon.connect());
    let run = compat(&daemon.socket(), &["--json"]);
    assert_eq!(run.status, 0);
    let summary: Value = serde_json::from_str(run.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(summary["server"], "storage-daemon");
    // A storage daemon never had most of QEMU's commands.
    assert!(
        summary["commands"]["known"].as_u64() < Some(150),
        "{summary}"
    );
    assert!(names(&run, "missing", Some("newer")).contains("blockdev-set-active"));
    assert!(names(&run, "extra", None).is_empty());
}

#[test]
fn a_real_guest_agent_is_compared_by_its_commands() {
    let agent = GuestAgent::start();
    drop(agent.connect(&ConnectOptions::new()));
    let run = compat(&agent.socket(), &["--qga", "--json"]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    assert!(names(&run, "missing", Some("disabled")).contains("guest-shutdown"));
    assert!(names(&run, "missing", Some("newer")).contains("guest-get-load"));

    let socket = agent.socket();
    let arguments = ["compat", text(&socket), "--qga", "--used", "-"];
    let run = qapi_with_input(&arguments, b"guest-ping\nguest-info\n");
    assert_eq!((run.status, &*run.stderr), (0, ""));
    let run = qapi_with_input(&arguments, b"guest-ping\nguest-shutdown\n");
    assert_eq!((run.status, &*run.stderr), (1, ""));
    let run = qapi_with_input(&arguments, b"guest-ping/ret-type\n");
    assert_eq!((run.status, &*run.stdout), (2, ""));
}
