//! How the client runs jobs.

use std::sync::Arc;

use qapi_protocol::RawEvent;
use tokio::time::{Instant, timeout};

use super::{Client, Events};
use crate::job::{EVENTS, QueryJobs, Run, Step, Verb};
use crate::{Call, Command, EventError, ExecuteError, Job, JobError, JobOutcome, JobProgress};

impl Client {
    /// Executes the command that starts `job`, and runs the job until it has ended, or is where
    /// it is to be left; `on_progress` is told how far it is, each time that there is news.
    ///
    /// Another task can [cancel](Self::cancel_job) the job meanwhile. Dropping the future leaves
    /// the job as it is, and it runs on; the connection can be used on, and
    /// [`finish_job`](Self::finish_job) looks after the job again.
    ///
    /// # Errors
    ///
    /// When the job is not started, or fails, or is lost sight of; see [`JobError`]. Unless it
    /// says that the job has ended, the job may run on.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::{Client, Job, JobError, JobOutcome, RawCommand};
    /// use serde_json::json;
    ///
    /// /// Moves the disk of a guest that runs on.
    /// async fn move_disk(vm: &Client) -> Result<JobOutcome, JobError> {
    ///     let mirror = RawCommand::new("blockdev-mirror").arguments(json!({
    ///         "job-id": "mirror0", "device": "old", "target": "new", "sync": "full",
    ///     }));
    ///     let job = Job::new("mirror0").cancel_after(Duration::from_secs(3600));
    ///     vm.run_job(job, mirror, |progress| {
    ///         println!("{} of {} bytes", progress.current, progress.total);
    ///     })
    ///     .await
    /// }
    /// ```
    pub async fn run_job<C: Command>(
        &self,
        job: Job,
        call: impl Into<Call<C>>,
        on_progress: impl FnMut(&JobProgress),
    ) -> Result<JobOutcome, JobError> {
        let call = call.into();
        job.check(&call.command)?;
        let mut events = self.job_events();
        let mut run = Run::starting(job, now());
        let answer = self.execute(call).await;
        hear(&mut run, &mut events);
        run.started(answer, now());
        self.run_on(run, events, on_progress).await
    }

    /// Runs a job that has been started, until it has ended: one that was left when it was ready
    /// or pending, or that this client did not start.
    ///
    /// # Errors
    ///
    /// When there is no such job, and as for [`run_job`](Self::run_job).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Client, Job, JobError, JobOutcome};
    ///
    /// /// Completes a mirror that was left when it was ready.
    /// async fn switch(vm: &Client) -> Result<JobOutcome, JobError> {
    ///     vm.finish_job(Job::new("mirror0"), |_| {}).await
    /// }
    /// ```
    pub async fn finish_job(
        &self,
        job: Job,
        on_progress: impl FnMut(&JobProgress),
    ) -> Result<JobOutcome, JobError> {
        let events = self.job_events();
        self.run_on(Run::going_on(job, now()), events, on_progress)
            .await
    }

    /// Asks QEMU to cancel the job `id` at once, also one that is ready: what it has copied is
    /// of no use then. It ends some time later; who runs it is told.
    ///
    /// # Errors
    ///
    /// As for [`execute`](Self::execute).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{Client, ExecuteError};
    ///
    /// async fn stop(vm: &Client) -> Result<(), ExecuteError> {
    ///     vm.cancel_job("backup0").await
    /// }
    /// ```
    pub async fn cancel_job(&self, id: &str) -> Result<(), ExecuteError> {
        self.execute(Verb::Cancel.command(id)).await?;
        Ok(())
    }

    async fn run_on(
        &self,
        mut run: Run,
        mut events: Events<RawEvent<'static>>,
        mut on_progress: impl FnMut(&JobProgress),
    ) -> Result<JobOutcome, JobError> {
        loop {
            if let Some(progress) = run.news() {
                on_progress(progress);
            }
            match run.next(now()) {
                Step::Query => {
                    let answer = self.execute(QueryJobs {}).await;
                    hear(&mut run, &mut events);
                    run.answered(answer, now());
                }
                Step::Tell(verb) => {
                    let answer = self.execute(verb.command(run.id())).await;
                    hear(&mut run, &mut events);
                    run.told(answer, now());
                }
                Step::Wait(time) => {
                    if let Ok(event) = timeout(time, events.recv()).await {
                        take(&mut run, event);
                    }
                    hear(&mut run, &mut events);
                }
                Step::Done(end) => return end,
            }
        }
    }

    /// The events about jobs from now on; others take no room in their queue.
    fn job_events(&self) -> Events<RawEvent<'static>> {
        self.subscribe(Some(EVENTS), |event| Ok(Arc::unwrap_or_clone(event)))
    }
}

/// The time, by the clock that is waited by.
fn now() -> std::time::Instant {
    Instant::now().into_std()
}

/// Tells the run of a job all events that have arrived.
fn hear(run: &mut Run, events: &mut Events<RawEvent<'static>>) {
    while let Some(event) = events.try_recv() {
        let ends = matches!(event, Err(EventError::Connection(_)));
        take(run, event);
        if ends {
            return;
        }
    }
}

/// Tells the run of a job what came.
fn take(run: &mut Run, event: Result<RawEvent<'static>, EventError>) {
    match event {
        Ok(event) => {
            run.event(&event, now());
        }
        Err(EventError::Connection(cause)) => run.lost(cause.into()),
        Err(_) => run.missed(now()),
    }
}
