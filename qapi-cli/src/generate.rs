//! `qapi generate`: the Rust that a schema becomes.

mod options;
mod place;

use std::io::{self, Write as _};

use qapi_codegen::{Error, Output};

pub(crate) use self::options::Options;
use self::place::Place;
use crate::color::Color;
use crate::input;
use crate::outcome::Outcome;
use crate::output::{complain, standard_output};

/// Writes the code or compares it; or says what is wrong with the schema, or with the options.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    let place = options.place()?;
    let schema = match input::load_or_complain(&options.schema, color) {
        Ok(schema) => schema,
        Err(outcome) => return Ok(outcome),
    };
    match options.config(&place).generate(&schema, place.file_name()) {
        Ok(output) if options.check => check(&output, &place),
        Ok(output) => write(&output, &place),
        Err(error) => explain(error, color),
    }
}

/// Writes what differs.
fn write(output: &Output, place: &Place) -> anyhow::Result<Outcome> {
    match place {
        Place::StandardOutput => {
            let mut out = standard_output();
            for code in output.files.values() {
                out.write_all(code.as_bytes())?;
            }
            out.flush()?;
        }
        Place::File { folder, .. } => output.write(folder)?,
        Place::Folder(folder) => output.sync(folder)?,
    }
    Ok(Outcome::Good)
}

/// Says which files differ.
fn check(output: &Output, place: &Place) -> anyhow::Result<Outcome> {
    let (folder, drift) = match place {
        Place::StandardOutput => return Ok(Outcome::Good),
        Place::File { folder, .. } => (folder, output.outdated(folder)),
        Place::Folder(folder) => (folder, output.drift(folder)?),
    };
    let mut out = standard_output();
    for drift in &drift {
        writeln!(out, "{}{drift}", folder.join("").display())?;
    }
    out.flush()?;
    Ok(match drift.as_slice() {
        [] => Outcome::Good,
        _ => Outcome::Bad,
    })
}

/// Says why there is no code.
fn explain(error: Error, color: Color) -> anyhow::Result<Outcome> {
    match error {
        Error::Schema(diagnostics) => {
            let rendered = diagnostics.render(color.applies_to(&io::stderr()));
            complain(rendered.trim_end());
            Ok(Outcome::Bad)
        }
        Error::Options(misfits) => {
            for misfit in &misfits {
                let option = options::name_of(misfit.option);
                complain(format_args!("error: {option}: {}", misfit.message));
            }
            Ok(Outcome::Trouble)
        }
        other => Err(other.into()),
    }
}
