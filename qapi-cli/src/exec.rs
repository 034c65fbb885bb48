//! `qapi exec`: one command, or many, for scripts.

mod descriptor;
mod event;
pub(crate) mod known;
mod lines;
mod report;
mod server;
mod time;

use std::io;

use anyhow::bail;
use qapi_client::ExecuteError;
use qapi_protocol::RawValue;
use serde_json::{Map, Value};

use self::descriptor::Descriptor;
use self::event::{AnyEvent, Pattern, Wanted, warn_of_unknown};
use self::lines::{Line, Lines};
use self::report::{Form, Report};
pub(crate) use self::server::SILENCE;
use self::server::{Connection, Server};
use self::time::Budget;
use crate::color::Color;
use crate::endpoint::Endpoint;
use crate::json::{Layout, Style};
use crate::language::{self, Mistake, Request};
use crate::outcome::Outcome;
use crate::output::{Printable, complain};
use crate::vocabulary::Vocabulary;
use crate::wire;

/// A macro, so that both helps can have them.
macro_rules! examples {
    () => {
        "\
Examples:
  qapi exec /run/vm/qmp.sock query-status
  qapi exec /run/vm/qmp.sock block_resize node-name=disk0 size=20G
  qapi exec --hmp /run/vm/qmp.sock 'info block'
  qapi exec --qga /run/vm/qga.sock guest-get-osinfo --pretty
  qapi exec localhost:4444 system_powerdown --wait-event SHUTDOWN --timeout 300
  qapi exec /run/vm/qmp.sock '{\"execute\": \"query-block\"}' | jq '.[].device'
  qapi exec /run/vm/qmp.sock - --reply < requests.jsonl > replies.jsonl
  exec 5<disk.img; qapi exec --pass-fd 5 /run/vm/qmp.sock add-fd fdset-id=1"
    };
}

/// Execute a command of a running QEMU, storage daemon or guest agent, for scripts
///
/// Prints what the command returns, in JSON, on one line. Arguments are checked before anything
/// is sent, by what the server itself says that it takes.
#[derive(clap::Args, Debug)]
#[command(after_help = examples!(), after_long_help = LONG_HELP)]
pub(crate) struct Options {
    /// Where the server listens: the path of a Unix socket, or HOST:PORT
    socket: Endpoint,

    /// The command; or a whole request in JSON; or `-`: read requests from standard input, a line
    /// each
    #[arg(required_unless_present = "wait_event")]
    command: Option<String>,

    /// Arguments of the command: `size=1G`, `file.driver=file`, `nodes.0=a`, `node={"json": 1}`
    #[arg(value_name = "MEMBER=VALUE")]
    arguments: Vec<String>,

    /// The server is a guest agent
    #[arg(long, conflicts_with_all = ["hmp", "oob", "pass_fd", "wait_event"])]
    qga: bool,

    /// The command is one of the human monitor, such as 'info block'; prints its text
    #[arg(long, conflicts_with_all = ["oob", "pass_fd", "reply"])]
    hmp: bool,

    /// Wait for this event after the command, and print it, too; the first of several
    #[arg(long, short = 'e', value_name = "EVENT")]
    wait_event: Vec<String>,

    /// Only an event that has this, such as `device=disk0`; all of several
    #[arg(
        long = "match",
        short = 'm',
        value_name = "MEMBER=VALUE",
        requires = "wait_event"
    )]
    matching: Vec<Pattern>,

    /// How long all of it may take; with `-`, each request
    #[arg(
        long,
        short = 't',
        value_name = "SECONDS",
        default_value = "60",
        allow_negative_numbers = true
    )]
    timeout: time::Seconds,

    /// Print a line for each member and element
    #[arg(long)]
    pretty: bool,

    /// Print the whole reply, also of a command that fails: {"return": ...} or {"error": ...}
    #[arg(long, overrides_with = "return_value")]
    reply: bool,

    /// Print what the command returns and no more: the default, the opposite of --reply
    #[arg(long, overrides_with = "reply")]
    return_value: bool,

    /// Execute it out of band: at once, even when the server is busy with other commands
    #[arg(long)]
    oob: bool,

    /// Pass this file descriptor along with the command, for `getfd` or `add-fd`
    #[arg(long, value_name = "N")]
    pass_fd: Option<i32>,

    /// With `-`, go on after a request that fails
    #[arg(long, short = 'k')]
    keep_going: bool,

    /// Show on standard error what is sent and received
    #[arg(long, short)]
    verbose: bool,
}

const LONG_HELP: &str = concat!(
    examples!(),
    "

Exit status: 0, or 1 when the server answers with an error, which is written to standard error, \
or 2 for all other trouble: a mistake in the command line or in a request, which is not sent then; \
no connection; no answer, or no event, in time.

With `-`, each line of standard input is a request: in JSON, or a command and its arguments as on \
the command line. Empty lines and those that begin with `#` are passed over. Each result is a \
line, written as soon as it is there. The first request that fails ends it, or, with --keep-going, \
none does; what failed is told on standard error with the number of its line, or, with --reply, on \
standard output in its place. The worst request decides the exit status.

With --hmp, a command that fails looks as one that does not: the human monitor only prints text.

With --wait-event, what happens from when the first command is sent counts, so that nothing is \
missed. Without a command, it is waited for what happens from now on. The event is printed as it \
came, on a line of its own.

A command of the guest agent that does not answer, such as guest-shutdown, counts as done when no \
error has come within two seconds; nothing is printed.

What virsh calls qemu-monitor-command, qemu-agent-command and qemu-monitor-event is here `qapi \
exec` with --reply, with --qga, and with --wait-event alone."
);

/// Executes what is asked for.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    let is_batch = options.command.as_deref() == Some(STDIN);
    if is_batch && options.pass_fd.is_some() {
        bail!("--pass-fd is for one command, and `-` is for many");
    }
    if is_batch && !options.arguments.is_empty() {
        bail!("`-` reads requests from standard input, and takes no arguments");
    }
    warn_of_unknown(&options.wait_event);
    let descriptor = options.pass_fd.map(descriptor::inherited).transpose()?;
    let mut exec = Exec::start(options, color)?;
    if !options.wait_event.is_empty() {
        exec.forget_events()?;
    }
    let outcome = match &options.command {
        None => Outcome::Good,
        Some(_) if is_batch => exec.batch()?,
        Some(command) => exec.once(command, descriptor)?,
    };
    if !options.wait_event.is_empty() && outcome == Outcome::Good {
        exec.wait()?;
    }
    exec.server.close();
    Ok(outcome)
}

/// What stands in front of a command that is to be executed out of band.
const EXEC_OOB: &str = "exec-oob";

/// What stands for requests from standard input.
const STDIN: &str = "-";

/// A connection, and what is done with it.
struct Exec<'o> {
    options: &'o Options,
    budget: Budget,
    server: Server,
    /// What the server takes, once it was asked.
    vocabulary: Option<Vocabulary>,
    report: Report,
    /// Whether messages are coloured.
    is_colored: bool,
    /// Whether the connection has ended.
    is_over: bool,
}

/// Why there is no request.
enum Refusal {
    /// What was written is wrong: what to say about it.
    Mistake(String),
    /// The server cannot be asked.
    Trouble(anyhow::Error),
}

impl<'o> Exec<'o> {
    fn start(options: &'o Options, color: Color) -> anyhow::Result<Self> {
        let budget = Budget::new(options.timeout);
        let connection = Connection {
            endpoint: &options.socket,
            is_agent: options.qga,
            oob: options.oob,
            show: options.verbose.then(wire::to_standard_error),
        };
        let style = Style {
            layout: match options.pretty {
                true => Layout::Pretty,
                false => Layout::Compact,
            },
            colored: color.applies_to(&io::stdout()),
        };
        let form = match (options.hmp, options.reply) {
            (true, _) => Form::Text,
            (false, true) => Form::Reply,
            (false, false) => Form::Value,
        };
        Ok(Exec {
            options,
            server: Server::connect(connection, &budget)?,
            budget,
            vocabulary: None,
            report: Report::new(form, style),
            is_colored: color.applies_to(&io::stderr()),
            is_over: false,
        })
    }

    /// Executes the command of the command line.
    fn once(&mut self, command: &str, descriptor: Option<Descriptor>) -> anyhow::Result<Outcome> {
        let words = &self.options.arguments;
        let request = if self.options.hmp {
            Ok(human(&language::line_of(command, words)))
        } else if command.trim_start().starts_with('{') {
            self.understand(&language::line_of(command, words))
        } else if words.is_empty() {
            self.understand(command)
        } else {
            self.typed(command, |vocabulary| {
                let request = language::arguments(command, words, vocabulary);
                request.map_err(|mistake| (mistake, language::line_of(command, words)))
            })
        };
        match request {
            Ok(mut request) => {
                request.oob |= self.options.oob;
                self.execute(&request, descriptor, "")
            }
            Err(Refusal::Mistake(text)) => {
                complain(text);
                Ok(Outcome::Trouble)
            }
            Err(Refusal::Trouble(error)) => Err(error),
        }
    }

    /// Executes the requests of standard input.
    fn batch(&mut self) -> anyhow::Result<Outcome> {
        let mut lines = Lines::new(io::stdin().lock());
        let mut worst = Outcome::Good;
        while let Some(Line { number, text }) = lines.next()? {
            self.budget = Budget::new(self.options.timeout);
            let place = format!("line {number}: ");
            let request = match self.options.hmp {
                true => Ok(human(&text)),
                false => self.understand(&text),
            };
            let outcome = match request {
                Ok(request) => self.execute(&request, None, &place)?,
                Err(Refusal::Mistake(text)) => {
                    complain(format_args!("{place}{text}"));
                    Outcome::Trouble
                }
                Err(Refusal::Trouble(error)) => return Err(error.context(format!("line {number}"))),
            };
            worst = worst.max(outcome);
            if self.is_over || outcome != Outcome::Good && !self.options.keep_going {
                break;
            }
        }
        Ok(worst)
    }

    /// The request that a line is.
    fn understand(&mut self, line: &str) -> Result<Request, Refusal> {
        let parse = |vocabulary: Option<&Vocabulary>| {
            let request = language::parse(line, vocabulary);
            request.map_err(|mistake| (mistake, line.to_owned()))
        };
        // A request in JSON is sent as it is, and without arguments there is nothing to check:
        // there is no need for a schema, which takes longer than most commands.
        let mut words = line.split_whitespace().filter(|word| *word != EXEC_OOB);
        match (words.next(), words.next()) {
            (Some(command), Some(_)) if !command.starts_with('{') => self.typed(command, parse),
            _ => parse(None).map_err(|mistake| self.mistake(mistake)),
        }
    }

    /// The request that `understand` makes of what is written, which is about `command`, with what
    /// the server takes.
    fn typed(
        &mut self,
        command: &str,
        understand: impl FnOnce(Option<&Vocabulary>) -> Result<Request, (Mistake, String)>,
    ) -> Result<Request, Refusal> {
        let vocabulary = match self.vocabulary.take() {
            Some(vocabulary) => vocabulary,
            None => {
                let vocabulary = self.server.vocabulary(&self.budget);
                vocabulary.map_err(Refusal::Trouble)?
            }
        };
        let vocabulary = self.vocabulary.insert(vocabulary);
        // That there is no such command is for the server to say.
        let has_command = vocabulary.command(command).is_some();
        let request = understand(has_command.then_some(vocabulary));
        request.map_err(|mistake| self.mistake(mistake))
    }

    fn mistake(&self, (mistake, line): (Mistake, String)) -> Refusal {
        Refusal::Mistake(mistake.render(&line, self.is_colored))
    }

    /// Executes a request, and writes what comes of it. What it says is about what is at `place`.
    fn execute(
        &mut self,
        request: &Request,
        descriptor: Option<Descriptor>,
        place: &str,
    ) -> anyhow::Result<Outcome> {
        let command = &request.command;
        if let Some(warning) = &request.warning {
            complain(format_args!(
                "{place}warning: {}",
                Printable(&warning.message)
            ));
        }
        let (outcome, message, help) = match self.server.execute(request, descriptor, &self.budget)
        {
            Ok(returned) => {
                if let Some(value) = returned {
                    self.report.returned(request, value)?;
                }
                return Ok(Outcome::Good);
            }
            Err(ExecuteError::Qemu { error, .. }) => {
                if self.report.failed(request, &error)? {
                    return Ok(Outcome::Bad);
                }
                let why = self.server.explain(command, &error, &self.budget);
                (Outcome::Bad, format!("`{command}` failed: {error}"), why)
            }
            Err(ExecuteError::OobDisabled { .. }) => {
                let message = format!("`{command}` is to be executed out of band");
                let help = "the option --oob makes that possible".to_owned();
                (Outcome::Trouble, message, Some(help))
            }
            Err(ExecuteError::Timeout { .. }) => {
                let time = self.budget.whole;
                let message = format!("`{command}` was not answered within {time}");
                let help = "whether it was or will be executed is not known; --timeout gives it \
                            more time"
                    .to_owned();
                (Outcome::Trouble, message, Some(help))
            }
            Err(error) => {
                self.is_over = matches!(error, ExecuteError::Connection(_));
                let error = anyhow::Error::new(error);
                (Outcome::Trouble, format!("`{command}`: {error:#}"), None)
            }
        };
        complain(format_args!("{place}error: {}", Printable(&message)));
        if let Some(help) = help {
            complain(format_args!("help: {}", Printable(&help)));
        }
        Ok(outcome)
    }

    /// Drops the events that came before the first command: they are no consequence of it.
    fn forget_events(&mut self) -> anyhow::Result<()> {
        self.server.monitor()?.events::<AnyEvent>().for_each(drop);
        Ok(())
    }

    /// Waits for the event that is wanted, and writes it.
    fn wait(&mut self) -> anyhow::Result<()> {
        let wanted = Wanted {
            names: &self.options.wait_event,
            patterns: &self.options.matching,
        };
        let event = wanted.wait(self.server.monitor()?, &self.budget)?;
        Ok(self.report.line(&event::message(event))?)
    }
}

/// The request that has the human monitor execute a line.
fn human(line: &str) -> Request {
    let mut arguments = Map::new();
    arguments.insert("command-line".to_owned(), line.into());
    Request {
        command: "human-monitor-command".to_owned(),
        oob: false,
        arguments: Some(RawValue::new(&Value::Object(arguments))),
        id: None,
        warning: None,
    }
}
