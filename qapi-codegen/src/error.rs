//! Why no code could be generated.

use std::fmt;
use std::io;
use std::path::PathBuf;

use qapi_parser::Diagnostics;
use qapi_parser::source::{Sources, Span};

/// Why no code could be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The schema is wrong, or cannot be read.
    #[error("the schema has errors\n\n{}", .0.render(false))]
    Schema(#[from] Diagnostics),
    /// Names of the schema that become the same in Rust.
    #[error(transparent)]
    Clashes(#[from] Clashes),
    /// A file or folder could not be read or written.
    #[error("cannot {action} '{}': {source}", path.display())]
    Io {
        /// What was tried: "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// `OUT_DIR` is not set, and no output folder was given.
    #[error(
        "no output folder: OUT_DIR is set only where cargo runs a build script; \
         give one with `Config::out_dir`"
    )]
    NoOutDir,
}

/// Names of the schema that become the same in Rust.
///
/// Its `Display` is the short form `PATH:LINE:COL: error: MESSAGE`, one a line.
#[derive(Clone, Debug)]
pub struct Clashes {
    pub(crate) list: Vec<Clash>,
    pub(crate) sources: Sources,
}

/// A name of the schema whose Rust form is taken.
#[derive(Clone, Debug)]
pub(crate) struct Clash {
    /// The Rust form.
    pub(crate) ident: String,
    pub(crate) wire: String,
    pub(crate) span: Option<Span>,
    /// The name that has the form already; `None` where generated code itself uses it.
    pub(crate) first: Option<(String, Option<Span>)>,
    /// The definition that both are in, where they are not definitions.
    pub(crate) definition: Option<String>,
}

impl Clash {
    pub(crate) fn inside(self, definition: &str) -> Self {
        Clash {
            definition: Some(definition.to_owned()),
            ..self
        }
    }
}

impl std::error::Error for Clashes {}

impl fmt::Display for Clashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |span: Option<Span>| {
            let span = span?;
            let source = self.sources.get(span.file);
            let at = source.position(span.start);
            Some(format!(
                "{}:{}:{}",
                source.path().display(),
                at.line,
                at.column
            ))
        };
        for (index, clash) in self.list.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            if let Some(place) = place(clash.span) {
                write!(f, "{place}: ")?;
            }
            let Clash {
                ident,
                wire,
                first,
                definition,
                ..
            } = clash;
            f.write_str("error: ")?;
            if let Some(definition) = definition {
                write!(f, "in '{definition}': ")?;
            }
            write!(f, "'{wire}' becomes `{ident}` in Rust, ")?;
            match first {
                None => f.write_str("a name that generated code needs itself")?,
                Some((first, span)) => {
                    write!(f, "and so does '{first}'")?;
                    if let Some(place) = place(*span) {
                        write!(f, " ({place})")?;
                    }
                }
            }
        }
        Ok(())
    }
}
