//! `cargo xtask package`: the crates as they would be published.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;

/// Options of `cargo xtask package`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Do not build the packages, which takes minutes
    #[arg(long)]
    pub(crate) no_verify: bool,
}

/// Packages all crates that are published; a warning of cargo is an error.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let mut arguments = vec!["package", "--locked", "--allow-dirty"];
    if options.no_verify {
        arguments.push("--no-verify");
    }
    let published = published(workspace)?;
    for name in &published {
        arguments.extend(["--package", name]);
    }
    let output = cargo()
        .args(&arguments)
        .current_dir(workspace)
        .stdout(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    let said = String::from_utf8_lossy(&output.stderr);
    eprint!("{said}");
    if !output.status.success() {
        bail!("`cargo package` failed ({})", output.status);
    }
    if let Some(warning) = said.lines().find(|line| line.starts_with("warning: ")) {
        bail!("the packages are not as cargo wants them: {warning}");
    }
    println!("{} packages", published.len());
    Ok(())
}

/// What `cargo metadata` says.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    /// Where it may be published: anywhere, or nowhere when this is empty.
    publish: Option<Vec<String>>,
}

/// The crates of the workspace that are published.
fn published(workspace: &Path) -> anyhow::Result<Vec<String>> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--locked", "--format-version", "1"])
        .current_dir(workspace)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed ({})", output.status);
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let published = metadata.packages.into_iter();
    let published = published.filter(|it| it.publish.as_ref().is_none_or(|to| !to.is_empty()));
    Ok(published.map(|it| it.name).collect())
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}
