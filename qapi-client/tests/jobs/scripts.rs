//! What servers say when they run a mirror.

use std::time::Duration;

use qapi_client::test_server::Peer;
use qapi_client::{ConnectOptions, Job, RawCommand};
use serde_json::{Value, json};

/// Longer than anything takes that works.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Shorter than anybody wants to wait for what never comes.
pub(crate) const SHORT: Duration = Duration::from_millis(100);

pub(crate) fn options() -> ConnectOptions {
    ConnectOptions::new()
        .connect_timeout(LONG)
        .command_timeout(LONG)
}

/// The command that starts the job of these scripts.
pub(crate) fn mirror() -> RawCommand {
    RawCommand::new("blockdev-mirror").arguments(json!({"job-id": "m"}))
}

/// The job, which is asked for only when there is a reason.
pub(crate) fn job() -> Job {
    Job::new("m").interval(LONG)
}

pub(crate) fn status(peer: &mut Peer, status: &str) {
    peer.event("JOB_STATUS_CHANGE", json!({"id": "m", "status": status}));
}

pub(crate) fn statuses(peer: &mut Peer, all: &[&str]) {
    for one in all {
        status(peer, one);
    }
}

/// An event that is about no job.
pub(crate) fn number(peer: &mut Peer, number: u64) {
    peer.event("NUMBER", json!({"number": number}));
}

pub(crate) fn info(status: &str, current: u64) -> Value {
    json!([{
        "id": "m", "type": "mirror", "status": status,
        "current-progress": current, "total-progress": 8,
    }])
}

/// The command comes, and the job begins.
pub(crate) fn begin(peer: &mut Peer) {
    let request = peer.expect("blockdev-mirror");
    statuses(peer, &["created", "running"]);
    peer.answer(&request, json!({}));
}

/// The job ends well by itself.
pub(crate) fn end(peer: &mut Peer) {
    statuses(peer, &["waiting", "pending"]);
    let data = json!({"device": "m", "type": "mirror", "len": 8, "offset": 8, "speed": 0});
    peer.event("BLOCK_JOB_COMPLETED", data);
    statuses(peer, &["concluded", "null"]);
}

/// The job ends because it was cancelled.
pub(crate) fn cancelled(peer: &mut Peer) {
    status(peer, "aborting");
    let data = json!({"device": "m", "type": "mirror", "len": 8, "offset": 2, "speed": 0});
    peer.event("BLOCK_JOB_CANCELLED", data);
    statuses(peer, &["concluded", "null"]);
}

/// The job is ready, is told to complete, and is gone when it is asked for.
pub(crate) fn complete(peer: &mut Peer) {
    let request = peer.expect("job-complete");
    peer.answer(&request, json!({}));
    end(peer);
    be_asked(peer);
}

/// The job is gone; it may be asked for all the same.
fn be_asked(peer: &mut Peer) {
    while let Some(request) = peer.receive() {
        assert_eq!(request.command, "query-jobs");
        peer.answer(&request, json!([]));
    }
}

/// A mirror, among events that are about something else.
pub(crate) fn whole(peer: &mut Peer) {
    peer.greet();
    number(peer, 1);
    begin(peer);
    number(peer, 2);
    status(peer, "ready");
    number(peer, 3);
    complete(peer);
}

/// A job that has ended when its command is answered.
pub(crate) fn fast(peer: &mut Peer) {
    peer.greet();
    let request = peer.expect("blockdev-mirror");
    statuses(peer, &["created", "running"]);
    end(peer);
    peer.answer(&request, json!({}));
    peer.wait_for_close();
}

/// More events than a queue for one keeps.
pub(crate) fn flood(peer: &mut Peer) {
    peer.greet();
    let request = peer.expect("blockdev-mirror");
    statuses(peer, &["created", "running", "ready", "standby", "ready"]);
    number(peer, 1);
    peer.answer(&request, json!({}));
    let request = peer.expect("query-jobs");
    peer.answer(&request, info("ready", 8));
    // Where the last event was not missed, it may be newer than that.
    let mut request = peer.receive().unwrap();
    if request.command.as_str() == "query-jobs" {
        peer.answer(&request, info("ready", 8));
        request = peer.receive().unwrap();
    }
    assert_eq!(request.command.as_str(), "job-complete");
    statuses(peer, &["waiting", "pending", "concluded"]);
    number(peer, 2);
    peer.answer(&request, json!({}));
    while let Some(request) = peer.receive() {
        let answer = match request.command.as_str() {
            "query-jobs" => info("concluded", 8),
            name => {
                assert_eq!(name, "job-dismiss");
                status(peer, "null");
                json!({})
            }
        };
        peer.answer(&request, answer);
    }
}

/// A mirror that is ready, and is asked for by somebody who comes later.
pub(crate) fn left(peer: &mut Peer) {
    peer.greet();
    begin(peer);
    status(peer, "ready");
    let request = peer.expect("query-jobs");
    peer.answer(&request, info("ready", 8));
    complete(peer);
}

/// A job that is cancelled by a command.
pub(crate) fn cancelled_by_command(peer: &mut Peer) {
    peer.greet();
    begin(peer);
    loop {
        let request = peer.receive().unwrap();
        if request.command.as_str() == "job-cancel" {
            assert_eq!(request.arguments, json!({"id": "m"}));
            cancelled(peer);
            peer.answer(&request, json!({}));
            break;
        }
        peer.answer(&request, info("running", 2));
    }
    be_asked(peer);
}

/// A server that says no more after the job has begun.
pub(crate) fn silence(peer: &mut Peer) {
    peer.greet();
    begin(peer);
    peer.wait_for_close();
}
