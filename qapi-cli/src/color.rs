//! Whether to write in colour.

use std::env;
use std::io::IsTerminal;

/// When to write in colour.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Color {
    /// To a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether what is written to `stream` is to be coloured.
    pub(crate) fn applies_to(self, stream: &impl IsTerminal) -> bool {
        match self {
            Color::Auto => stream.is_terminal() && !is_unwanted(),
            Color::Always => true,
            Color::Never => false,
        }
    }
}

/// Whether the environment asks for plain text: <https://no-color.org>, and a terminal that knows
/// no colours.
fn is_unwanted() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || env::var_os("TERM").is_some_and(|term| term == "dumb")
}
