//! Recordings of real servers, read as types and written again: nothing fails, nothing is lost,
//! whichever release was recorded.

use qapi_protocol::codec::Encode;
use qapi_protocol::{CommandSet, EventSet, UnknownEvent};
use qapi_tests::replay::{Finding, Report, replay};
use qapi_types::{qga, qmp, qsd};

fn report<C, E>(file: &str) -> Report
where
    C: CommandSet + Encode,
    E: EventSet + Encode,
{
    let path = format!("{}/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let recording = std::fs::read_to_string(path).expect("the recording is there");
    let report = replay::<C, E>(&recording).expect("it is a recording");
    assert_findings(&report.lossy, &[]);
    assert_findings(&report.failed, &[]);
    assert_findings(&report.unknown_events, &[]);
    let others = report.refused.len() + report.unknown_commands.len();
    assert_eq!(report.lossless + others, report.messages, "{report}");
    report
}

/// Asserts that `findings` are those of the messages and details in `expected`, which may come
/// any number of times.
#[track_caller]
fn assert_findings(findings: &[Finding], expected: &[(&str, &str)]) {
    let mut found: Vec<_> = findings
        .iter()
        .map(|found| (found.message.as_str(), found.detail.as_str()))
        .collect();
    found.sort();
    found.dedup();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
}

/// Requests that the one who recorded got wrong on purpose, and that QEMU refused as well.
const REFUSED: &[(&str, &str)] = &[
    (
        "request of block_resize",
        "at $.size: invalid type: string \"bad\", expected i64; the server: \
         Invalid parameter type for 'size', expected: integer",
    ),
    (
        "request of query-cpu-model-expansion",
        "at $: missing field `type`; the server: Parameter 'type' is missing",
    ),
    (
        "request of query-rocker",
        "at $: missing field `name`; the server: Parameter 'name' is missing",
    ),
    (
        "request of query-rocker-of-dpa-flows",
        "at $: missing field `name`; the server: Parameter 'name' is missing",
    ),
    (
        "request of query-rocker-of-dpa-groups",
        "at $: missing field `name`; the server: Parameter 'name' is missing",
    ),
    (
        "request of query-rocker-ports",
        "at $: missing field `name`; the server: Parameter 'name' is missing",
    ),
    (
        "request of query-sev-attestation-report",
        "at $: missing field `mnonce`; the server: Parameter 'mnonce' is missing",
    ),
    (
        "request of query-stats",
        "at $: missing field `target`; the server: Parameter 'target' is missing",
    ),
];

/// Commands that no QEMU has, asked on purpose.
const UNKNOWN: &[(&str, &str)] = &[
    ("request of guest-ping", ""),
    ("request of no-such-command", ""),
];

#[test]
fn recordings_of_qemu_7_2_and_10_0_are_lossless() {
    for (file, messages) in [("qemu-7.2.jsonl", 436), ("qemu-10.0.jsonl", 453)] {
        let report = report::<qmp::Command, qmp::Event>(file);
        assert_findings(&report.refused, REFUSED);
        assert_findings(&report.unknown_commands, UNKNOWN);
        assert_eq!(report.messages, messages);
    }
}

#[test]
fn a_recording_of_a_guest_agent_is_lossless() {
    let report = report::<qga::Command, UnknownEvent>("qga-10.0.jsonl");
    assert_findings(&report.refused, &[]);
    assert_findings(&report.unknown_commands, &[("request of no-such", "")]);
    assert_eq!(report.messages, 60);
}

#[test]
fn a_recording_of_a_storage_daemon_is_lossless() {
    let report = report::<qsd::Command, qsd::Event>("qsd-10.0.jsonl");
    assert_findings(&report.refused, &[]);
    assert_findings(&report.unknown_commands, &[]);
    assert_eq!(report.messages, 67);
}
