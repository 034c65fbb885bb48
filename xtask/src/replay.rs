//! `cargo xtask replay`: recordings, read and written again.
//!
//! The replay itself is a program of its own, so that `xtask` does not depend on the code that
//! it generates.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, bail};

use crate::interface::Interface;

/// Options of `cargo xtask replay`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Whose commands and events are recorded
    #[arg(long, value_enum, default_value_t)]
    schema: Interface,
    /// Succeed also when something was lost: for recordings of a newer QEMU
    #[arg(long)]
    allow_lossy: bool,
    /// Recordings: a line for each message, `{"dir": "->" or "<-", "msg": ...}`
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Builds and runs the replay.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args([
        "run",
        "--quiet",
        "--package",
        "qapi-tests",
        "--bin",
        "replay",
        "--",
        "--schema",
        options.schema.name(),
    ]);
    command.args(options.allow_lossy.then_some("--allow-lossy"));
    let status = command
        .args(&options.files)
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("the recordings did not come out as they went in");
    }
    Ok(())
}
