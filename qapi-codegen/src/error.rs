//! Why no code could be generated.

use std::fmt;
use std::io;
use std::path::PathBuf;

use qapi_parser::Diagnostics;

/// Why no code could be generated.
///
/// Its `Debug` is its text, too: that is what cargo shows when the `main` of a build script
/// returns it.
#[non_exhaustive]
pub enum Error {
    /// The schema is wrong, or cannot be read, or has names that become the same in Rust.
    Schema(Diagnostics),
    /// A file or folder could not be read or written.
    Io {
        /// What was tried: "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Options do not fit the schema: what they name is not there, or is something else; or they
    /// are no Rust.
    Options(Vec<Misfit>),
    /// No output folder was given, and `OUT_DIR` is not set or cannot take the layout.
    NoOutDir,
    /// A file is in the way that was not generated.
    NotGenerated {
        /// The file.
        path: PathBuf,
    },
    /// A file is in the way that something else has generated.
    GeneratedElsewhere {
        /// The file.
        path: PathBuf,
    },
}

/// What is wrong with an option. Its `Display` is `OPTION: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Misfit {
    /// The option: the name of a method of [`Config`](crate::Config).
    pub option: &'static str,
    /// What is wrong with it, in one line.
    pub message: String,
}

impl Misfit {
    pub(crate) fn new(option: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Misfit { option, message }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.option, self.message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Schema(diagnostics) => {
                write!(f, "the schema has errors\n\n{}", diagnostics.render(false))
            }
            Error::Io {
                action,
                path,
                source,
            } => write!(f, "cannot {action} '{}': {source}", path.display()),
            Error::Options(misfits) => {
                f.write_str("options do not fit the schema\n")?;
                misfits.iter().try_for_each(|it| write!(f, "\n{it}"))
            }
            Error::NoOutDir => f.write_str(
                "no output folder: OUT_DIR is set only where cargo runs a build script, and cannot \
                 take a file for each module; give one with `Config::out_dir`",
            ),
            Error::NotGenerated { path } => write!(
                f,
                "'{}' is in the way: its first line does not say that it is `@generated`",
                path.display()
            ),
            Error::GeneratedElsewhere { path } => write!(
                f,
                "'{}' is in the way: its first line says that something else has generated it; \
                 give the code a folder of its own",
                path.display()
            ),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// The text of each has the whole of it.
impl std::error::Error for Error {}

impl From<Diagnostics> for Error {
    fn from(diagnostics: Diagnostics) -> Self {
        Error::Schema(diagnostics)
    }
}
