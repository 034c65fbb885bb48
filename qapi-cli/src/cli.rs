//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use qapi_parser::Strictness;

use crate::color::Color;
use crate::{check, compat, diff, dump, generate, introspect};

/// Checks, prints and introspects QAPI schemas: the language in which QEMU describes its
/// management interfaces.
#[derive(Debug, Parser)]
#[command(name = "qapi", version, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to write in colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        display_order = 100
    )]
    pub(crate) color: Color,
}

const EXIT_CODES: &str = "\
Exit status: 0, or 1 when a schema is wrong, or 2 when the command line is, or a file cannot be \
read or written.";

/// The commands. Each is documented where it is, in its own module.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Options),
    Compat(compat::Options),
    Diff(diff::Options),
    Dump(dump::Options),
    Generate(Box<generate::Options>),
    Introspect(introspect::Options),
}

/// The one schema that a command reads.
#[derive(Args, Debug)]
pub(crate) struct OneSchema {
    /// The schema's root file; `-` reads standard input
    pub(crate) schema: PathBuf,

    #[command(flatten)]
    pub(crate) rules: Rules,
}

/// Which rules a schema has to keep.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Accept what any QEMU since 4.1 accepted, not only the newest, and ask for no documentation
    #[arg(long)]
    lenient: bool,
}

impl Rules {
    pub(crate) fn strictness(&self) -> Strictness {
        if self.lenient {
            Strictness::Lenient
        } else {
            Strictness::Strict
        }
    }
}
