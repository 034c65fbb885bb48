//! A run against a model of QEMU's jobs, with everything that can happen between: events that are
//! lost, answers that are late, and other clients.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use qapi_protocol::{Error, ErrorClass, Message, RawValue, decode};

use super::{Run, Step};
use crate::job::wire::JobInfo;
use crate::{Command, ExecuteError, Job, JobError, JobOutcome, RawCommand};

const FAILURE: &str = "Input/output error";
const CANCELLED: &str = "Operation canceled";

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Truth {
    Completed,
    Failed,
    Cancelled,
}

/// What a job is like.
#[derive(Clone, Debug)]
struct Kind {
    /// Whether it is a block job, which has events of its own, and may dismiss itself.
    block: bool,
    readies: bool,
    auto_finalize: bool,
    auto_dismiss: bool,
    fails: bool,
    /// Whether another client cancels it, at some time.
    is_cancelled: bool,
}

/// A job in QEMU.
struct Model {
    kind: Kind,
    status: &'static str,
    was_ready: bool,
    completing: bool,
    cancelling: bool,
    error: Option<&'static str>,
    truth: Option<Truth>,
    /// The events that were sent and not received.
    events: VecDeque<String>,
}

impl Model {
    fn new(kind: Kind) -> Self {
        let mut model = Model {
            kind,
            status: "undefined",
            was_ready: false,
            completing: false,
            cancelling: false,
            error: None,
            truth: None,
            events: VecDeque::new(),
        };
        model.becomes("created");
        model.becomes("running");
        model
    }

    fn becomes(&mut self, status: &'static str) {
        self.status = status;
        self.was_ready |= status == "ready";
        let data = format!(r#"{{"id": "j", "status": "{status}"}}"#);
        self.send("JOB_STATUS_CHANGE", &data);
    }

    fn send(&mut self, name: &str, data: &str) {
        self.events
            .push_back(format!(r#"{{"event": "{name}", "data": {data}}}"#));
    }

    /// Goes one step on its way.
    fn advance(&mut self, choice: u8) {
        if self.cancelling && !matches!(self.status, "concluded" | "null") {
            return self.abort(Truth::Cancelled);
        }
        match (self.status, choice % 4) {
            ("running" | "ready", 0) if self.kind.is_cancelled => self.cancelling = true,
            ("running", 1) => self.becomes("paused"),
            ("paused", _) => self.becomes("running"),
            ("ready", 1) => self.becomes("standby"),
            ("standby", _) => self.becomes("ready"),
            ("running", _) if self.kind.readies && !self.was_ready => self.becomes("ready"),
            ("ready", _) if !self.completing => {}
            ("running" | "ready", _) if self.kind.fails => self.abort(Truth::Failed),
            ("running" | "ready", _) => {
                self.becomes("waiting");
                self.becomes("pending");
                if self.kind.auto_finalize {
                    self.complete();
                }
            }
            _ => {}
        }
    }

    fn complete(&mut self) {
        self.conclude(Truth::Completed, "BLOCK_JOB_COMPLETED", "");
    }

    fn abort(&mut self, truth: Truth) {
        self.becomes("aborting");
        if truth == Truth::Failed {
            self.error = Some(FAILURE);
            let error = format!(r#", "error": "{FAILURE}""#);
            self.conclude(truth, "BLOCK_JOB_COMPLETED", &error);
        } else {
            self.error = Some(CANCELLED);
            self.conclude(truth, "BLOCK_JOB_CANCELLED", "");
        }
    }

    fn conclude(&mut self, truth: Truth, event: &str, error: &str) {
        if self.kind.block {
            let data = format!(r#"{{"device": "j", "offset": 1, "len": 1{error}}}"#);
            self.send(event, &data);
        }
        self.truth = Some(truth);
        self.becomes("concluded");
        if self.kind.block && self.kind.auto_dismiss {
            self.becomes("null");
        }
    }

    fn execute(&mut self, command: &RawCommand) -> Result<(), ExecuteError> {
        match (command.name(), self.status) {
            ("job-complete", "ready" | "standby") if !self.cancelling => self.completing = true,
            ("block-job-cancel", "ready" | "standby") => self.completing = true,
            ("job-cancel", "running" | "paused" | "ready" | "standby") => self.cancelling = true,
            ("job-cancel", "pending") => self.abort(Truth::Cancelled),
            ("job-finalize", "pending") => self.complete(),
            ("job-dismiss", "concluded") => self.becomes("null"),
            (name, _) => {
                return Err(ExecuteError::Qemu {
                    command: name.to_owned(),
                    error: Error::new(ErrorClass::GenericError, "no"),
                    unsupported: None,
                });
            }
        }
        Ok(())
    }

    fn query(&self) -> Vec<JobInfo> {
        if self.status == "null" {
            return Vec::new();
        }
        let error = self.error.map_or(String::new(), |error| {
            format!(r#", "error": {}"#, RawValue::new(&error))
        });
        let status = self.status;
        let job = format!(
            r#"[{{"id": "j", "status": "{status}", "current-progress": 0, "total-progress": 0{error}}}]"#
        );
        decode(&job).unwrap()
    }
}

/// What is left to chance.
struct Chance(std::vec::IntoIter<u8>);

impl Chance {
    /// Anything, and in the end what leads to an end.
    fn next(&mut self) -> u8 {
        self.0.next().unwrap_or(2)
    }
}

/// What is between QEMU and the run.
struct Wire {
    run: Run,
    model: Model,
    chance: Chance,
    now: Instant,
    lossy: bool,
    lost: bool,
}

impl Wire {
    /// The job goes on by itself, or does not.
    fn pass_time(&mut self) {
        for _ in 0..self.chance.next() % 4 {
            let choice = self.chance.next();
            self.model.advance(choice);
        }
    }

    /// Hands on the events until now, or loses the older ones.
    fn deliver(&mut self) {
        if self.lossy && self.chance.next().is_multiple_of(3) && !self.model.events.is_empty() {
            let keep = usize::from(self.chance.next()) % self.model.events.len();
            let gone = self.model.events.len() - keep;
            self.model.events.drain(..gone);
            self.lost = true;
            self.run.missed(self.now);
        }
        for event in std::mem::take(&mut self.model.events) {
            match Message::parse(event.as_bytes()) {
                Ok(Message::Event(event)) => assert!(self.run.event(&event, self.now)),
                other => panic!("{other:?}"),
            }
        }
    }

    /// The job is run to its end.
    fn run(&mut self) -> Result<JobOutcome, JobError> {
        self.pass_time();
        self.deliver();
        self.run.started(Ok(()), self.now);
        for _ in 0..2000 {
            match self.run.next(self.now) {
                Step::Query => {
                    self.pass_time();
                    let answer = self.model.query();
                    // What came after the answer may be told before it.
                    if self.chance.next().is_multiple_of(2) {
                        self.pass_time();
                    }
                    self.deliver();
                    self.run.answered(Ok(answer), self.now);
                }
                Step::Tell(verb) => {
                    self.pass_time();
                    let answer = self.model.execute(&verb.command("j"));
                    self.deliver();
                    self.run.told(answer, self.now);
                }
                Step::Wait(time) => {
                    assert!(!time.is_zero());
                    let choice = self.chance.next();
                    self.model.advance(choice);
                    self.pass_time();
                    self.now += match self.model.events.is_empty() {
                        true => time,
                        false => time / 2,
                    };
                    self.deliver();
                }
                Step::Done(end) => return end,
            }
        }
        panic!("there is no end of it: {:?}", self.run);
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    any::<[bool; 6]>().prop_map(
        |[
            block,
            readies,
            auto_finalize,
            auto_dismiss,
            fails,
            is_cancelled,
        ]| Kind {
            block,
            readies,
            auto_finalize,
            auto_dismiss,
            fails,
            is_cancelled,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn what_is_said_of_a_job_is_true(
        kind in kinds(),
        choices in prop::collection::vec(any::<u8>(), 0..100),
        [leave, keep, finalize, dismiss, cancel, lossy] in any::<[bool; 6]>(),
    ) {
        let mut job = Job::new("j").finalize(finalize).dismiss(dismiss);
        if keep {
            job = job.when_ready_keep_copy();
        }
        if leave {
            job = job.when_ready_leave();
        }
        if cancel {
            job.canceller().cancel();
        }
        let now = Instant::now();
        let mut wire = Wire {
            run: Run::starting(job, now),
            model: Model::new(kind.clone()),
            chance: Chance(choices.into_iter()),
            now,
            lossy,
            lost: false,
        };
        let end = wire.run();
        let Wire { model, lost, now: then, .. } = &wire;
        let truth = model.truth;
        // It is not found out late, if events come.
        prop_assert!(*lost || then.duration_since(now) < Duration::from_secs(60));
        match &end {
            Ok(JobOutcome::Completed) => prop_assert_eq!(truth, Some(Truth::Completed)),
            Ok(JobOutcome::Cancelled) => prop_assert!(
                truth == Some(Truth::Cancelled)
                    // That both happened at once cannot be told.
                    || truth == Some(Truth::Failed) && cancel && (!kind.block || *lost)
            ),
            Ok(JobOutcome::Ready) => prop_assert!(leave && !cancel && model.was_ready),
            Ok(JobOutcome::Pending) => prop_assert!(!finalize && !cancel && truth.is_none()),
            Err(JobError::Failed { message, .. }) => match truth {
                Some(Truth::Failed) => {
                    prop_assert!(message.as_deref() == Some(FAILURE) || message.is_none() && *lost);
                }
                // QEMU does not say it of such a job.
                Some(Truth::Cancelled) => prop_assert!(!kind.block || *lost),
                other => prop_assert!(false, "{other:?}"),
            },
            Err(JobError::Unseen { .. }) => prop_assert!(*lost),
            Err(error) => prop_assert!(false, "{error:?}"),
        }
        if dismiss && truth.is_some() && !matches!(end, Ok(JobOutcome::Ready)) {
            prop_assert_eq!(model.status, "null");
        }
    }
}
