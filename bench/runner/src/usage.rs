//! What something costs.

use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::Serialize;

use crate::Outcome;

/// What something cost.
#[derive(Debug, Serialize)]
pub struct Cost {
    /// How long it took.
    pub seconds: f64,
    /// How long processors were busy with it, for the program and for the system on its behalf.
    pub cpu_seconds: f64,
    /// The most memory that one process had at any time, in bytes.
    pub peak_bytes: i64,
}

/// What `act` costs that this process does.
///
/// # Errors
///
/// When it fails.
pub fn of_work<T>(act: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Cost)> {
    of(UsageWho::RUSAGE_SELF, act)
}

/// What a program costs, with all that it starts.
///
/// # Errors
///
/// When it cannot be run, or fails.
pub fn of_program(program: &str, arguments: &[&str]) -> Outcome<Cost> {
    let ((), cost) = of(UsageWho::RUSAGE_CHILDREN, || {
        let status = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("{program} {arguments:?}: {status}").into()),
        }
    })?;
    Ok(cost)
}

fn of<T>(who: UsageWho, act: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Cost)> {
    let meter = Meter::of(who)?;
    let result = act()?;
    Ok((result, meter.stop()?))
}

/// Says what is done while there is one costs.
pub(crate) struct Meter {
    who: UsageWho,
    before: Usage,
    start: Instant,
}

impl Meter {
    /// From now on, of this process.
    pub(crate) fn start() -> Outcome<Self> {
        Self::of(UsageWho::RUSAGE_SELF)
    }

    fn of(who: UsageWho) -> Outcome<Self> {
        Ok(Meter {
            who,
            before: getrusage(who)?,
            start: Instant::now(),
        })
    }

    /// What it has cost until now.
    pub(crate) fn stop(self) -> Outcome<Cost> {
        let seconds = self.start.elapsed().as_secs_f64();
        let after = getrusage(self.who)?;
        Ok(Cost {
            seconds,
            cpu_seconds: cpu(&after) - cpu(&self.before),
            // Linux says it in KiB.
            peak_bytes: after.max_rss() * 1024,
        })
    }
}

fn cpu(usage: &Usage) -> f64 {
    let time = usage.user_time() + usage.system_time();
    time.num_microseconds() as f64 / 1e6
}
