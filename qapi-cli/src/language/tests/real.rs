//! With what a QEMU 7.2 said of itself.

use std::fmt::Write as _;

use qapi_protocol::introspection::Schema;
use qapi_protocol::{RawValue, decode};
use serde_json::Value;

use crate::language::{Look, Mode, complete, help, hint, parse};
use crate::vocabulary::Vocabulary;

const RECORDING: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/transcripts/qemu-7.2.jsonl"
);

/// The schema in the recording, with the project's own types as the reference.
fn qemu() -> Vocabulary {
    let recording = std::fs::read_to_string(RECORDING).unwrap();
    let answer = recording
        .lines()
        .find(|line| line.contains(r#""meta-type""#));
    let answer: Value = serde_json::from_str(answer.unwrap()).unwrap();
    let live: Schema = decode(answer["msg"]["return"].to_string()).unwrap();
    Vocabulary::of_monitor(live).unwrap()
}

#[test]
fn a_real_qemu_is_explained() {
    let qemu = qemu();
    let look = Look {
        width: 100,
        is_colored: false,
    };
    let mut all = String::new();
    for topic in [
        "query-status",
        "block_resize",
        "migrate-set-parameters",
        "blockdev-add",
        "blockdev-add driver=qcow2",
        "device_add",
        "human-monitor-command",
        "transaction",
        "netdev_add type=socket",
        "query-block-jobs",
        "BLOCK_JOB_READY",
        "SocketAddress",
        "RunState",
    ] {
        let text = help(topic, &qemu, look).unwrap();
        writeln!(all, "> help {topic}\n{text}").unwrap();
    }
    insta::assert_snapshot!(all);
}

#[test]
fn lines_of_every_day_become_requests() {
    let qemu = qemu();
    for (line, expected) in [
        ("query-status", ""),
        ("system_powerdown", ""),
        ("query-memory-size-summary", ""),
        (
            "human-monitor-command command-line='info block'",
            r#"{"command-line": "info block"}"#,
        ),
        (
            "block_resize device=drive0 size=1G",
            r#"{"device": "drive0", "size": 1073741824}"#,
        ),
        (
            "blockdev-add node-name=a driver=qcow2 file.driver=file file.filename=/tmp/a.qcow2 \
             file.aio=io_uring cache.direct backing=null",
            r#"{"node-name": "a", "driver": "qcow2", "file": {"driver": "file", "filename": "/tmp/a.qcow2", "aio": "io_uring"}, "cache": {"direct": true}, "backing": null}"#,
        ),
        (
            "device_add driver=virtio-blk id=d0 drive=a bootindex=1 share-rw=true",
            r#"{"driver": "virtio-blk", "id": "d0", "drive": "a", "bootindex": 1, "share-rw": true}"#,
        ),
        (
            "object-add qom-type=memory-backend-ram id=m0 size=128M",
            r#"{"qom-type": "memory-backend-ram", "id": "m0", "size": 134217728}"#,
        ),
        (
            "netdev_add type=user id=n0 hostfwd.0.str=tcp::22-:22 restrict=false",
            r#"{"type": "user", "id": "n0", "hostfwd": [{"str": "tcp::22-:22"}], "restrict": false}"#,
        ),
        ("migrate uri=tcp:[::1]:4444", r#"{"uri": "tcp:[::1]:4444"}"#),
        (
            "send-key keys=[{'type':'qcode','data':'ctrl'},{'type':'qcode','data':'c'}]",
            r#"{"keys": [{"type": "qcode", "data": "ctrl"}, {"type": "qcode", "data": "c"}]}"#,
        ),
        (
            "qom-set path=/machine property=x value=0",
            r#"{"path": "/machine", "property": "x", "value": 0}"#,
        ),
        (
            "migrate-set-parameters tls-creds=null max-bandwidth=0.5G",
            r#"{"tls-creds": null, "max-bandwidth": 536870912}"#,
        ),
    ] {
        let arguments = parse(line, Some(&qemu)).unwrap().arguments;
        assert_eq!(
            arguments.as_ref().map_or("", RawValue::get),
            expected,
            "{line}"
        );
    }
}

#[test]
fn completion_knows_what_this_qemu_has() {
    let qemu = qemu();
    let offered = |line: &str| {
        let completions = complete(line, line.len(), Mode::Commands, &qemu, &["help"]);
        let texts = completions.candidates.into_iter().map(|it| it.text);
        texts.collect::<Vec<_>>().join(" ")
    };
    for (line, expected) in [
        ("block-c", "block-commit"),
        ("query-st", "query-status query-stats query-stats-schemas"),
        ("blockdev-add driver=qc", "qcow2 qcow"),
        (
            "blockdev-add driver=qcow2 file.driver=file file.ai",
            "aio= aio-max-batch=",
        ),
        (
            "blockdev-add driver=qcow2 file.driver=file file.aio=",
            "threads native io_uring",
        ),
        (
            "job-",
            "job-pause job-resume job-cancel job-complete job-dismiss job-finalize",
        ),
    ] {
        let mut offered: Vec<_> = offered(line).split(' ').map(str::to_owned).collect();
        let mut expected: Vec<_> = expected.split(' ').collect();
        offered.sort_unstable();
        expected.sort_unstable();
        assert_eq!(offered, expected, "{line}");
    }
    let missing = |line: &str| hint(line, Mode::Commands, &qemu);
    assert_eq!(
        missing("block_resize").as_deref(),
        Some(" size=<int> [device=<str>] [node-name=<str>]")
    );
    assert_eq!(
        missing("drive-mirror device=a").as_deref(),
        Some(" target=<str> sync=<MirrorSyncMode>")
    );
}
