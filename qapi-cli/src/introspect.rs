//! `qapi introspect`: what a QEMU answers to `query-qmp-schema`.

mod symbols;

use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::PathBuf;

use qapi_codegen::introspection::{Introspection, Naming};
use qapi_parser::{Schema, nearest};

use self::symbols::{Symbols, parse_symbol};
use crate::cli::OneSchema;
use crate::color::Color;
use crate::input;
use crate::outcome::Outcome;
use crate::output::{complain, standard_output};

/// Print what a QEMU answers to query-qmp-schema
///
/// The answer is that of a QEMU built from the schema with the given symbols defined: what a
/// condition takes away is not in it, nor are types that no command or event needs, and the names
/// of types are numbers. It is the value of `return`: an array.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  qapi introspect --define CONFIG_SPICE qapi/qapi-schema.json | jq '.[].name'
  qapi introspect --unmask --defines-file debian-13-x86_64.txt qapi/qapi-schema.json")]
pub(crate) struct Options {
    #[command(flatten)]
    schema: OneSchema,

    /// A symbol that the build defines, as `if` conditions name it
    #[arg(long, short = 'D', value_name = "SYMBOL", value_parser = parse_symbol)]
    define: Vec<String>,

    /// A file of symbols that the build defines, one a line; `#` starts a comment
    #[arg(long, value_name = "FILE")]
    defines_file: Vec<PathBuf>,

    /// Keep the names of types
    #[arg(long)]
    unmask: bool,
}

/// Prints the answer, or says what is wrong with the schema.
pub(crate) fn run(options: &Options, color: Color) -> anyhow::Result<Outcome> {
    let mut symbols = Symbols::default();
    for path in &options.defines_file {
        symbols.read(path)?;
    }
    symbols.extend(&options.define);
    let schema = match input::load_or_complain(&options.schema, color) {
        Ok(schema) => schema,
        Err(outcome) => return Ok(outcome),
    };
    warn_of_unused(&options.define, &schema);
    warn_of_expressions(&schema);
    let naming = if options.unmask {
        Naming::Plain
    } else {
        Naming::Masked
    };
    let answer = Introspection::answer(&schema, |symbol| symbols.has(symbol), naming);
    let mut out = standard_output();
    serde_json::to_writer_pretty(&mut out, &answer).map_err(io::Error::from)?;
    writeln!(out)?;
    out.flush()?;
    Ok(Outcome::Good)
}

/// Says which of the symbols no condition names: they may be misspelt. Those of a file may be for
/// more schemas than this one.
fn warn_of_unused(defined: &[String], schema: &Schema) {
    let known = schema.symbols();
    let mut unused = BTreeSet::new();
    for symbol in defined {
        if known.contains(symbol.as_str()) || !unused.insert(symbol) {
            continue;
        }
        let help = match nearest(symbol, known.iter().copied()) {
            Some(near) => format!(" (did you mean '{near}'?)"),
            None => String::new(),
        };
        complain(format_args!(
            "warning: no condition of the schema names '{symbol}'{help}"
        ));
    }
}

/// Says which conditions nothing is known of: QEMU before 6.2 had any expression that C has.
fn warn_of_expressions(schema: &Schema) {
    for condition in schema.symbols() {
        if parse_symbol(condition).is_err() {
            complain(format_args!(
                "warning: only a C compiler understands the condition '{}': it counts as not met",
                condition.escape_debug()
            ));
        }
    }
}
