//! `qapi dump`: a schema as QEMU's frontend understands it.

use std::io::Write as _;

use crate::cli::OneSchema;
use crate::color::Color;
use crate::input;
use crate::outcome::Outcome;
use crate::output::standard_output;

/// Print a schema as QEMU's frontend understands it
///
/// The text has the layout of the `.out` files of QEMU's `tests/qapi-schema`: every definition by
/// module, implicit types and documentation included.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  qapi dump qapi/qapi-schema.json | less")]
pub(crate) struct Options {
    #[command(flatten)]
    schema: OneSchema,
}

/// Prints it, or says what is wrong with it.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    let schema = match input::load_or_complain(&options.schema, color) {
        Ok(schema) => schema,
        Err(outcome) => return Ok(outcome),
    };
    let mut out = standard_output();
    write!(out, "{}", schema.dump())?;
    out.flush()?;
    Ok(Outcome::Good)
}
