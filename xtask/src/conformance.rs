//! `cargo xtask conformance`: QEMU's own test cases of its schema language.
//!
//! QEMU's `tests/qapi-schema` has a schema a case. `CASE.err` is what its frontend says of a
//! schema that is wrong, and is empty for one that is right, of which `CASE.out` is the dump.

mod case;
mod place;
mod report;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::bail;

use case::Case;
pub(crate) use case::FOLDER;
pub(crate) use place::Place;
use report::Report;
pub(crate) use report::Score;

/// Which QEMU to agree with.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A QEMU source tree of the newest version in schema/
    tree: PathBuf,
}

/// Compares us with the test cases of a tree.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    check(&options.tree)
}

/// Compares us with the test cases of the tree at `tree`; fails unless all agree.
pub(crate) fn check(tree: &Path) -> anyhow::Result<()> {
    let report = compare(tree)?;
    print!("{report}");
    if !report.is_perfect() {
        bail!("we differ from QEMU's frontend");
    }
    Ok(())
}

fn compare(tree: &Path) -> anyhow::Result<Report> {
    let folder = tree.join(FOLDER);
    let cases = Case::read_all(&folder)?;
    if cases.is_empty() {
        bail!("{} has no test cases", folder.display());
    }
    let mut report = Report::default();
    for case in cases {
        report.add(&case.name, &case.expected, &case.check());
    }
    Ok(report)
}
