//! Jobs, from their start to their end.
//!
//! [`Job`] says how to run one; [`Run`](run::Run) decides what to do next, of what it is told;
//! the clients do it.

mod error;
mod run;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use self::error::JobError;
pub(crate) use self::run::{Run, Step};
#[cfg(feature = "tokio")]
pub(crate) use self::wire::EVENTS;
pub(crate) use self::wire::{QueryJobs, Verb};
use crate::{Command, DEFAULT_JOB_INTERVAL};

/// The shortest and the longest interval that there is.
const LEAST_INTERVAL: Duration = Duration::from_millis(10);
const LONGEST_INTERVAL: Duration = Duration::from_secs(3600);

/// How to run a job: a block job such as those of `blockdev-mirror`, `block-commit`,
/// `blockdev-backup` and `block-stream`, or another one, such as that of `blockdev-create`.
///
/// If nothing else is asked for, the job is brought to its end, whatever it has to be told for
/// that, and forgotten by QEMU; without a limit of time. While it runs, QEMU is asked
/// [every second](DEFAULT_JOB_INTERVAL) how far it is, so that a server that no longer answers
/// is noticed within its [command timeout](crate::ConnectOptions::command_timeout).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use qapi_client::Job;
///
/// let nightly = Job::new("backup0").cancel_after(Duration::from_secs(3 * 3600));
/// let migration = Job::new("mirror0").when_ready_leave();
/// ```
#[derive(Clone, Debug)]
pub struct Job {
    id: String,
    when_ready: WhenReady,
    finalize: bool,
    dismiss: bool,
    limit: Option<Limit>,
    interval: Duration,
    canceller: JobCanceller,
}

/// What to do with a job that is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WhenReady {
    Complete,
    Keep,
    Leave,
}

/// How long a job has time, and whether it is cancelled then.
#[derive(Clone, Copy, Debug)]
struct Limit {
    timeout: Duration,
    cancel: bool,
}

impl Job {
    /// The job `id`: the `job-id` of the command that starts it.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Job;
    ///
    /// let job = Job::new("commit0");
    /// ```
    pub fn new(id: impl Into<String>) -> Self {
        Job {
            id: id.into(),
            when_ready: WhenReady::Complete,
            finalize: true,
            dismiss: true,
            limit: None,
            interval: DEFAULT_JOB_INTERVAL,
            canceller: JobCanceller::default(),
        }
    }

    /// The id.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::Job;
    /// assert_eq!(Job::new("mirror0").id(), "mirror0");
    /// ```
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns as soon as the job is ready, with [`JobOutcome::Ready`], and leaves it so.
    ///
    /// A mirror that is ready follows its disk until it is told what to do: run on with
    /// `finish_job`, it is completed, which makes the guest write to the copy.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Job, JobError, JobOutcome, blocking::Client};
    ///
    /// # fn pause_the_application() {}
    /// fn switch(vm: &mut Client) -> Result<JobOutcome, JobError> {
    ///     // Started before with `run_job`, and left.
    ///     pause_the_application();
    ///     vm.finish_job(Job::new("mirror0"), |_| {})
    /// }
    /// ```
    #[must_use]
    pub fn when_ready_leave(mut self) -> Self {
        self.when_ready = WhenReady::Leave;
        self
    }

    /// Ends a mirror when it is ready without switching to the copy: the copy is whole, as of
    /// that moment, and the guest goes on with its disk.
    ///
    /// That is what QEMU makes of a `block-job-cancel` without force; the outcome is
    /// [`JobOutcome::Completed`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::Job;
    /// let snapshot = Job::new("mirror0").when_ready_keep_copy();
    /// ```
    #[must_use]
    pub fn when_ready_keep_copy(mut self) -> Self {
        self.when_ready = WhenReady::Keep;
        self
    }

    /// Whether the job is told to go on when it is pending: when all is done but its last step,
    /// and it was started with `auto-finalize` off, or another job of its transaction was.
    ///
    /// If not, running it returns [`JobOutcome::Pending`] then.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::Job;
    /// let backup = Job::new("backup0").finalize(false);
    /// ```
    #[must_use]
    pub fn finalize(mut self, finalize: bool) -> Self {
        self.finalize = finalize;
        self
    }

    /// Whether the job is dismissed when it has ended, unless it dismisses itself.
    ///
    /// If not, its id is taken, and `query-jobs` shows how it ended, until somebody does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::Job;
    /// let create = Job::new("create0").dismiss(false);
    /// ```
    #[must_use]
    pub fn dismiss(mut self, dismiss: bool) -> Self {
        self.dismiss = dismiss;
        self
    }

    /// How long the job has time. After that it is no longer waited for, with
    /// [`JobError::Timeout`], and runs on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use qapi_client::Job;
    /// let stream = Job::new("stream0").timeout(Duration::from_secs(600));
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limit = Some(Limit {
            timeout,
            cancel: false,
        });
        self
    }

    /// How long the job has time. After that it is cancelled, with [`JobError::Timeout`]; for
    /// which it has another 30 seconds, and is left if that is not enough.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use qapi_client::Job;
    /// let backup = Job::new("backup0").cancel_after(Duration::from_secs(3600));
    /// ```
    #[must_use]
    pub fn cancel_after(mut self, timeout: Duration) -> Self {
        self.limit = Some(Limit {
            timeout,
            cancel: true,
        });
        self
    }

    /// How often QEMU is asked how far the job is: [`DEFAULT_JOB_INTERVAL`] if not set.
    ///
    /// What happens to the job, such as its end, is told by QEMU at once, whatever the interval,
    /// which is an hour at most.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use qapi_client::Job;
    /// let backup = Job::new("backup0").interval(Duration::from_secs(10));
    /// ```
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.clamp(LEAST_INTERVAL, LONGEST_INTERVAL);
        self
    }

    /// What cancels the job from anywhere, be it another thread or the function that is told of
    /// the progress.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Job;
    ///
    /// let job = Job::new("backup0");
    /// let canceller = job.canceller();
    /// std::thread::spawn(move || canceller.cancel());
    /// ```
    #[must_use]
    pub fn canceller(&self) -> JobCanceller {
        self.canceller.clone()
    }

    /// Checks that `command` does not start another job.
    pub(crate) fn check(&self, command: &impl Command) -> Result<(), JobError> {
        match wire::id_in(&command.arguments()) {
            Some(found) if found != self.id => Err(JobError::OtherId {
                id: self.id.clone(),
                found,
            }),
            _ => Ok(()),
        }
    }
}

/// Cancels a job while it is run: see [`Job::canceller`].
///
/// # Examples
///
/// ```no_run
/// use std::io;
///
/// use qapi_client::{ConnectOptions, Job, RawCommand, blocking::Client};
/// use serde_json::json;
///
/// # #[cfg(unix)]
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let mut vm = Client::connect_unix("/run/vm/qmp.sock", &ConnectOptions::new())?;
/// let job = Job::new("commit0");
/// let canceller = job.canceller();
/// std::thread::spawn(move || {
///     println!("Enter cancels");
///     let _ = io::stdin().read_line(&mut String::new());
///     canceller.cancel();
/// });
/// let commit = json!({"job-id": "commit0", "device": "disk0"});
/// let commit = RawCommand::new("block-commit").arguments(commit);
/// println!("{:?}", vm.run_job(job, commit, |_| {})?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct JobCanceller(Arc<AtomicBool>);

impl JobCanceller {
    /// Cancels the job, within its [interval](Job::interval), or as soon as it is run.
    ///
    /// Running it then returns [`JobOutcome::Cancelled`], unless the job ended before.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Job;
    ///
    /// let job = Job::new("backup0");
    /// job.canceller().cancel();
    /// assert!(job.canceller().is_cancelled());
    /// ```
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to cancel the job.
    ///
    /// # Examples
    ///
    /// ```
    /// # use qapi_client::Job;
    /// assert!(!Job::new("backup0").canceller().is_cancelled());
    /// ```
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How running a job ended.
///
/// # Examples
///
/// ```
/// use qapi_client::JobOutcome;
///
/// fn tell(outcome: JobOutcome) -> &'static str {
///     match outcome {
///         JobOutcome::Completed => "done",
///         JobOutcome::Cancelled => "cancelled",
///         _ => "to be continued",
///     }
/// }
/// # let _ = tell;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobOutcome {
    /// The job did all that it is for.
    Completed,
    /// The job was cancelled: by its [canceller](Job::canceller), by another client, or because
    /// another job of its transaction failed.
    Cancelled,
    /// The job is ready, and was left so: [`Job::when_ready_leave`].
    Ready,
    /// The job is pending, and was left so: [`Job::finalize`].
    Pending,
}

/// How far a job is.
///
/// # Examples
///
/// ```
/// use qapi_client::JobProgress;
///
/// fn show(progress: &JobProgress) {
///     match progress.fraction() {
///         Some(fraction) => println!("{:.1} %, {}", fraction * 100.0, progress.status),
///         None => println!("{}", progress.status),
///     }
/// }
/// # let _ = show;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobProgress {
    /// What it is at.
    pub status: JobStatus,
    /// How much it has done, in a unit of its own; bytes, for most block jobs.
    pub current: u64,
    /// How much there is to do, in the same unit: an estimate, which may grow.
    pub total: u64,
    /// How often reading or writing failed. The job may be paused by that
    /// (`on-source-error`, `on-target-error`: `stop`), until somebody resumes it.
    pub io_errors: u64,
}

impl JobProgress {
    /// Which part of it is done, from 0 to 1; `None` while QEMU does not know how much there is
    /// to do.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::JobProgress;
    ///
    /// fn bar(progress: &JobProgress) -> String {
    ///     let fraction = progress.fraction().unwrap_or(0.0);
    ///     "#".repeat((fraction * 50.0) as usize)
    /// }
    /// # let _ = bar;
    /// ```
    pub fn fraction(&self) -> Option<f64> {
        (self.total > 0).then(|| (self.current as f64 / self.total as f64).min(1.0))
    }
}

/// What a job is at.
///
/// Made from its name with `From<&str>`.
///
/// # Examples
///
/// ```
/// use qapi_client::JobStatus;
///
/// assert_eq!(JobStatus::from("ready"), JobStatus::Ready);
/// assert_eq!(JobStatus::Standby.as_str(), "standby");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobStatus {
    /// `undefined`: not yet a job. QEMU never says so.
    Undefined,
    /// `created`: not yet started.
    Created,
    /// `running`: at work.
    Running,
    /// `paused`: at work, but paused: by QEMU for a moment, by a client, or by an error.
    Paused,
    /// `ready`: keeps up with what it follows, and can be completed.
    Ready,
    /// `standby`: ready, but paused.
    Standby,
    /// `waiting`: has done its work, and waits for the other jobs of its transaction.
    Waiting,
    /// `pending`: all is done but the last step.
    Pending,
    /// `aborting`: failed or was cancelled, and cleans up.
    Aborting,
    /// `concluded`: has ended, well or not.
    Concluded,
    /// `null`: forgotten.
    Null,
    /// One that this version of the crate does not know.
    Unknown(Box<str>),
}
