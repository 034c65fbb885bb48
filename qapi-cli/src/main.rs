//! The command `qapi`: `qapi --help`.

mod check;
mod cli;
mod color;
mod compat;
mod completions;
mod connect;
mod diff;
mod dump;
mod endpoint;
mod exec;
mod generate;
mod input;
mod introspect;
mod json;
mod language;
mod man;
mod outcome;
mod output;
mod shell;
mod vocabulary;
mod wire;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command};
use outcome::Outcome;
use output::{Printable, complain};

fn main() -> ExitCode {
    let Cli { command, color } = Cli::parse();
    let result = match command {
        Command::Check(options) => check::run(&options, color),
        Command::Compat(options) => compat::run(&options, color),
        Command::Completions(options) => completions::run(&options),
        Command::Diff(options) => diff::run(&options, color),
        Command::Dump(options) => dump::run(&options, color),
        Command::Exec(options) => exec::run(&options, color),
        Command::Generate(options) => generate::run(&options, color),
        Command::Introspect(options) => introspect::run(&options, color),
        Command::Man(options) => man::run(&options),
        Command::Shell(options) => shell::run(&options, color),
    };
    let outcome = result.unwrap_or_else(|error| {
        // Much of it may be what a server said.
        complain(format_args!("error: {}", Printable(&format!("{error:#}"))));
        Outcome::Trouble
    });
    outcome.into()
}
