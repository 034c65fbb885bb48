//! Reading schemas from files and from standard input.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use qapi_parser::diagnostic::Location;
use qapi_parser::source::{MAX_FILE_SIZE, OsSource, ReadSource};
use qapi_parser::{Diagnostics, Loader, Schema, Strictness};

use crate::cli::OneSchema;
use crate::color::Color;
use crate::outcome::Outcome;
use crate::output::complain;

/// What stands for standard input on the command line, and what messages call it.
const STDIN: &str = "-";
const STDIN_NAME: &str = "<stdin>";

/// Why there is no schema.
pub(crate) enum Failure {
    /// Its root file cannot be read.
    Unreadable(String),
    /// It is wrong.
    Wrong(Diagnostics),
}

/// Whether a schema on the command line is standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}

/// Reads the schema whose root file is at `path`.
pub(crate) fn load(path: &Path, strictness: Strictness) -> Result<Schema, Failure> {
    let loader = Loader::new().strictness(strictness);
    let result = if is_stdin(path) {
        loader.load_from(&StdinSource, STDIN_NAME)
    } else {
        loader.load(path)
    };
    result.map_err(|diagnostics| {
        // What has a place is a matter of the schema; only the root file itself has none.
        let unread = diagnostics.iter().find(|it| match it.location {
            Location::File(_) => true,
            Location::Span(_) => false,
        });
        match unread {
            Some(unread) => Failure::Unreadable(unread.message.clone()),
            None => Failure::Wrong(diagnostics),
        }
    })
}

/// Reads the schema of a command that needs one, or says on standard error why there is none.
pub(crate) fn load_or_complain(options: &OneSchema, color: Color) -> Result<Schema, Outcome> {
    load(&options.schema, options.rules.strictness()).map_err(|failure| match failure {
        Failure::Unreadable(message) => {
            complain(format_args!("error: {message}"));
            Outcome::Trouble
        }
        Failure::Wrong(diagnostics) => {
            let rendered = diagnostics.render(color.applies_to(&io::stderr()));
            complain(rendered.trim_end());
            Outcome::Bad
        }
    })
}

/// The file system, with standard input as one more file of the current folder.
struct StdinSource;

impl ReadSource for StdinSource {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path != Path::new(STDIN_NAME) {
            return OsSource.read(path);
        }
        // One byte more is enough for it to be refused.
        let limit = MAX_FILE_SIZE as u64 + 1;
        let mut content = Vec::new();
        io::stdin().lock().take(limit).read_to_end(&mut content)?;
        Ok(content)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        OsSource.identity(path)
    }
}
