//! How the client runs jobs.

use std::time::Instant;

use super::Client;
use crate::deadline::Deadline;
use crate::events::SharedEvent;
use crate::job::{QueryJobs, Run, Step, Verb};
use crate::{Call, Command, ExecuteError, Job, JobError, JobOutcome, JobProgress};

impl Client {
    /// Executes the command that starts `job`, and runs the job until it has ended, or is where
    /// it is to be left; `on_progress` is told how far it is, each time that there is news.
    ///
    /// Events about the job are read; all others stay to be read.
    ///
    /// # Errors
    ///
    /// When the job is not started, or fails, or is lost sight of; see [`JobError`]. Unless it
    /// says that the job has ended, the job may run on, and be run on by
    /// [`finish_job`](Self::finish_job).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use qapi_client::blocking::Client;
    /// use qapi_client::{Job, JobError, JobOutcome, RawCommand};
    /// use serde_json::json;
    ///
    /// /// Moves the disk of a guest that runs on.
    /// fn move_disk(vm: &mut Client) -> Result<JobOutcome, JobError> {
    ///     let mirror = RawCommand::new("blockdev-mirror").arguments(json!({
    ///         "job-id": "mirror0", "device": "old", "target": "new", "sync": "full",
    ///     }));
    ///     let job = Job::new("mirror0").cancel_after(Duration::from_secs(3600));
    ///     vm.run_job(job, mirror, |progress| {
    ///         println!("{} of {} bytes", progress.current, progress.total);
    ///     })
    /// }
    /// ```
    pub fn run_job<C: Command>(
        &mut self,
        job: Job,
        call: impl Into<Call<C>>,
        on_progress: impl FnMut(&JobProgress),
    ) -> Result<JobOutcome, JobError> {
        let call = call.into();
        job.check(&call.command)?;
        let mut heard = self.events.end();
        let mut run = Run::starting(job, Instant::now());
        let answer = self.execute(call);
        self.hear(&mut run, &mut heard);
        run.started(answer, Instant::now());
        self.run_on(run, heard, on_progress)
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
    /// use qapi_client::{Job, JobError, JobOutcome, blocking::Client};
    ///
    /// /// Completes a mirror that was left when it was ready.
    /// fn switch(vm: &mut Client) -> Result<JobOutcome, JobError> {
    ///     vm.finish_job(Job::new("mirror0"), |_| {})
    /// }
    /// ```
    pub fn finish_job(
        &mut self,
        job: Job,
        on_progress: impl FnMut(&JobProgress),
    ) -> Result<JobOutcome, JobError> {
        let heard = self.events.end();
        self.run_on(Run::going_on(job, Instant::now()), heard, on_progress)
    }

    /// Asks QEMU to cancel the job `id` at once, also one that is ready: what it has copied is
    /// of no use then. It ends some time later.
    ///
    /// # Errors
    ///
    /// As for [`execute`](Self::execute).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::{ExecuteError, blocking::Client};
    ///
    /// fn stop(vm: &mut Client) -> Result<(), ExecuteError> {
    ///     vm.cancel_job("backup0")
    /// }
    /// ```
    pub fn cancel_job(&mut self, id: &str) -> Result<(), ExecuteError> {
        self.execute(Verb::Cancel.command(id))?;
        Ok(())
    }

    fn run_on(
        &mut self,
        mut run: Run,
        mut heard: u64,
        mut on_progress: impl FnMut(&JobProgress),
    ) -> Result<JobOutcome, JobError> {
        loop {
            if let Some(progress) = run.news() {
                on_progress(progress);
            }
            match run.next(Instant::now()) {
                Step::Query => {
                    let answer = self.execute(QueryJobs {});
                    self.hear(&mut run, &mut heard);
                    run.answered(answer, Instant::now());
                }
                Step::Tell(verb) => {
                    let answer = self.execute(verb.command(run.id()));
                    self.hear(&mut run, &mut heard);
                    run.told(answer, Instant::now());
                }
                Step::Wait(time) => {
                    let heard_of = self.take_message(&mut Deadline::after(time), None);
                    self.hear(&mut run, &mut heard);
                    if let Err(error) = heard_of {
                        run.lost(error.into());
                    }
                }
                Step::Done(end) => return end,
            }
        }
    }

    /// Tells the run of a job what events say from the number `heard` on.
    fn hear(&mut self, run: &mut Run, heard: &mut u64) {
        let now = Instant::now();
        if self.events.lacks(*heard) {
            run.missed(now);
        }
        let mut tell = |event: &SharedEvent| run.event(event, now).then_some(());
        while self.events.take(heard, &mut tell).is_some() {}
    }
}
