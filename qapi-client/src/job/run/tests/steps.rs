//! A run in small steps, as tests take them.

use std::time::{Duration, Instant};

use qapi_protocol::{Error, ErrorClass, Message};

use super::super::{Run, Step};
use crate::job::wire::{JobInfo, Verb};
use crate::{Command, ExecuteError, Job, JobError, JobOutcome, JobStatus};

pub(super) const SECOND: Duration = Duration::from_secs(1);

/// A job that is run, and the clock.
pub(super) struct Test {
    pub(super) run: Run,
    pub(super) now: Instant,
}

impl Test {
    /// The job has been started, and has said so.
    pub(super) fn running(job: Job) -> Self {
        let mut test = Test::starting(job);
        test.statuses("created running");
        test.run.started(Ok(()), test.now);
        test
    }

    pub(super) fn starting(job: Job) -> Self {
        let now = Instant::now();
        Test {
            run: Run::starting(job, now),
            now,
        }
    }

    pub(super) fn going_on(job: Job) -> Self {
        let now = Instant::now();
        Test {
            run: Run::going_on(job, now),
            now,
        }
    }

    pub(super) fn event(&mut self, name: &str, data: &str) {
        let json = format!(r#"{{"event": "{name}", "data": {data}}}"#);
        match Message::parse(json.as_bytes()) {
            Ok(Message::Event(event)) => assert!(self.run.event(&event, self.now)),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn statuses(&mut self, statuses: &str) {
        for status in statuses.split(' ') {
            let data = format!(r#"{{"id": "j", "status": "{status}"}}"#);
            self.event("JOB_STATUS_CHANGE", &data);
        }
    }

    pub(super) fn completed(&mut self, error: Option<&str>) {
        let error = error.map_or(String::new(), |error| format!(r#", "error": "{error}""#));
        let data = format!(r#"{{"device": "j", "offset": 5, "len": 8{error}}}"#);
        self.event("BLOCK_JOB_COMPLETED", &data);
    }

    pub(super) fn cancelled(&mut self) {
        self.event("BLOCK_JOB_CANCELLED", r#"{"device": "j"}"#);
    }

    /// QEMU has been asked, and knows the job with this status, or not.
    #[track_caller]
    pub(super) fn asks(&mut self, status: Option<&str>) {
        self.asks_why(status, None);
    }

    #[track_caller]
    pub(super) fn asks_why(&mut self, status: Option<&str>, error: Option<&str>) {
        self.must_ask();
        let job = status.map(|status| {
            let mut job = JobInfo::of("j", status.into(), (3, 8));
            job.error = error.map(str::to_owned);
            job
        });
        let other = JobInfo::of("other", JobStatus::Ready, (1, 1));
        let jobs = [Some(other), job].into_iter().flatten().collect();
        self.run.answered(Ok(jobs), self.now);
    }

    #[track_caller]
    pub(super) fn must_ask(&mut self) {
        match self.run.next(self.now) {
            Step::Query => {}
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn tells(&mut self, verb: Verb) {
        self.must_tell(verb);
        self.run.told(Ok(()), self.now);
    }

    #[track_caller]
    pub(super) fn is_refused(&mut self, verb: Verb) {
        self.must_tell(verb);
        self.run
            .told::<()>(Err(refusal(verb.command("j").name())), self.now);
    }

    #[track_caller]
    pub(super) fn must_tell(&mut self, verb: Verb) {
        match self.run.next(self.now) {
            Step::Tell(told) => assert_eq!(told, verb),
            other => panic!("{other:?}"),
        }
    }

    /// There is nothing to do for so long, and it passes.
    #[track_caller]
    pub(super) fn waits(&mut self, time: Duration) {
        match self.run.next(self.now) {
            Step::Wait(wait) => assert_eq!(wait, time),
            other => panic!("{other:?}"),
        }
        self.now += time;
    }

    #[track_caller]
    pub(super) fn end(&mut self) -> Result<JobOutcome, JobError> {
        match self.run.next(self.now) {
            Step::Done(end) => end,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    pub(super) fn ends(&mut self, outcome: JobOutcome) {
        assert_eq!(self.end().unwrap(), outcome);
    }

    #[track_caller]
    pub(super) fn fails(&mut self, text: &str) {
        assert_eq!(self.end().unwrap_err().to_string(), text);
    }
}

pub(super) fn job() -> Job {
    Job::new("j")
}

pub(super) fn refusal(command: &str) -> ExecuteError {
    ExecuteError::Qemu {
        command: command.to_owned(),
        error: Error::new(ErrorClass::GenericError, "no"),
        unsupported: None,
    }
}

pub(super) fn silence() -> ExecuteError {
    ExecuteError::Timeout {
        command: "x".to_owned(),
        timeout: SECOND,
    }
}
