//! `cargo xtask package`: the crates as they would be published.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;

/// Options of `cargo xtask package`.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Do not build the packages, which takes a minute
    #[arg(long)]
    pub(crate) no_verify: bool,
}

/// Packages all crates that are published; a warning of cargo is an error.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let metadata = metadata(workspace)?;
    let published: Vec<&Package> = metadata
        .packages
        .iter()
        .filter(|it| it.is_published())
        .collect();
    let mut arguments = vec!["package", "--locked", "--allow-dirty", "--no-verify"];
    for package in &published {
        arguments.extend(["--package", &package.name]);
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
    if !options.no_verify {
        let packages = metadata.target_directory.join("package");
        build(workspace, &packages, &published)?;
    }
    println!("{} packages", published.len());
    Ok(())
}

/// Builds what is in the packages, as a workspace of its own.
///
/// cargo would do so for each package alone. But it unpacks what a package depends on only once
/// for all time, and so would build against the sources of an earlier run.
fn build(workspace: &Path, packages: &Path, published: &[&Package]) -> anyhow::Result<()> {
    let folder = packages.join("unpacked");
    let target = packages.join("unpacked-target");
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut manifest = "[workspace]\nresolver = \"3\"\nmembers = [\"*-*\"]\n\n".to_owned();
    manifest.push_str("[patch.crates-io]\n");
    for Package { name, version, .. } in published {
        let unpacked = format!("{name}-{version}");
        // With new times: those in a package never change.
        let mut tar = Command::new("tar");
        tar.arg("-xmzf")
            .arg(packages.join(format!("{unpacked}.crate")));
        succeed(tar.arg("-C").arg(&folder), "tar")?;
        writeln!(manifest, "{name} = {{ path = \"{unpacked}\" }}")?;
    }
    let write = |name: &str, text: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write("Cargo.toml", manifest.as_bytes())?;
    let lock = fs::read(workspace.join("Cargo.lock")).context("Cargo.lock")?;
    write("Cargo.lock", &lock)?;
    let mut cargo = cargo();
    cargo
        .args(["build", "--workspace", "--target-dir"])
        .arg(target);
    succeed(cargo.current_dir(&folder), "`cargo build` of the packages")
}

fn succeed(command: &mut Command, what: &str) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot run {what}"))?;
    if !status.success() {
        bail!("{what} failed ({status})");
    }
    Ok(())
}

/// What `cargo metadata` says.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// Where it may be published: anywhere, or nowhere when this is empty.
    publish: Option<Vec<String>>,
}

impl Package {
    fn is_published(&self) -> bool {
        self.publish.as_ref().is_none_or(|to| !to.is_empty())
    }
}

/// The crates of the workspace, and where they are built.
fn metadata(workspace: &Path) -> anyhow::Result<Metadata> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--locked", "--format-version", "1"])
        .current_dir(workspace)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("`cargo metadata` failed ({})", output.status);
    }
    serde_json::from_slice(&output.stdout).context("what `cargo metadata` says")
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")))
}
