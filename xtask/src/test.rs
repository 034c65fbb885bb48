//! `cargo xtask test`: everything that a change has to pass.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::{conformance, doc, generate, install, introspection, package};

/// Recordings of the servers that `schema/defines/` has the symbols of, each with its schema.
const INTROSPECTIONS: [(&str, &str); 2] = [
    ("qapi/qapi-schema.json", "qemu-10.0.jsonl"),
    ("storage-daemon/qapi/qapi-schema.json", "qsd-10.0.jsonl"),
];

/// What to do besides testing.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Install QEMU and tmux first, if they are not there (Debian and Ubuntu)
    #[arg(long)]
    install_qemu: bool,
    /// Also compare the parser with the test cases of this QEMU source tree, and build rustdoc
    /// with its documentation
    #[arg(long, value_name = "TREE")]
    qemu_tree: Vec<PathBuf>,
}

/// Runs all checks in order, and stops at the first that fails.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    if options.install_qemu {
        install::qemu()?;
    }
    cargo(workspace, &["fmt", "--all", "--check"])?;
    eprintln!("--- gen --check");
    generate::run(workspace, &generate::Options { check: true })?;
    clippy(workspace, &["--workspace"])?;
    // The blocking client has to do without tokio.
    clippy(workspace, &["-p", "qapi-client", "--no-default-features"])?;
    cargo(workspace, &["test", "--workspace", "--locked"])?;
    for (schema, recording) in INTROSPECTIONS {
        eprintln!("--- introspection {schema}");
        introspection::check(workspace, schema, recording)?;
    }
    cargo(workspace, &["doc", "--workspace", "--no-deps", "--locked"])?;
    eprintln!("--- package --no-verify");
    package::run(workspace, &package::Options { no_verify: true })?;
    for tree in &options.qemu_tree {
        eprintln!("--- conformance {}", tree.display());
        conformance::check(tree)?;
        eprintln!("--- doc {}", tree.display());
        doc::check(workspace, tree)?;
    }
    if options.qemu_tree.is_empty() {
        println!("All checks passed; conformance and doc skipped: there is no QEMU source tree.");
    } else {
        println!("All checks passed.");
    }
    Ok(())
}

/// Runs clippy on the packages `which`, with all that is in them.
fn clippy(workspace: &Path, which: &[&str]) -> anyhow::Result<()> {
    let arguments = ["--all-targets", "--locked", "--", "-D", "warnings"];
    cargo(workspace, &[&["clippy"], which, &arguments].concat())
}

/// Runs `cargo` with `arguments`. Warnings of rustdoc are errors; those of rustc are
/// clippy's business.
fn cargo(workspace: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let line = format!("cargo {}", arguments.join(" "));
    eprintln!("--- {line}");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .env("RUSTDOCFLAGS", "-D warnings")
        .current_dir(workspace)
        .status()
        .with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}
