//! `qapi check`: what is wrong with schemas.

mod json;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::bail;
use qapi_parser::Diagnostics;

use crate::cli::Rules;
use crate::color::Color;
use crate::input::{self, Failure, is_stdin};
use crate::outcome::Outcome;
use crate::output::{complain, standard_output};

/// Say what is wrong with schemas
///
/// Checks every schema that is given, and writes all that is wrong to standard output. Nothing is
/// written when nothing is wrong.
#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = LONG_HELP)]
pub(crate) struct Options {
    /// The schemas' root files; `-` reads standard input
    #[arg(required = true, value_name = "SCHEMA")]
    schemas: Vec<PathBuf>,

    /// How to write what is wrong
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    message_format: MessageFormat,

    #[command(flatten)]
    rules: Rules,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum MessageFormat {
    /// With the source, for people
    Human,
    /// `PATH:LINE:COL: error: MESSAGE`, one a line
    Short,
    /// A JSON object a line
    Json,
}

const EXAMPLES: &str = "\
Examples:
  qapi check qapi/qapi-schema.json qga/qapi-schema.json
  qapi check --message-format short my-schema.json | head";

const LONG_HELP: &str = "\
Examples:
  qapi check qapi/qapi-schema.json qga/qapi-schema.json
  qapi check --message-format short my-schema.json | head

Each object that --message-format json writes has these members:
  code     which rule was broken: a stable name, as in error[NAME] of the human format
  message  what is wrong, in one line
  context  the definition that it was found in (\"struct 'Foo'\"), or null
  path, line, column
           the place, as in the short format; QEMU's own frontend names the same
  spans    the exact places in the source, those that it is about (is_primary) first. Each has
           path, line_start, column_start, line_end, column_end, byte_start, byte_end, is_primary,
           and label: what the place is, or null. Lines and columns count from 1, columns in
           characters; bytes are offsets into the file from 0. The ends are behind the last one.
  help     what to do about it, or null

A schema that cannot be read is not a matter of these formats: a message on standard error says
so, and the exit status is 2. The other schemas are checked all the same.";

/// Checks all schemas. The worst of them decides how it ends.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    if options.schemas.iter().filter(|path| is_stdin(path)).count() > 1 {
        bail!("standard input ('-') can be read once only");
    }
    let mut report = Report {
        out: standard_output(),
        format: options.message_format,
        is_colored: color.applies_to(&io::stdout()),
        errors: 0,
        schemas: 0,
    };
    let mut worst = Outcome::Good;
    for path in &options.schemas {
        let outcome = match input::load(path, options.rules.strictness()) {
            Ok(_) => Outcome::Good,
            Err(Failure::Wrong(diagnostics)) => {
                report.add(&diagnostics)?;
                Outcome::Bad
            }
            Err(Failure::Unreadable(message)) => {
                complain(format_args!("error: {message}"));
                Outcome::Trouble
            }
        };
        worst = worst.max(outcome);
    }
    report.finish()?;
    Ok(worst)
}

/// What is written, and what was written so far.
struct Report<W> {
    out: W,
    format: MessageFormat,
    is_colored: bool,
    errors: usize,
    schemas: usize,
}

impl<W: Write> Report<W> {
    /// Writes what is wrong with one schema.
    fn add(&mut self, diagnostics: &Diagnostics) -> io::Result<()> {
        self.errors += diagnostics.iter().len();
        self.schemas += 1;
        match self.format {
            MessageFormat::Human => writeln!(self.out, "{}", diagnostics.render(self.is_colored)),
            MessageFormat::Short => writeln!(self.out, "{diagnostics}"),
            MessageFormat::Json => json::write(&mut self.out, diagnostics),
        }
    }

    /// Tells people how much it was.
    fn finish(mut self) -> io::Result<()> {
        if self.format == MessageFormat::Human && self.errors > 0 {
            let errors = counted(self.errors, "error");
            let schemas = counted(self.schemas, "schema");
            writeln!(self.out, "{errors} in {schemas}")?;
        }
        self.out.flush()
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
