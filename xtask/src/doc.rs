//! `cargo xtask doc`: rustdoc of `qapi-types` with the documentation of a QEMU source tree.
//!
//! QEMU's documentation is not ours to ship. Who has QEMU's source has it, and can read it beside
//! the Rust that it is about.

mod package;
#[cfg(test)]
mod tests;
mod words;

use std::env;
use std::path::{self, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use qapi_parser::Schema;

use crate::generate::{Code, Interfaces};
use crate::import;
use crate::interface::Interface;
use package::Package;
use words::{Arrival, Words};

/// Whose documentation to take.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A QEMU source tree: a folder, or a release tarball (.tar.xz)
    tree: PathBuf,
    /// Open it in a browser
    #[arg(long)]
    open: bool,
    /// List the words of the tree that are not in it
    #[arg(long)]
    lost: bool,
}

/// The folder in `target` that has all that is made.
const FOLDER: &str = "qemu-doc";

/// Builds the documentation, and says where it is.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let (version, described) = import::load(&options.tree)?;
    let mut interfaces = Interfaces::merge(&workspace.join("schema"))?;
    interfaces.describe(&described);
    let code = interfaces.generate()?;
    let folder = target(workspace)?.join(FOLDER);
    let index = build(workspace, &code, &folder, options.open)?;
    let Arrival { total, lost, lines } = arrival(&described, &code);
    if options.lost {
        lines.iter().for_each(|line| println!("{line}"));
    }
    let arrived = total - lost;
    println!("The documentation of QEMU {version}, {arrived} of {total} words:");
    println!("{}", index.display());
    Ok(())
}

/// Does so for a tree, of which nobody asks to see it.
pub(crate) fn check(workspace: &Path, tree: &Path) -> anyhow::Result<()> {
    let options = Options {
        tree: tree.to_owned(),
        open: false,
        lost: false,
    };
    run(workspace, &options)
}

/// What of the documentation is in the code.
fn arrival(described: &[(Interface, Schema)], code: &Code) -> Arrival {
    let mut words = Words::default();
    for text in code.iter().flat_map(|(_, output)| output.files.values()) {
        words.add(text);
    }
    let mut arrival = Arrival::default();
    for (_, schema) in described {
        words.look_for(schema, &mut arrival);
    }
    arrival
}

/// The folder for all that is made.
fn target(workspace: &Path) -> anyhow::Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => path::absolute(folder).context("CARGO_TARGET_DIR"),
        None => Ok(workspace.join("target")),
    }
}

/// Documents the code; gives the page to start from.
fn build(workspace: &Path, code: &Code, folder: &Path, open: bool) -> anyhow::Result<PathBuf> {
    let package = Package::write(workspace, &folder.join("source"), code)?;
    // What the types link to.
    document(&package, folder, &["--package", "qapi-protocol"])?;
    let mut arguments = vec!["--package", package::NAME, "--all-features"];
    arguments.extend(open.then_some("--open"));
    document(&package, folder, &arguments)?;
    Ok(folder.join("doc/qapi_types/index.html"))
}

/// Runs `cargo doc`, for which each warning is an error.
fn document(package: &Package, target: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["doc", "--quiet", "--no-deps", "--target-dir"])
        .arg(target)
        .args(arguments)
        .env("RUSTDOCFLAGS", "-D warnings")
        .current_dir(&package.folder)
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!(
            "`cargo doc` failed ({status}) in {}",
            package.folder.display()
        );
    }
    Ok(())
}
