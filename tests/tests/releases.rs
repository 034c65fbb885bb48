//! Answers of releases that were not imported, as they have them: between the imported ones, and
//! newer.

use qapi_protocol::decode;
use qapi_types::qmp::{
    BlockJobInfo, IOThreadInfo, MemoryDeviceInfo, SevInfo, SevInfoBranch, SgxInfo,
};

#[test]
fn qemu_6_2_lacks_members_that_7_0_added_and_always_sends() {
    let sgx: SgxInfo =
        decode(r#"{"sgx": true, "sgx1": true, "sgx2": false, "flc": true, "section-size": 4096}"#)
            .unwrap();
    assert_eq!(sgx.sections, None);

    let device: MemoryDeviceInfo = decode(
        r#"{"type": "sgx-epc", "data": {"id": "epc1", "memaddr": 0, "size": 4096,
            "memdev": "/objects/mem1"}}"#,
    )
    .unwrap();
    let MemoryDeviceInfo::SgxEpc(device) = device else {
        panic!("{device:?}");
    };
    assert_eq!((device.data.size, device.data.node), (4096, None));
}

#[test]
fn qemu_8_1_has_jobs_without_what_8_2_added() {
    let job = r#"{"type": "mirror", "device": "drive0", "len": 1, "offset": 0, "busy": false,
        "paused": false, "speed": 0, "io-status": "ok", "ready": true, "status": "ready",
        "auto-finalize": true, "auto-dismiss": true}"#;
    let job: BlockJobInfo = decode(job).unwrap();
    assert_eq!(job.device, "drive0");
}

#[test]
fn qemu_9_0_has_sev_without_a_type() {
    let sev = r#"{"enabled": true, "api-major": 1, "api-minor": 51, "build-id": 3, "policy": 5,
        "state": "running", "handle": 7}"#;
    let sev: SevInfo = decode(sev).unwrap();
    let SevInfoBranch::Untagged(guest) = sev.sev_type else {
        panic!("{sev:?}");
    };
    assert_eq!((guest.policy, guest.handle), (5, 7));
}

#[test]
fn what_a_newer_qemu_adds_is_passed_over() {
    // `poll-weight` is in QEMU 11.1.
    let thread = r#"{"id": "io0", "thread-id": 7, "poll-max-ns": 32768, "poll-grow": 0,
        "poll-shrink": 0, "poll-weight": 3, "aio-max-batch": 0}"#;
    let thread: IOThreadInfo = decode(thread).unwrap();
    assert_eq!((thread.id.as_str(), thread.aio_max_batch), ("io0", Some(0)));
}
