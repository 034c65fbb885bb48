//! `cargo xtask diff`: what changed from one version of QEMU to another.

mod json;

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::bail;
use qapi_parser::Diff;
use qapi_parser::schema::Version;

use crate::generate::versions::{load, versions};
use crate::interface::Interface;

/// What to compare.
#[derive(clap::Args)]
#[command(after_long_help = LONG_HELP)]
pub(crate) struct Options {
    /// The version to come from: `7.2`
    old: String,
    /// The version to go to: `10.2`
    new: String,
    /// The schema; all of them, when not given
    #[arg(long)]
    schema: Option<Interface>,
    /// Write a JSON object a line, for programs
    #[arg(long)]
    json: bool,
    /// Only what breaks clients that were written for the old version
    #[arg(long)]
    breaking: bool,
}

const LONG_HELP: &str = "\
Each object that --json writes is a change, and has these members:
  schema    qmp, qga or qsd
  kind      of the definition: command, event, enum, struct, union or alternate
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
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let folder = workspace.join("schema");
    let known = versions(&folder)?;
    check_version(&options.old, &known)?;
    check_version(&options.new, &known)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match write(&mut out, &folder, options).and_then(|()| Ok(out.flush()?)) {
        // As in `cargo xtask diff 7.2 10.2 | head`.
        Err(error) if is_closed(&error) => Ok(()),
        result => result,
    }
}

/// Fails, and says what there is, where a version was not imported.
fn check_version(version: &str, known: &[Version]) -> anyhow::Result<()> {
    let known: Vec<String> = known.iter().map(Version::to_string).collect();
    if !known.iter().any(|it| it == version) {
        bail!(
            "there is no QEMU '{version}' in schema/, only {}; `cargo xtask import` adds others",
            known.join(", ")
        );
    }
    Ok(())
}

fn is_closed(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
}

fn write(out: &mut impl Write, folder: &Path, options: &Options) -> anyhow::Result<()> {
    let (old, new) = (&options.old, &options.new);
    let interfaces = Interface::ALL.into_iter();
    let interfaces = interfaces.filter(|it| options.schema.is_none_or(|schema| schema == *it));
    for (index, interface) in interfaces.enumerate() {
        let load = |version: &str| load(&folder.join(version).join(interface.root()));
        let mut diff = Diff::between(&load(old)?, &load(new)?);
        if options.breaking {
            diff = diff.breaking();
        }
        if options.json {
            json::write(out, interface.name(), &diff)?;
        } else {
            let line = if index > 0 { "\n" } else { "" };
            writeln!(out, "{line}# {}, QEMU {old} to {new}\n", interface.name())?;
            if options.breaking && diff.is_empty() {
                writeln!(out, "Nothing breaks.")?;
            } else {
                write!(out, "{diff}")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_was_not_imported_is_refused_with_those_that_were() {
        let known = ["5.2", "10.2"].map(|it| Version::parse(it).unwrap());
        assert!(check_version("5.2", &known).is_ok());
        for version in ["5.1", "10.2.0", "../x", ""] {
            let error = check_version(version, &known).unwrap_err().to_string();
            assert!(error.contains(&format!("no QEMU '{version}'")), "{error}");
            assert!(error.contains("only 5.2, 10.2;"), "{error}");
        }
    }
}
