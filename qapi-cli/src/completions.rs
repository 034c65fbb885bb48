//! `qapi completions`: scripts that teach shells what the command takes.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::outcome::Outcome;
use crate::output::standard_output;

/// Print the script that has a shell complete this command's subcommands and options
///
/// It goes where the shell looks for such scripts, or is read when the shell starts.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  qapi completions bash > ~/.local/share/bash-completion/completions/qapi
  qapi completions zsh > ~/.zfunc/_qapi
  qapi completions fish > ~/.config/fish/completions/qapi.fish
  source <(qapi completions bash)")]
pub(crate) struct Options {
    /// Which shell
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(options: &Options) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "qapi", &mut script);
    let mut out = standard_output();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Outcome::Good)
}
