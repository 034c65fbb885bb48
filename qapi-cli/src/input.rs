//! Reading schemas from files and from standard input.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
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

impl Failure {
    fn new(diagnostics: Diagnostics) -> Self {
        // What has a place is a matter of the schema; only the root file itself has none.
        let unread = diagnostics.iter().find(|it| match it.location {
            Location::File(_) => true,
            Location::Span(_) => false,
        });
        match unread {
            Some(unread) => Failure::Unreadable(unread.message.clone()),
            None => Failure::Wrong(diagnostics),
        }
    }

    /// Shows what is wrong on standard error; what is left to be said is the error.
    pub(crate) fn shown(self, path: &Path, color: Color) -> anyhow::Error {
        match self {
            Failure::Unreadable(message) => anyhow!(message),
            Failure::Wrong(diagnostics) => {
                complain(diagnostics.render(color.applies_to(&io::stderr())));
                anyhow!("the schema '{}' is wrong", name(path).display())
            }
        }
    }
}

/// Whether a schema on the command line is standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}

/// What messages call a file of the command line.
pub(crate) fn name(path: &Path) -> &Path {
    if is_stdin(path) {
        Path::new(STDIN_NAME)
    } else {
        path
    }
}

/// The content of a file or of standard input. Of one that is too large for a schema, there is one
/// byte too much.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let limit = MAX_FILE_SIZE as u64 + 1;
    let mut content = Vec::new();
    if is_stdin(path) {
        io::stdin().lock().take(limit).read_to_end(&mut content)?;
    } else {
        File::open(path)?.take(limit).read_to_end(&mut content)?;
    }
    Ok(content)
}

/// Reads the schema whose root file is at `path`.
pub(crate) fn load(path: &Path, strictness: Strictness) -> Result<Schema, Failure> {
    if is_stdin(path) {
        let unreadable = |error| format!("can't read schema file '{STDIN_NAME}': {error}");
        let content = read(path).map_err(|error| Failure::Unreadable(unreadable(error)))?;
        return load_read(path, content, strictness);
    }
    let loader = Loader::new().strictness(strictness);
    loader.load(path).map_err(Failure::new)
}

/// Reads the schema whose root file is at `path`, and was read already.
pub(crate) fn load_read(
    path: &Path,
    content: Vec<u8>,
    strictness: Strictness,
) -> Result<Schema, Failure> {
    let root = Root {
        path: name(path),
        content,
    };
    let loader = Loader::new().strictness(strictness);
    loader.load_from(&root, root.path).map_err(Failure::new)
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

/// The file system, with a file in it that can be read only once: standard input, or a pipe.
struct Root<'a> {
    path: &'a Path,
    content: Vec<u8>,
}

impl ReadSource for Root<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path == self.path {
            Ok(self.content.clone())
        } else {
            OsSource.read(path)
        }
    }

    fn identity(&self, path: &Path) -> PathBuf {
        OsSource.identity(path)
    }
}
