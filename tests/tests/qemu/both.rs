//! Both clients, for tests of what they have in common.

use qapi_client::{
    Client, Command, DeviceError, ExecuteError, Job, JobError, JobOutcome, JobProgress, blocking,
};
use qapi_tests::server::Qemu;
use tokio::runtime::Runtime;

/// A connection by either of the clients.
pub(crate) enum Either {
    Blocking(Box<blocking::Client>),
    Tokio(Runtime, Client),
}

/// Runs `test` against a machine of each client's own.
pub(crate) fn each(start: impl Fn() -> Qemu, test: impl Fn(&Qemu, &mut Either)) {
    let qemu = start();
    test(&qemu, &mut Either::Blocking(Box::new(qemu.connect())));

    let qemu = start();
    let runtime = Runtime::new().unwrap();
    let client = runtime.block_on(qemu.client());
    test(&qemu, &mut Either::Tokio(runtime, client));
}

impl Either {
    pub(crate) fn execute<C: Command>(&mut self, command: C) -> Result<C::Response, ExecuteError> {
        match self {
            Either::Blocking(client) => client.execute(command),
            Either::Tokio(runtime, client) => runtime.block_on(client.execute(command)),
        }
    }

    pub(crate) fn run_job<C: Command>(
        &mut self,
        job: Job,
        command: C,
        on_progress: impl FnMut(&JobProgress),
    ) -> Result<JobOutcome, JobError> {
        match self {
            Either::Blocking(client) => client.run_job(job, command, on_progress),
            Either::Tokio(runtime, client) => {
                runtime.block_on(client.run_job(job, command, on_progress))
            }
        }
    }

    pub(crate) fn finish_job(&mut self, job: Job) -> Result<JobOutcome, JobError> {
        match self {
            Either::Blocking(client) => client.finish_job(job, |_| {}),
            Either::Tokio(runtime, client) => runtime.block_on(client.finish_job(job, |_| {})),
        }
    }

    pub(crate) fn check_device(&mut self, command: &impl Command) -> Result<(), DeviceError> {
        match self {
            Either::Blocking(client) => client.check_device(command),
            Either::Tokio(runtime, client) => runtime.block_on(client.check_device(command)),
        }
    }
}
