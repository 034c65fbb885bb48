//! How a command ended.

use std::process::ExitCode;

/// How a command ended, worse ones behind better ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It did what it was asked for, and there is nothing to complain about.
    Good,
    /// What it looked at is wrong.
    Bad,
    /// It could not do what it was asked for.
    Trouble,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Good => ExitCode::SUCCESS,
            Outcome::Bad => ExitCode::from(1),
            Outcome::Trouble => ExitCode::from(2),
        }
    }
}
