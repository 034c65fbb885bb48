//! Recordings of real QEMUs, read as types and written again.
//!
//! The types are those of QEMU 10.2 alone, so that what older versions answer differently
//! fails or loses something. Each of those places is here, with why.

use qapi_tests::replay::{Finding, Report, replay};
use qapi_types::qmp;

fn report(file: &str) -> Report {
    let path = format!("{}/transcripts/{file}", env!("CARGO_MANIFEST_DIR"));
    let recording = std::fs::read_to_string(path).expect("the recording is there");
    replay::<qmp::Command, qmp::Event>(&recording).expect("it is a recording")
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
fn a_recording_of_qemu_10_0_is_lossless_but_for_what_10_2_made_required() {
    let report = report("qemu-10.0.jsonl");
    assert_findings(&report.lossy, &[]);
    assert_findings(
        &report.failed,
        &[
            // `children` of a block node is since 10.1, and required.
            (
                "answer to query-block",
                "at $[0].inserted: missing field `children`",
            ),
            (
                "answer to query-named-block-nodes",
                "at $[0]: missing field `children`",
            ),
            // `qom-type` of a CPU is since 10.1, and required.
            (
                "answer to query-cpus-fast",
                "at $[0]: missing field `qom-type`",
            ),
        ],
    );
    assert_findings(&report.refused, REFUSED);
    assert_findings(&report.unknown_commands, UNKNOWN);
    assert_findings(&report.unknown_events, &[]);
    assert_eq!(report.messages, 453);
    assert_eq!(report.lossless, 428);
}

#[test]
fn a_recording_of_qemu_7_2_fails_only_where_it_differs_from_10_2() {
    let report = report("qemu-7.2.jsonl");
    // Members that 10.2 does not have any more.
    assert_findings(
        &report.lossy,
        &[
            ("answer to query-migrate", "/return/ram/skipped"),
            (
                "answer to query-migrate-parameters",
                "/return/block-incremental, /return/compress-level, /return/compress-threads, \
                 /return/compress-wait-thread, /return/decompress-threads",
            ),
            ("answer to query-status", "/return/singlestep"),
            (
                "answer to trace-event-get-state",
                "/return/0/vcpu, /return/1/vcpu, /return/2/vcpu, /return/3/vcpu, \
                 /return/4/vcpu, /return/5/vcpu, /return/6/vcpu, /return/7/vcpu \
                 and 114 more",
            ),
        ],
    );
    // Members that came later than 7.2, and are required.
    assert_findings(
        &report.failed,
        &[
            (
                "answer to query-block",
                "at $[0].inserted: missing field `children`",
            ),
            (
                "answer to query-block-jobs",
                "at $[0]: missing field `actively-synced`",
            ),
            (
                "answer to query-blockstats",
                "at $[0].parent.stats: missing field `zone_append_bytes`",
            ),
            (
                "answer to query-cpus-fast",
                "at $[0]: missing field `qom-type`",
            ),
            (
                "answer to query-dirty-rate",
                "at $: missing field `calc-time-unit`",
            ),
            ("answer to query-machines", "at $[0]: missing field `acpi`"),
            (
                "answer to query-named-block-nodes",
                "at $[0]: missing field `children`",
            ),
            // A struct in 7.2; in 10.2 a union, whose tag this is.
            ("answer to query-sev", "at $: missing field `sev-type`"),
        ],
    );
    assert_findings(&report.refused, REFUSED);
    assert_findings(&report.unknown_commands, UNKNOWN);
    assert_findings(&report.unknown_events, &[]);
}
