//! The command `qapi`: `qapi --help`.

mod check;
mod cli;
mod color;
mod dump;
mod input;
mod introspect;
mod outcome;

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};
use outcome::Outcome;

fn main() -> ExitCode {
    let Cli { command, color } = Cli::parse();
    let result = match command {
        Command::Check(options) => check::run(&options, color),
        Command::Dump(options) => dump::run(&options, color),
        Command::Introspect(options) => introspect::run(&options, color),
    };
    let outcome = result.unwrap_or_else(|error| {
        // Whoever stopped reading, as `head` does, has what they wanted.
        let is_closed = |error: &io::Error| error.kind() == ErrorKind::BrokenPipe;
        if error.downcast_ref().is_some_and(is_closed) {
            return Outcome::Good;
        }
        complain(format_args!("error: {error:#}"));
        Outcome::Trouble
    });
    outcome.into()
}

/// Writes a line to standard error; where that is closed, nobody wants to know.
fn complain(line: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
