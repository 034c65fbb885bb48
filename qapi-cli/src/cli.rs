//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use qapi_parser::Strictness;

use crate::color::Color;
use crate::{check, compat, completions, diff, dump, exec, generate, introspect, man, shell};

/// Talks to QEMU, its storage daemon and its guest agents, and reads the QAPI schemas that say
/// what can be said to them.
#[derive(Debug, Parser)]
#[command(name = "qapi", version, after_help = AFTER_HELP)]
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

const AFTER_HELP: &str = "\
Examples:
  qapi shell /run/vm/qmp.sock
  qapi exec /run/vm/qmp.sock query-status
  qapi check my-schema.json

Exit status: 0, or 1 when what was looked at is wrong: a schema is, or a server answers with an \
error; or 2 for all other trouble: the command line is wrong, a file cannot be read or written, \
there is no connection.";

/// The commands, those about servers first. Each is documented where it is, in its own module.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Shell(shell::Options),
    Exec(Box<exec::Options>),
    Compat(compat::Options),
    Check(check::Options),
    Diff(diff::Options),
    Generate(Box<generate::Options>),
    Dump(dump::Options),
    Introspect(introspect::Options),
    Completions(completions::Options),
    Man(man::Options),
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

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_makes_sense() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_examples_of_itself() {
        let command = Cli::command();
        for command in command.get_subcommands().chain([&command]) {
            let name = match command.get_name() {
                "qapi" => "qapi".to_owned(),
                name => format!("qapi {name}"),
            };
            let short = command.get_after_help();
            let long = command.get_after_long_help().or(short);
            for help in [short, long] {
                let help = help.map(ToString::to_string).unwrap_or_default();
                let (_, examples) = help.split_once("Examples:\n").expect(&name);
                let first = examples.lines().next().unwrap_or_default();
                assert!(
                    first.starts_with("  ") && first.contains(&name),
                    "{name}: {first}"
                );
            }
        }
    }
}
