//! `qapi diff`: what changed from one interface to another, and what that breaks.

mod dump;
mod json;
mod side;
mod tree;

use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::bail;
use qapi_parser::Diff;

use self::side::Side;
use self::tree::{Interface, Tree};
use crate::color::Color;
use crate::outcome::Outcome;
use crate::output::{complain, standard_output};

/// Say what changed from one interface to another, and what that breaks
///
/// Compares what clients see on the wire: that a type was renamed, or its members moved to a base,
/// no client can tell. What breaks comes first, each change with the commands and events that are
/// concerned: "send" are clients that send it, "read" those that read it.
///
/// OLD and NEW are both of one kind:
///
/// - The source tree of a QEMU: a folder with qapi/qapi-schema.json, qga/qapi-schema.json or
///   storage-daemon/qapi/qapi-schema.json. What both have is compared.
///
/// - The root file of a schema.
///
/// - What a server says of itself: its answer to query-qmp-schema in a file, with or without
///   {"return": ...} around it; or the server, by its socket or HOST:PORT. The types in it have no
///   names that mean anything, so that changes are told by the commands and events that use them.
///
/// Schemas are read as `qapi check --lenient` reads them: each may be as old as it likes.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = LONG_HELP)]
pub(crate) struct Options {
    /// What to come from: a source tree, a schema, an answer to query-qmp-schema, or a server
    old: OsString,

    /// What to go to: another one of the same kind
    new: OsString,

    /// Which schema of source trees; all of them, when not given
    #[arg(long, value_name = "SCHEMA")]
    schema: Option<Interface>,

    /// Only what breaks clients that were written for OLD; exit with 1 when there is something
    #[arg(long)]
    breaking: bool,

    /// Write a JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  qapi diff ~/qemu-7.2.22 ~/qemu-10.2.2
  qapi diff --breaking --schema qga ~/qemu-7.2.22 ~/qemu-10.2.2
  qapi diff old-schema.json new-schema.json
  qapi diff monday.json /run/vm/qmp.sock";

const LONG_HELP: &str = "\
Examples:
  qapi diff ~/qemu-7.2.22 ~/qemu-10.2.2
  qapi diff --breaking --schema qga ~/qemu-7.2.22 ~/qemu-10.2.2
  qapi diff old-schema.json new-schema.json
  qapi diff monday.json /run/vm/qmp.sock

A server has what its build was made with, a schema what all builds may have. To compare one with
the other, make an answer of the schema, for the symbols of that build:
  qapi introspect --lenient --defines-file SYMBOLS qapi/qapi-schema.json > schema.json
  qapi diff schema.json /run/vm/qmp.sock

Exit status: 0, whatever changed; with --breaking, 1 when something breaks; 2 when there is
nothing to compare.

Each object that --json writes is a change, and has these members:
  schema    qmp, qga or qsd, of source trees; or null
  kind      of the definition: command, event, enum, struct, union or alternate; for what servers
            say, command or event
  name      of the definition
  was       the name of the type that it has taken the place of, or null
  part      what changed of the definition: data (a command's arguments or an event's data, as a
            whole), returns, member, value, branch, alternative or feature; null for all of it
  path      the names of the part, and of those that it is in, the outermost first: [\"data\"]
  change    added, removed, renamed, kind, type, optional, required, moved-to-branches,
            moved-from-branches, tag, deprecated, undeprecated, unstable, stable, condition,
            allow-oob, allow-preconfig, success-response, or open: whether a command takes
            arguments that the schema does not list
  required  of a member that was added or removed: whether it has to be there; or null
  from, to  what it was and is: a name, a type, a condition, a flag, a list of branches; or null
  send      what it does to a client that sends it: compatible or breaking; null when none does,
            or could tell
  read      the same for a client that reads it
  senders   the commands that take it, or something with it, as arguments
  readers   the commands that return it, and the events that come with it
  notice    what the old version said of it: deprecated or unstable, or null
  text      all of it for people, in one line";

/// Writes the changes to standard output.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    if side::is_stdin(&options.old) && side::is_stdin(&options.new) {
        bail!("standard input ('-') can be read once only");
    }
    let old = Side::open(&options.old, color)?;
    let new = Side::open(&options.new, color)?;
    let mut report = Report {
        out: standard_output(),
        options,
        color,
        written: 0,
        broken: false,
    };
    match (&old, &new) {
        (Side::Tree(old), Side::Tree(new)) => trees(old, new, &mut report)?,
        _ if options.schema.is_some() => {
            bail!("--schema is for source trees, which have several schemas");
        }
        (Side::Schema(old), Side::Schema(new)) => report.add(None, Diff::between(old, new))?,
        (Side::Server(old), Side::Server(new)) => report.add(None, Diff::by_place(old, new)?)?,
        (old, new) => bail!(
            "'{}' is {}, and '{}' is {}: {}",
            options.old.display(),
            old.kind(),
            options.new.display(),
            new.kind(),
            help_with_kinds(old, new),
        ),
    }
    report.finish()
}

/// What to do where one kind of thing cannot be compared with the other.
fn help_with_kinds(old: &Side, new: &Side) -> &'static str {
    match (old, new) {
        (Side::Server(_), _) | (_, Side::Server(_)) => {
            "`qapi introspect SCHEMA --define SYMBOL... > FILE` writes what a server that is built \
             from a schema says, for such a comparison"
        }
        _ => "name the root file of a schema in the tree, such as qapi/qapi-schema.json",
    }
}

/// Compares the schemas that both trees have.
fn trees(old: &Tree, new: &Tree, report: &mut Report<'_, impl Write>) -> anyhow::Result<()> {
    if let Some(interface) = report.options.schema {
        return trees_by(interface, old, new, report);
    }
    for interface in Interface::ALL {
        match (old.has(interface), new.has(interface)) {
            (true, true) => trees_by(interface, old, new, report)?,
            (false, false) => {}
            (has_old, _) => {
                let tree = if has_old { old } else { new };
                let name = interface.name();
                complain(format_args!("note: only '{tree}' has a schema of {name}"));
            }
        }
    }
    if report.written == 0 {
        bail!("'{old}' and '{new}' have no schema in common");
    }
    Ok(())
}

/// Compares one of the schemas of trees.
fn trees_by(
    interface: Interface,
    old: &Tree,
    new: &Tree,
    report: &mut Report<'_, impl Write>,
) -> anyhow::Result<()> {
    let old = old.load(interface, report.color)?;
    let new = new.load(interface, report.color)?;
    report.add(Some(interface), Diff::between(&old, &new))
}

/// What is written, and what was written so far.
struct Report<'a, W> {
    out: W,
    options: &'a Options,
    color: Color,
    written: usize,
    broken: bool,
}

impl<W: Write> Report<'_, W> {
    /// Writes the changes of an interface.
    fn add(&mut self, interface: Option<Interface>, mut diff: Diff) -> anyhow::Result<()> {
        if self.options.breaking {
            diff = diff.breaking();
            self.broken |= !diff.is_empty();
        }
        if self.options.json {
            json::write(&mut self.out, interface.map(Interface::name), &diff)?;
        } else {
            self.title(interface)?;
            if self.options.breaking && diff.is_empty() {
                writeln!(self.out, "Nothing breaks.")?;
            } else {
                write!(
                    self.out,
                    "{}",
                    diff.render(self.color.applies_to(&io::stdout()))
                )?;
            }
        }
        self.written += 1;
        Ok(())
    }

    fn title(&mut self, interface: Option<Interface>) -> io::Result<()> {
        if self.written > 0 {
            writeln!(self.out)?;
        }
        let interface = interface.map_or(String::new(), |it| format!("{}, ", it.name()));
        let (old, new) = (self.options.old.display(), self.options.new.display());
        writeln!(self.out, "# {interface}{old} to {new}\n")
    }

    fn finish(mut self) -> anyhow::Result<Outcome> {
        self.out.flush()?;
        Ok(if self.broken {
            Outcome::Bad
        } else {
            Outcome::Good
        })
    }
}
