//! `qapi shell`: a conversation with a server, typed.

mod assistant;
mod editor;
mod help;
mod history;
mod human;
mod knowledge;
mod learn;
mod lines;
mod paint;
mod screen;
mod secrets;
mod session;
mod source;
mod talk;

use std::env;
use std::io::{self, IsTerminal as _};

use self::editor::LineEditor;
use self::history::HistoryFile;
use self::knowledge::Knowledge;
use self::learn::Dialect;
use self::paint::Paint;
use self::screen::Screen;
use self::session::{Address, Session};
use self::source::Source;
use self::talk::Talk;
use crate::color::Color;
use crate::endpoint::Endpoint;
use crate::outcome::Outcome;

/// Talk to a running QEMU, its storage daemon, or a guest agent
///
/// Reads commands, says what is wrong with them before anything is sent, executes them and shows
/// what they return. Events are shown as they come.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = LONG_HELP)]
pub(crate) struct Options {
    /// Where the server listens: the path of a Unix socket, or HOST:PORT
    socket: Endpoint,

    /// The server is a guest agent
    #[arg(long, conflicts_with = "hmp")]
    qga: bool,

    /// Type commands of the human monitor, such as `info block`
    #[arg(long)]
    hmp: bool,

    /// Show the lines that are sent and received
    #[arg(long, short)]
    verbose: bool,
}

const EXAMPLES: &str = "\
Examples:
  qapi shell /run/vm/qmp.sock
  qapi shell --hmp localhost:4444
  qapi shell --qga /run/vm/qga.sock
  qapi shell /run/vm/qmp.sock < commands.txt";

const LONG_HELP: &str = "\
Examples:
  qapi shell /run/vm/qmp.sock
  qapi shell --hmp localhost:4444
  qapi shell --qga /run/vm/qga.sock
  qapi shell /run/vm/qmp.sock < commands.txt

What can be typed is said by `help` in the shell. Tab completes names and values, of what the \
server says that it has. What a command needs is shown behind the line.

Nothing that leaves the shell touches the server: `exit`, Ctrl-D, or the end of the terminal. \
Ctrl-C drops the line, or stops waiting for an answer. `quit` is a command of QEMU, which ends \
it; the shell asks before it sends it.

Lines are remembered in $XDG_STATE_HOME/qapi, or ~/.local/state/qapi: in `history`, with --hmp in \
`history-hmp`, with --qga in `history-qga`. A line that begins with a blank is not, nor is one \
that may hold a secret: one with `password`, `passphrase`, `secret` and the like in it.

Commands can come from a pipe, too, a line each. Then there is no prompt; what they return is \
written to standard output, and events and what fails to standard error.

Exit status: 0, or 2 when there is no connection. Of a pipe, 1 when a command failed or had a \
mistake, which is not sent, and 2 when a command was not answered.";

/// Talks until the person leaves, or there is no more to read.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    let is_person = io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb();
    let paint = Paint {
        colored: color.applies_to(&io::stdout()),
    };
    let screen = Screen::new(is_person);
    let (dialect, history) = match (options.hmp, options.qga) {
        (true, _) => (Dialect::Human(Knowledge::default()), "history-hmp"),
        (_, true) => (Dialect::Qapi(Knowledge::default()), "history-qga"),
        _ => (Dialect::Qapi(Knowledge::default()), "history"),
    };
    let address = Address {
        endpoint: options.socket.clone(),
        is_agent: options.qga,
        verbose: options.verbose,
    };
    let mut session = Session::new(address, screen.clone(), paint, dialect.clone())?;
    let source = if is_person {
        session.survive_interrupts();
        let file = HistoryFile::named(history);
        let editor = LineEditor::new(dialect.clone(), screen.clone(), paint, file)?;
        Source::Terminal(Box::new(editor))
    } else {
        Source::Pipe
    };
    Talk::begin(session, source, dialect, screen, paint)?.run()
}

/// Whether the terminal cannot move its cursor: lines are read from it as from a pipe.
fn is_dumb() -> bool {
    env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty())
}
