//! `qapi compat`: what a server has and lacks.

mod lines;
mod lookup;
mod reach;
mod reason;
mod reference;
mod report;
mod server;
mod text;
mod thing;
mod used;
mod walk;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::bail;
use qapi_protocol::DecodeError;

use self::reference::Reference;
use self::report::report;
use self::used::Used;
use crate::cli::{OneSchema, Rules};
use crate::color::Color;
use crate::endpoint::Endpoint;
use crate::input;
use crate::outcome::Outcome;
use crate::output::standard_output;

/// Say what a QEMU has and lacks
///
/// Asks the QEMU, the storage daemon or the guest agent that listens at SOCKET what it has, and
/// compares that with all that the releases of QEMU have that this program knows: commands,
/// events, members of what they take and return, values, and features. Says of each why it is
/// missing: it came with a later release, an earlier one was the last to have it, or this build was
/// made without it.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = LONG_HELP)]
pub(crate) struct Options {
    /// Where the server listens: a Unix socket, or HOST:PORT
    #[arg(value_name = "SOCKET")]
    socket: Endpoint,

    /// A guest agent listens there. It says which commands it has, and nothing of what is in them
    #[arg(long)]
    qga: bool,

    /// What a program uses: commands and events, one a line. The rest is left out, and the exit
    /// status is 1 if one of them is missing or deprecated. `-` reads standard input
    #[arg(long, value_name = "FILE")]
    used: Option<PathBuf>,

    /// Compare with the schema in a file, and not with what this program knows
    #[arg(long, value_name = "SCHEMA")]
    schema: Option<PathBuf>,

    #[command(flatten)]
    rules: Rules,

    /// Write a JSON object a line
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  qapi compat /run/vm/qmp.sock | less
  qapi compat /run/vm/qmp.sock --used commands.txt
  qapi compat /run/vm/qga.sock --qga
  qapi compat localhost:4444 --json | jq -r 'select(.reason == \"left-out\") | .name'";

const LONG_HELP: &str = "\
Examples:
  qapi compat /run/vm/qmp.sock | less
  qapi compat /run/vm/qmp.sock --used commands.txt
  qapi compat /run/vm/qga.sock --qga
  qapi compat localhost:4444 --json | jq -r 'select(.reason == \"left-out\") | .name'

A file for --used has the name of a command or an event on each line, or a path to what is inside
of one, in the notation of libvirt; what is behind a # does not matter:
  blockdev-add
  blockdev-add/arg-type/+qcow2/discard-no-unref
  BLOCK_JOB_COMPLETED   # since 1.1

Deprecated is what the server itself calls so. What only other releases do is also said, but is not
a reason for the exit status 1: there may be nothing yet to use in its place.

The first object that --json writes sums up:
  status     summary
  server     qemu, storage-daemon, or guest-agent
  release, version
             its release, as it writes it; and that as MAJOR.MINOR or MAJOR.MINOR.MICRO, or null
  schema     the file of --schema, or null
  newest     the newest release that is known, or null
  commands, events, members, values, features
             how many are known, and how many of these are here

Each other object has these members:
  status     missing, deprecated, deprecated-elsewhere (the server does not say so, other releases
             do), or extra (of what the server has and nobody knows)
  kind       command, event, member, value, feature, or path
  name       TYPE.MEMBER of a member or value; COMMAND.MEMBER where the arguments have no type;
             NAME: FEATURE of a feature
  used       whether --used names it, and the exit status is 1 therefore
  reason     of what is missing: newer (than this server), removed (before it), gone (after the
             newest release that is known, or left-out), left-out (of this build), disabled (in the
             guest), unsaid, or unknown (nobody has it); or null
  first, last
             the releases that have it, or call it deprecated, where that is known, or null
  if         the condition under which it is in a build, or null
  needed_by  the commands and events that need the type that it is in";

/// Asks, compares, and says what came of it.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    let used = options.used.as_deref().map(Used::read).transpose()?;
    if options.qga && used.as_ref().is_some_and(|used| !used.paths.is_empty()) {
        bail!("a guest agent says nothing of what is in its commands: --used can have no paths");
    }
    // A mistake in the schema need not wait for the server.
    let given = match &options.schema {
        Some(path) => match read(path, options.rules, color) {
            Ok(reference) => Some(reference?),
            Err(outcome) => return Ok(outcome),
        },
        None => None,
    };
    let server = server::ask(&options.socket, options.qga)?;
    let reference = match given {
        Some(reference) => reference,
        None => Reference::known(server.kind)?,
    };
    let report = report(&reference, &server, used.as_ref());
    let mut out = standard_output();
    if options.json {
        lines::write(&mut out, &report, &server, &reference)?;
    } else {
        let style = text::Style {
            colored: color.applies_to(&io::stdout()),
            used: options.used.as_deref(),
        };
        text::write(&mut out, &report, &server, &reference, &style)?;
    }
    out.flush()?;
    let is_bad = report.findings.iter().any(|it| it.verdict.is_bad());
    Ok(if is_bad { Outcome::Bad } else { Outcome::Good })
}

/// The schema of a file, or what became of reading it.
fn read(
    path: &Path,
    rules: Rules,
    color: Color,
) -> Result<Result<Reference, DecodeError>, Outcome> {
    let schema = OneSchema {
        schema: path.to_owned(),
        rules,
    };
    let schema = input::load_or_complain(&schema, color)?;
    Ok(Reference::given(&schema, path))
}
