//! The blocking client.

use std::time::Duration;

use qapi_client::blocking::Client;
use qapi_client::test_server::{Peer, TestServer};
use qapi_client::{
    ConnectOptions, ConnectionError, ExecuteError, Job, JobError, JobOutcome, JobProgress,
};
use qapi_protocol::UnknownEvent;

use crate::scripts::{self, SHORT, job, mirror, options};

fn connect(
    script: impl FnOnce(&mut Peer) + Send + 'static,
    options: &ConnectOptions,
) -> (Client, TestServer<()>) {
    let (stream, server) = TestServer::pair(script);
    (Client::connect_over(stream, options).unwrap(), server)
}

fn silent(_: &JobProgress) {}

#[test]
fn a_mirror_is_run_to_its_end_and_other_events_stay() {
    let (mut client, server) = connect(scripts::whole, &options());
    let mut told = Vec::new();
    let outcome = client.run_job(job(), mirror(), |progress| {
        told.push((progress.status.to_string(), progress.fraction()));
    });
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    assert!(told.contains(&("ready".to_owned(), None)), "{told:?}");
    assert_eq!(told.last().unwrap().1, Some(1.0));

    for number in 1..=3 {
        let event = client.next_event::<UnknownEvent>(Duration::ZERO).unwrap();
        let data = event.unwrap().event.data.unwrap();
        assert_eq!(data.get("number").unwrap(), number);
    }
    assert_eq!(client.events::<UnknownEvent>().count(), 0);
    drop(client);
    server.join();
}

#[test]
fn a_job_that_ends_before_its_command_is_answered_is_not_missed() {
    let (mut client, server) = connect(scripts::fast, &options());
    let outcome = client.run_job(job(), mirror(), silent);
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    drop(client);
    server.join();
}

#[test]
fn a_command_for_another_job_is_not_sent() {
    let script = |peer: &mut Peer| {
        peer.greet();
        peer.wait_for_close();
    };
    let (mut client, server) = connect(script, &options());
    let error = client.run_job(Job::new("other"), mirror(), silent);
    match error.unwrap_err() {
        JobError::OtherId { id, found, .. } => assert_eq!((&*id, &*found), ("other", "m")),
        other => panic!("{other:?}"),
    }
    drop(client);
    server.join();
}

#[test]
fn a_command_that_fails_is_the_error() {
    let script = |peer: &mut Peer| {
        peer.greet();
        let request = peer.expect("blockdev-mirror");
        peer.fail(&request, "GenericError", "no such node");
        peer.wait_for_close();
    };
    let (mut client, server) = connect(script, &options());
    let error = client.run_job(job(), mirror(), silent).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the job `m` was not started: `blockdev-mirror` failed: GenericError: no such node"
    );
    drop(client);
    server.join();
}

#[test]
fn the_one_who_is_told_how_far_the_job_is_may_cancel_it() {
    let (mut client, server) = connect(scripts::cancelled_by_command, &options());
    let job = job().interval(SHORT);
    let canceller = job.canceller();
    let outcome = client.run_job(job, mirror(), |progress| {
        if progress.current > 0 {
            assert_eq!((progress.current, progress.total), (2, 8));
            canceller.cancel();
        }
    });
    assert_eq!(outcome.unwrap(), JobOutcome::Cancelled);
    drop(client);
    server.join();
}

#[test]
fn what_does_not_fit_into_the_queue_is_asked_for() {
    let (mut client, server) = connect(scripts::flood, &options().event_queue(1));
    let outcome = client.run_job(job(), mirror(), silent);
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    drop(client);
    server.join();
}

#[test]
fn a_job_is_left_when_it_is_ready_and_finished_later() {
    let (mut client, server) = connect(scripts::left, &options());
    let outcome = client.run_job(job().when_ready_leave(), mirror(), silent);
    assert_eq!(outcome.unwrap(), JobOutcome::Ready);
    let outcome = client.finish_job(job(), silent);
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    drop(client);
    server.join();
}

#[test]
fn events_that_nobody_has_read_are_not_of_a_job_that_is_finished_later() {
    let script = |peer: &mut Peer| {
        peer.greet();
        // Of an earlier job of that id.
        scripts::status(peer, "ready");
        scripts::end(peer);
        let request = peer.expect("query-jobs");
        peer.answer(&request, scripts::info("ready", 8));
        // They moved it, as far as the client knows.
        let request = peer.expect("query-jobs");
        peer.answer(&request, scripts::info("ready", 8));
        scripts::complete(peer);
    };
    let (mut client, server) = connect(script, &options());
    let outcome = client.finish_job(job(), silent);
    assert_eq!(outcome.unwrap(), JobOutcome::Completed);
    drop(client);
    server.join();
}

#[test]
fn sight_of_a_job_is_lost_with_the_connection() {
    let script = |peer: &mut Peer| {
        peer.greet();
        scripts::begin(peer);
        peer.close();
    };
    let (mut client, server) = connect(script, &options());
    match client.run_job(job(), mirror(), silent).unwrap_err() {
        JobError::Lost { error, .. } => assert!(
            matches!(
                *error,
                ExecuteError::Connection(ConnectionError::Closed { .. })
            ),
            "{error:?}"
        ),
        other => panic!("{other:?}"),
    }
    server.join();
}

#[test]
fn a_server_that_says_no_more_is_noticed() {
    let (mut client, server) = connect(scripts::silence, &options().command_timeout(SHORT));
    let job = job().interval(SHORT);
    match client.run_job(job, mirror(), silent).unwrap_err() {
        JobError::Lost { error, .. } => {
            assert!(matches!(*error, ExecuteError::Timeout { .. }), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
    drop(client);
    server.join();
}

#[test]
fn a_job_out_of_time_is_left_without_another_word() {
    let (mut client, server) = connect(scripts::silence, &options());
    let error = client.run_job(job().timeout(SHORT), mirror(), silent);
    match error.unwrap_err() {
        JobError::Timeout {
            timeout, cancelled, ..
        } => assert_eq!((timeout, cancelled), (SHORT, false)),
        other => panic!("{other:?}"),
    }
    drop(client);
    server.join();
}
