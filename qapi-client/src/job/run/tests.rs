//! Jobs as QEMU runs them, and all that can come between.

mod steps;

use std::time::Duration;

use self::steps::{SECOND, Test, job, refusal, silence};
use super::{ATTEMPTS, CANCEL_TIME};
use crate::job::wire::{JobInfo, Verb};
use crate::{ConnectionError, ExecuteError, JobError, JobOutcome, JobStatus};

#[test]
fn a_job_that_ends_by_itself_takes_no_command() {
    let mut test = Test::running(job());
    test.waits(SECOND);
    test.asks(Some("running"));
    test.waits(SECOND);
    test.statuses("waiting pending");
    test.completed(None);
    test.statuses("concluded null");
    test.ends(JobOutcome::Completed);
}

#[test]
fn a_job_may_end_before_the_command_is_answered() {
    let mut test = Test::starting(job());
    test.statuses("created running waiting pending");
    test.completed(None);
    test.statuses("concluded null");
    test.run.started(Ok(()), test.now);
    test.ends(JobOutcome::Completed);
}

#[test]
fn a_mirror_is_completed_once_when_it_is_ready() {
    let mut test = Test::running(job());
    test.statuses("ready");
    test.tells(Verb::Complete);
    test.waits(SECOND);
    // It may be paused for a moment; and is not told again.
    test.statuses("standby ready");
    test.asks(Some("ready"));
    test.waits(SECOND);
    test.statuses("waiting pending");
    test.completed(None);
    test.statuses("concluded null");
    test.ends(JobOutcome::Completed);
}

#[test]
fn a_mirror_in_standby_is_completed_when_it_is_resumed() {
    let mut test = Test::running(job());
    test.statuses("ready standby");
    test.waits(SECOND);
    test.asks(Some("standby"));
    test.waits(SECOND);
    test.statuses("ready");
    test.asks(Some("ready"));
    test.tells(Verb::Complete);
}

#[test]
fn a_mirror_is_left_when_it_is_ready_and_finished_later() {
    for status in ["ready", "ready standby"] {
        let mut test = Test::running(job().when_ready_leave());
        test.statuses(status);
        test.ends(JobOutcome::Ready);
    }
    let mut test = Test::going_on(job());
    test.asks(Some("ready"));
    test.tells(Verb::Complete);
    test.completed(None);
    test.statuses("concluded null");
    test.ends(JobOutcome::Completed);
}

#[test]
fn the_copy_is_kept_by_a_cancellation_that_completes() {
    let mut test = Test::running(job().when_ready_keep_copy());
    test.statuses("ready");
    test.tells(Verb::Keep);
    test.statuses("waiting pending");
    test.completed(None);
    test.statuses("concluded null");
    test.ends(JobOutcome::Completed);
}

#[test]
fn a_pending_job_is_finalized_only_if_it_stays_pending() {
    // By itself.
    let mut test = Test::running(job());
    test.statuses("waiting pending");
    test.asks(None);
    test.fails(
        "the job `j` is gone, and how it ended was not seen: more events came than are kept",
    );

    let mut test = Test::running(job());
    test.statuses("waiting pending");
    test.must_ask();
    test.completed(None);
    test.statuses("concluded null");
    test.ends(JobOutcome::Completed);

    // Not by itself.
    let mut test = Test::running(job());
    test.statuses("waiting pending");
    test.asks(Some("pending"));
    test.tells(Verb::Finalize);
    test.completed(None);
    test.statuses("concluded");
    test.asks(Some("concluded"));
    test.tells(Verb::Dismiss);
    test.ends(JobOutcome::Completed);
}

#[test]
fn a_pending_job_is_left_pending_by_choice() {
    let mut test = Test::running(job().finalize(false));
    test.statuses("waiting pending");
    test.asks(Some("pending"));
    test.ends(JobOutcome::Pending);
}

#[test]
fn an_answer_that_is_older_than_an_event_does_not_undo_it() {
    let mut test = Test::running(job());
    test.statuses("waiting");
    test.waits(SECOND);
    test.must_ask();
    test.statuses("pending");
    let waiting = JobInfo::of("j", JobStatus::Waiting, (8, 8));
    test.run.answered(Ok(vec![waiting]), test.now);
    let news = test.run.news().unwrap();
    assert_eq!((&news.status, news.total), (&JobStatus::Pending, 8));
    test.asks(Some("pending"));
    test.tells(Verb::Finalize);
}

#[test]
fn a_failure_is_told_in_the_words_of_qemu() {
    // Of a block job that dismisses itself: in its event.
    let mut test = Test::running(job());
    test.statuses("aborting");
    test.completed(Some("No space left"));
    test.statuses("concluded null");
    test.fails("the job `j` failed: No space left");

    // Of a job without events of its own: in the answer to the question.
    let mut test = Test::running(job());
    test.statuses("aborting concluded");
    test.asks_why(Some("concluded"), Some("Could not create"));
    test.tells(Verb::Dismiss);
    test.fails("the job `j` failed: Could not create");

    // Of a job that goes while it is asked for.
    let mut test = Test::running(job());
    test.statuses("aborting concluded");
    test.must_ask();
    test.statuses("null");
    test.fails("the job `j` failed; why was not seen");
}

#[test]
fn a_job_that_ended_is_left_by_choice() {
    let mut test = Test::running(job().dismiss(false));
    test.statuses("aborting concluded");
    test.asks_why(Some("concluded"), Some("Could not create"));
    test.fails("the job `j` failed: Could not create");
}

#[test]
fn a_job_that_somebody_else_dismisses_has_ended_all_the_same() {
    let mut test = Test::running(job());
    test.statuses("waiting pending concluded");
    test.asks(Some("concluded"));
    test.is_refused(Verb::Dismiss);
    test.asks(None);
    test.ends(JobOutcome::Completed);
}

#[test]
fn a_job_is_cancelled_by_its_canceller() {
    for status in ["created", "running", "paused", "ready", "waiting"] {
        let job = job();
        let canceller = job.canceller();
        let mut test = Test::running(job);
        test.statuses(status);
        canceller.cancel();
        test.tells(Verb::Cancel);
        test.statuses("aborting");
        test.cancelled();
        test.statuses("concluded null");
        test.ends(JobOutcome::Cancelled);
    }
}

#[test]
fn a_cancelled_job_that_is_no_block_job_says_no_more_than_that_it_failed() {
    let job = job();
    let canceller = job.canceller();
    let mut test = Test::running(job);
    canceller.cancel();
    test.tells(Verb::Cancel);
    test.statuses("aborting concluded");
    test.asks_why(Some("concluded"), Some("Operation canceled"));
    test.tells(Verb::Dismiss);
    test.ends(JobOutcome::Cancelled);
}

#[test]
fn a_job_that_ends_before_it_is_cancelled_has_not_been() {
    let job = job();
    let canceller = job.canceller();
    let mut test = Test::running(job);
    canceller.cancel();
    test.must_tell(Verb::Cancel);
    test.completed(None);
    test.statuses("concluded null");
    test.run.told::<()>(Err(refusal("job-cancel")), test.now);
    test.ends(JobOutcome::Completed);
}

#[test]
fn a_job_that_fails_when_it_is_cancelled_has_failed() {
    let job = job();
    let canceller = job.canceller();
    let mut test = Test::running(job);
    canceller.cancel();
    test.tells(Verb::Cancel);
    test.statuses("aborting");
    test.completed(Some("Input/output error"));
    test.statuses("concluded null");
    test.fails("the job `j` failed: Input/output error");
}

#[test]
fn a_job_that_another_client_cancels_was_cancelled() {
    let mut test = Test::running(job());
    test.statuses("ready aborting");
    test.cancelled();
    test.statuses("concluded null");
    test.ends(JobOutcome::Cancelled);
}

#[test]
fn a_command_that_is_refused_for_a_moment_is_tried_again() {
    let mut test = Test::running(job());
    test.statuses("ready");
    test.is_refused(Verb::Complete);
    test.asks(Some("standby"));
    test.waits(SECOND);
    test.asks(Some("ready"));
    test.tells(Verb::Complete);
}

#[test]
fn a_command_that_is_refused_again_and_again_is_an_error() {
    let mut test = Test::running(job());
    test.statuses("ready");
    for _ in 1..ATTEMPTS {
        test.is_refused(Verb::Complete);
        test.asks(Some("ready"));
        test.waits(SECOND);
        test.asks(Some("ready"));
    }
    test.is_refused(Verb::Complete);
    test.fails("the job `j` cannot go on: `job-complete` failed: GenericError: no");
}

#[test]
fn a_command_that_fails_starts_no_job() {
    let text = "the job `j` was not started: `x` failed: GenericError: no";
    let mut test = Test::starting(job());
    test.run.started::<()>(Err(refusal("x")), test.now);
    test.fails(text);

    // One that fails late.
    let mut test = Test::starting(job());
    test.statuses("created null");
    test.run.started::<()>(Err(refusal("x")), test.now);
    test.fails(text);
}

#[test]
fn a_command_that_is_not_answered_may_have_started_the_job() {
    let mut test = Test::starting(job());
    test.run.started::<()>(Err(silence()), test.now);
    assert!(matches!(test.end(), Err(JobError::Start { .. })));

    let mut test = Test::starting(job());
    test.statuses("created running");
    test.run.started::<()>(Err(silence()), test.now);
    test.waits(SECOND);
}

#[test]
fn an_earlier_job_of_the_same_id_is_another_one() {
    let mut test = Test::starting(job());
    test.statuses("aborting concluded null created running");
    test.run.started(Ok(()), test.now);
    test.waits(SECOND);

    let mut test = Test::starting(job());
    test.completed(None);
    test.statuses("concluded null");
    test.run.started(Ok(()), test.now);
    test.asks(None);
    test.fails("there is no job `j`");
}

#[test]
fn a_job_that_nobody_knows_is_not_found() {
    let mut test = Test::going_on(job());
    test.asks(None);
    assert!(matches!(test.end(), Err(JobError::NotFound { .. })));

    let mut test = Test::starting(job());
    test.run.started(Ok(()), test.now);
    test.asks(None);
    assert!(matches!(test.end(), Err(JobError::NotFound { .. })));
}

#[test]
fn what_events_would_have_told_is_asked_when_they_are_missed() {
    let mut test = Test::starting(job());
    test.run.missed(test.now);
    test.run.started(Ok(()), test.now);
    test.asks(Some("ready"));
    test.tells(Verb::Complete);
    test.run.missed(test.now);
    test.asks_why(Some("concluded"), Some("gone wrong"));
    test.tells(Verb::Dismiss);
    test.fails("the job `j` failed: gone wrong");

    let mut test = Test::running(job());
    test.run.missed(test.now);
    test.asks(Some("concluded"));
    test.tells(Verb::Dismiss);
    test.ends(JobOutcome::Completed);
}

#[test]
fn how_a_job_ended_that_nobody_saw_is_not_known() {
    for last in [None, Some("concluded null"), Some("null")] {
        let mut test = Test::running(job());
        test.run.missed(test.now);
        match last {
            Some(statuses) => test.statuses(statuses),
            None => test.asks(None),
        }
        assert!(matches!(test.end(), Err(JobError::Unseen { .. })));
    }
    // It cannot be told from one that was never started.
    let mut test = Test::starting(job());
    test.run.missed(test.now);
    test.run.started(Ok(()), test.now);
    test.asks(None);
    assert!(matches!(test.end(), Err(JobError::Unseen { .. })));
}

#[test]
fn an_event_that_cannot_be_read_counts_as_missed() {
    let mut test = Test::running(job());
    test.event("JOB_STATUS_CHANGE", r#"{"id": "j", "status": 7}"#);
    test.asks(Some("ready"));
    test.tells(Verb::Complete);
}

#[test]
fn sight_is_lost_with_the_connection_unless_all_was_seen() {
    let closed = || ExecuteError::Connection(ConnectionError::CLOSED);
    let mut test = Test::running(job());
    test.waits(SECOND);
    test.must_ask();
    test.run.answered(Err(closed()), test.now);
    test.fails(
        "sight of the job `j` was lost, and it may run on: the server closed the connection",
    );

    let mut test = Test::running(job());
    test.completed(None);
    test.statuses("concluded");
    test.must_ask();
    test.run.answered(Err(closed()), test.now);
    test.ends(JobOutcome::Completed);

    let mut test = Test::running(job());
    test.statuses("ready");
    test.must_tell(Verb::Complete);
    test.run.told::<()>(Err(silence()), test.now);
    assert!(matches!(test.end(), Err(JobError::Lost { .. })));
}

#[test]
fn a_job_out_of_time_is_left() {
    let mut test = Test::running(job().timeout(3 * SECOND / 2));
    test.waits(SECOND);
    test.asks(Some("running"));
    test.waits(SECOND / 2);
    test.fails("the job `j` did not end within 1.5s, and may run on");

    // One that has ended in time is told so, and dismissed.
    let mut test = Test::running(job().timeout(SECOND / 2));
    test.completed(None);
    test.statuses("concluded");
    test.now += SECOND;
    test.asks(Some("concluded"));
    test.tells(Verb::Dismiss);
    test.ends(JobOutcome::Completed);

    let mut test = Test::running(job().timeout(Duration::MAX).interval(Duration::MAX));
    test.waits(3600 * SECOND);
    test.asks(Some("running"));
}

#[test]
fn a_job_out_of_time_is_cancelled_by_choice() {
    let start = || {
        let mut test = Test::running(job().cancel_after(SECOND / 2));
        test.statuses("ready");
        test.tells(Verb::Complete);
        test.waits(SECOND / 2);
        test.tells(Verb::Cancel);
        test
    };
    let mut test = start();
    test.statuses("aborting");
    test.cancelled();
    test.statuses("concluded null");
    test.fails("the job `j` did not end within 500ms, and was cancelled");

    let mut test = start();
    test.completed(None);
    test.statuses("concluded null");
    test.ends(JobOutcome::Completed);

    let mut test = start();
    test.now += CANCEL_TIME;
    test.fails("the job `j` did not end within 500ms, and may run on");
}

#[test]
fn progress_is_told_when_there_is_any() {
    let mut test = Test::running(job());
    let news = |test: &mut Test| {
        let news = test.run.news()?;
        let (status, current, total) = (news.status.as_str(), news.current, news.total);
        Some((status.to_owned(), current, total, news.io_errors))
    };
    let of =
        |status: &str, current, total, errors| Some((status.to_owned(), current, total, errors));
    assert_eq!(news(&mut test), of("running", 0, 0, 0));
    assert_eq!(news(&mut test), None);
    test.waits(SECOND);
    test.asks(Some("running"));
    assert_eq!(news(&mut test), of("running", 3, 8, 0));
    test.event(
        "BLOCK_JOB_ERROR",
        r#"{"device": "j", "operation": "read", "action": "stop"}"#,
    );
    test.statuses("paused");
    assert_eq!(news(&mut test), of("paused", 3, 8, 1));
    test.completed(None);
    assert_eq!(news(&mut test), of("paused", 5, 8, 1));

    let mut test = Test::starting(job());
    assert_eq!(news(&mut test), None);
}
