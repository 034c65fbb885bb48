//! What to do next for a job.
//!
//! A [`Run`] is told what happens - events, answers, the time - and says what to do. What it is
//! told must be in order: an event that came before an answer is told before it.
//!
//! Events come in time, and tell how a job ended that is gone the next moment; but they can be
//! missed. What `query-jobs` answers is complete, but comes late. A run acts on either, and where
//! an event leaves open what it means (whether a pending job goes on by itself, and a concluded
//! one dismisses itself), on the answer to the question that it asks then.

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use std::mem;
use std::time::{Duration, Instant};

use qapi_protocol::RawEvent;

use super::wire::{Event, JobInfo, Verb};
use super::{Job, JobError, JobOutcome, JobProgress, JobStatus, Limit, WhenReady};
use crate::ExecuteError;

/// How often QEMU may refuse a command of the same purpose: a job may have moved on, or be
/// paused for a moment, when the command arrives.
const ATTEMPTS: u32 = 3;

/// How long a job that is out of time has for being cancelled.
const CANCEL_TIME: Duration = Duration::from_secs(30);

/// What to do next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Execute `query-jobs`, and tell [`Run::answered`].
    Query,
    /// Execute this command, and tell [`Run::told`].
    Tell(Verb),
    /// Wait for an event, for so long, and tell [`Run::event`].
    Wait(Duration),
    /// Nothing: this is how it ended.
    Done(Result<JobOutcome, JobError>),
}

/// A job that is run.
#[derive(Debug)]
pub(crate) struct Run {
    job: Job,
    began: Instant,
    /// Whether the command that starts the job has yet to be answered.
    starting: bool,
    status: Option<JobStatus>,
    /// Whether the job is at `status` until it is told to go on: whether QEMU said so after all
    /// that happened had been told.
    settled: bool,
    /// Whether an event came since QEMU was last asked.
    moved: bool,
    /// Whether events were missed since QEMU last said how the job is.
    missed: bool,
    /// When to ask next.
    query_at: Instant,
    request: Option<Request>,
    /// Whether QEMU took the order to cancel the job.
    cancelling: bool,
    ending: Ending,
    progress: (u64, u64),
    io_errors: u64,
    /// What was last told of the progress.
    shown: Option<JobProgress>,
    /// Why there is no more to do, if that is not how the job ended.
    failure: Option<JobError>,
}

/// What was seen of how the job ended.
#[derive(Debug, Default)]
struct Ending {
    /// It is forgotten.
    gone: bool,
    concluded: bool,
    aborted: bool,
    cancelled: bool,
    completed: bool,
    error: Option<String>,
}

/// Something that the job is told.
#[derive(Debug)]
struct Request {
    verb: Verb,
    accepted: bool,
    refusals: u32,
    /// When to try again that was refused.
    again_at: Instant,
}

impl Run {
    /// A job whose command is about to be sent.
    pub(crate) fn starting(job: Job, now: Instant) -> Self {
        Run {
            began: now,
            starting: true,
            status: None,
            settled: false,
            moved: false,
            missed: false,
            query_at: now + job.interval,
            request: None,
            cancelling: false,
            ending: Ending::default(),
            progress: (0, 0),
            io_errors: 0,
            shown: None,
            failure: None,
            job,
        }
    }

    /// A job that runs already.
    pub(crate) fn going_on(job: Job, now: Instant) -> Self {
        Run {
            starting: false,
            query_at: now,
            ..Run::starting(job, now)
        }
    }

    /// The id of the job.
    pub(crate) fn id(&self) -> &str {
        &self.job.id
    }

    /// Takes the answer to the command that starts the job.
    pub(crate) fn started<T>(&mut self, answer: Result<T, ExecuteError>, now: Instant) {
        self.starting = false;
        let created = self.status.is_some();
        match answer {
            // The answer has nothing to say, but that the job was started.
            Ok(_) | Err(ExecuteError::Decode { .. }) => {}
            Err(ExecuteError::Timeout { .. }) if created => {}
            Err(error) => {
                // A job that is created and gone again is one that was not started.
                self.ending = Ending::default();
                let (id, error) = (self.job.id.clone(), Box::new(error));
                self.failure = Some(JobError::Start { id, error });
            }
        }
        if !created {
            self.query_at = now;
        }
    }

    /// Takes an event, of whatever kind; whether it is about the job.
    pub(crate) fn event(&mut self, event: &RawEvent<'_>, now: Instant) -> bool {
        match Event::of(&self.job.id, event) {
            None => return false,
            Some(Ok(event)) => self.happened(event, now),
            Some(Err(_)) => self.missed(now),
        }
        true
    }

    fn happened(&mut self, event: Event, now: Instant) {
        self.moved = true;
        if self.starting && event == Event::Status(JobStatus::Created) {
            // What came before was about an earlier job of that id.
            self.status = Some(JobStatus::Created);
            self.ending = Ending::default();
        }
        if self.status.is_none() || self.ending.gone {
            return;
        }
        match event {
            Event::Status(status) => {
                tracing::debug!(job = self.job.id, %status, "job");
                if matches!(status, JobStatus::Pending | JobStatus::Concluded) {
                    self.query_at = now;
                }
                self.see(&status);
                self.status = Some(status);
                self.settled = false;
            }
            Event::Completed { error, progress } => {
                self.ending.completed = true;
                self.ending.error = error.or(self.ending.error.take());
                self.progress = progress;
            }
            Event::Cancelled => self.ending.cancelled = true,
            Event::IoError => self.io_errors += 1,
        }
    }

    /// Takes note that events were missed.
    pub(crate) fn missed(&mut self, now: Instant) {
        self.missed = true;
        self.query_at = now;
    }

    /// Takes the answer to `query-jobs`.
    pub(crate) fn answered(&mut self, answer: Result<Vec<JobInfo>, ExecuteError>, now: Instant) {
        let jobs = match answer {
            Ok(jobs) => jobs,
            Err(error) => return self.lost(error),
        };
        self.query_at = now + self.job.interval;
        let Some(info) = jobs.into_iter().find(|info| info.id == self.job.id) else {
            if self.status.is_none() && !self.missed {
                let id = self.job.id.clone();
                self.failure = Some(JobError::NotFound { id });
            } else {
                self.ending.gone = true;
            }
            return;
        };
        self.missed = false;
        self.progress = info.progress();
        self.ending.error = info.error.or(self.ending.error.take());
        self.see(&info.status);
        if !self.moved || self.status.is_none() {
            self.status = Some(info.status);
            self.settled = !self.moved;
        }
        if self.moved {
            // The answer may be older than what happened.
            self.query_at = now;
        }
    }

    /// Takes the answer to the command of [`Step::Tell`].
    pub(crate) fn told<T>(&mut self, answer: Result<T, ExecuteError>, now: Instant) {
        let Some(request) = &mut self.request else {
            return;
        };
        match answer {
            Ok(_) | Err(ExecuteError::Decode { .. }) => {
                request.accepted = true;
                self.cancelling |= request.verb == Verb::Cancel;
                self.ending.gone |= request.verb == Verb::Dismiss;
            }
            Err(error @ ExecuteError::Qemu { .. }) => {
                request.refusals += 1;
                request.again_at = now + self.job.interval;
                if request.refusals == ATTEMPTS {
                    let (id, error) = (self.job.id.clone(), Box::new(error));
                    self.failure = Some(JobError::Command { id, error });
                }
                // Most likely, it is no longer what it was.
                self.query_at = now;
            }
            Err(error) => self.lost(error),
        }
    }

    /// Takes note that nothing more will be heard.
    pub(crate) fn lost(&mut self, error: ExecuteError) {
        let (id, error) = (self.job.id.clone(), Box::new(error));
        self.failure = Some(JobError::Lost { id, error });
    }

    /// How far the job is, unless that was told before.
    pub(crate) fn news(&mut self) -> Option<&JobProgress> {
        let (current, total) = self.progress;
        let progress = Some(JobProgress {
            status: self.status.clone()?,
            current,
            total,
            io_errors: self.io_errors,
        });
        if self.shown == progress {
            return None;
        }
        self.shown = progress;
        self.shown.as_ref()
    }

    /// What to do.
    pub(crate) fn next(&mut self, now: Instant) -> Step {
        if let Some(end) = self.end(now) {
            return Step::Done(end);
        }
        let mut wait = self.query_at.saturating_duration_since(now);
        if wait.is_zero() {
            self.moved = false;
            return Step::Query;
        }
        if let Some(left) = self.time_left(now) {
            wait = wait.min(left);
        }
        if let Some(verb) = self.wanted(now) {
            let request = self.request(verb, now);
            let pause = request.again_at.saturating_duration_since(now);
            match request.accepted {
                false if pause.is_zero() => return Step::Tell(verb),
                false => wait = wait.min(pause),
                true => {}
            }
        }
        Step::Wait(wait)
    }

    /// How it ended, if there is no more to do.
    fn end(&mut self, now: Instant) -> Option<Result<JobOutcome, JobError>> {
        if self.ending.gone {
            return Some(self.outcome());
        }
        if let Some(failure) = self.failure.take() {
            return Some(match failure {
                // That nobody answers any more does not change what has been seen.
                JobError::Lost { .. } if self.ending.is_seen() => self.outcome(),
                failure => Err(failure),
            });
        }
        match self.status.as_ref()? {
            JobStatus::Concluded if self.settled && !self.job.dismiss => {
                return Some(self.outcome());
            }
            JobStatus::Concluded => return None,
            _ if self.cancels(now) => {}
            JobStatus::Ready | JobStatus::Standby if self.job.when_ready == WhenReady::Leave => {
                return Some(Ok(JobOutcome::Ready));
            }
            JobStatus::Pending if self.settled && !self.job.finalize => {
                return Some(Ok(JobOutcome::Pending));
            }
            _ => {}
        }
        let is_over = self.time_left(now).is_some_and(|left| left.is_zero());
        is_over.then(|| Err(self.timeout(false)))
    }

    /// What the job has to be told, if anything.
    fn wanted(&self, now: Instant) -> Option<Verb> {
        use JobStatus::{Aborting, Concluded, Null, Pending, Ready};

        match self.status.as_ref()? {
            Concluded if self.settled => Some(Verb::Dismiss),
            Aborting | Concluded | Null => None,
            _ if self.cancels(now) => Some(Verb::Cancel),
            Ready if self.job.when_ready == WhenReady::Keep => Some(Verb::Keep),
            Ready => Some(Verb::Complete),
            Pending if self.settled => Some(Verb::Finalize),
            _ => None,
        }
    }

    /// The request `verb`: the last one, or a new one.
    fn request(&mut self, verb: Verb, now: Instant) -> &Request {
        let last = self.request.take().filter(|last| last.verb == verb);
        self.request.insert(last.unwrap_or(Request {
            verb,
            accepted: false,
            refusals: 0,
            again_at: now,
        }))
    }

    /// Whether the job is to be cancelled.
    fn cancels(&self, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.began);
        let is_late = |limit: Limit| limit.cancel && elapsed >= limit.timeout;
        self.job.canceller.is_cancelled() || self.job.limit.is_some_and(is_late)
    }

    /// How long to look after the job, at most; or how long until it is to be cancelled.
    fn time_left(&self, now: Instant) -> Option<Duration> {
        let Limit { timeout, cancel } = self.job.limit?;
        let elapsed = now.saturating_duration_since(self.began);
        Some(if cancel && elapsed >= timeout {
            timeout.saturating_add(CANCEL_TIME).saturating_sub(elapsed)
        } else {
            timeout.saturating_sub(elapsed)
        })
    }

    fn timeout(&self, cancelled: bool) -> JobError {
        JobError::Timeout {
            id: self.job.id.clone(),
            timeout: self.job.limit.map_or(Duration::ZERO, |limit| limit.timeout),
            cancelled,
        }
    }

    /// Takes note of what `status` says of how the job ends.
    fn see(&mut self, status: &JobStatus) {
        match status {
            JobStatus::Aborting => self.ending.aborted = true,
            // If it failed, that was said before, or will be when it is asked for.
            JobStatus::Concluded => self.ending.concluded |= !self.missed,
            JobStatus::Null => self.ending.gone = true,
            _ => {}
        }
    }

    /// How the job has ended.
    fn outcome(&mut self) -> Result<JobOutcome, JobError> {
        let ending = mem::take(&mut self.ending);
        let failed = ending.aborted || ending.error.is_some();
        // Only block jobs say that they were cancelled.
        if ending.cancelled || self.cancelling && failed && !ending.completed {
            return match self.job.canceller.is_cancelled() || !self.cancelling {
                true => Ok(JobOutcome::Cancelled),
                false => Err(self.timeout(true)),
            };
        }
        let id = self.job.id.clone();
        if failed {
            let message = ending.error;
            return Err(JobError::Failed { id, message });
        }
        if ending.is_seen() {
            return Ok(JobOutcome::Completed);
        }
        Err(JobError::Unseen { id })
    }
}

impl Ending {
    /// Whether enough was seen to know how the job ended.
    fn is_seen(&self) -> bool {
        self.concluded || self.completed || self.cancelled
    }
}
