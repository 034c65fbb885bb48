//! The programs of `bench/` that measure one thing each.

use std::cell::OnceCell;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::report::Figures;

/// Variables that change how cargo builds, or where to: what is measured is what people get.
const VARIABLES: [&str; 9] = [
    "CARGO_BUILD_JOBS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
];

/// The programs of `bench/`, built.
pub(super) struct Runner {
    /// The folder that they are in.
    programs: PathBuf,
}

/// The programs of `bench/`, built when they are needed first: it takes a while.
pub(super) struct OnDemand<'w> {
    workspace: &'w Path,
    built: OnceCell<Runner>,
}

impl<'w> OnDemand<'w> {
    pub(super) fn new(workspace: &'w Path) -> Self {
        OnDemand {
            workspace,
            built: OnceCell::new(),
        }
    }

    pub(super) fn get(&self) -> anyhow::Result<&Runner> {
        if let Some(runner) = self.built.get() {
            return Ok(runner);
        }
        eprintln!("--- building what measures");
        let runner = Runner::build(self.workspace)?;
        Ok(self.built.get_or_init(|| runner))
    }
}

/// What something cost.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Cost {
    pub(super) seconds: f64,
    pub(super) cpu_seconds: f64,
    /// The most memory that one of its processes had.
    pub(super) peak_bytes: f64,
}

impl Runner {
    fn build(workspace: &Path) -> anyhow::Result<Self> {
        let folder = workspace.join("bench");
        let target = target(workspace);
        // Not `--locked`: when dependencies of ours have changed, this notes it in the lock file.
        let status = cargo(&folder)
            .args(["build", "--release", "--package", "runner"])
            .arg("--target-dir")
            .arg(&target)
            .status()
            .context("cannot run cargo")?;
        if !status.success() {
            bail!("bench/runner does not build");
        }
        Ok(Runner {
            programs: target.join("release"),
        })
    }

    /// Measures one thing.
    pub(super) fn cost(&self, arguments: &[&OsStr]) -> anyhow::Result<Cost> {
        self.json("runner", arguments)
    }

    /// Measures many things.
    pub(super) fn figures(&self, program: &str, arguments: &[&OsStr]) -> anyhow::Result<Figures> {
        self.json(program, arguments)
    }

    /// Does something that is not measured.
    pub(super) fn run(&self, arguments: &[&OsStr]) -> anyhow::Result<()> {
        self.output("runner", arguments).map(drop)
    }

    /// Starts something that does not end by itself.
    pub(super) fn start(&self, arguments: &[&OsStr]) -> anyhow::Result<Child> {
        let child = self.command("runner", arguments).spawn();
        child.context("cannot run runner")
    }

    fn command(&self, program: &str, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).stdin(Stdio::null());
        without_variables(&mut command);
        command
    }

    /// What a program says of what it measured.
    pub(super) fn json<T: DeserializeOwned>(
        &self,
        program: &str,
        arguments: &[impl AsRef<OsStr> + fmt::Debug],
    ) -> anyhow::Result<T> {
        let output = self.output(program, arguments)?;
        serde_json::from_slice(&output).with_context(|| format!("{program} {arguments:?}"))
    }

    fn output(
        &self,
        program: &str,
        arguments: &[impl AsRef<OsStr> + fmt::Debug],
    ) -> anyhow::Result<Vec<u8>> {
        let mut command = self.command(program, arguments);
        let output = command.stderr(Stdio::inherit()).output();
        let output = output.with_context(|| format!("cannot run {program}"))?;
        if !output.status.success() {
            bail!("{program} {arguments:?} failed ({})", output.status);
        }
        Ok(output.stdout)
    }
}

/// The folder that what is measured is built in: not that of the workspace, where cargo would build
/// what both share over and over.
pub(super) fn target(workspace: &Path) -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| workspace.join("target"));
    target.join("bench")
}

/// The cargo that runs this.
pub(super) fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Cargo, as it is by default.
pub(super) fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(program());
    command.current_dir(folder);
    without_variables(&mut command);
    command
}

fn without_variables(command: &mut Command) {
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    let profiles = env::vars_os().map(|(name, _)| name);
    for name in profiles.filter(|name| name.to_string_lossy().starts_with("CARGO_PROFILE_")) {
        command.env_remove(name);
    }
}
