//! From a root schema to all files of a schema: includes, pragmas, modules.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Location};
use crate::schema::Schema;
use crate::source::{OsSource, ReadSource, Sources};
use crate::syntax::File;

/// Which rules a schema has to keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Those of the newest QEMU.
    #[default]
    Strict,
    /// Those of any QEMU since 4.1: what one of them accepted is accepted.
    Lenient,
}

/// Reads schemas.
///
/// ```no_run
/// # use qapi_parser::Loader;
/// let schema = Loader::new().load("qapi/qapi-schema.json")?;
/// # Ok::<(), qapi_parser::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Loader {
    strictness: Strictness,
}

/// The files of a schema, parsed: what [`Schema`] is made from.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The text of the files.
    pub sources: Sources,
    /// The files, in the order of their first inclusion; the root schema is the first.
    pub modules: Vec<ParsedModule>,
    strictness: Strictness,
}

/// One file of a [`Parsed`], and its name as a module.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedModule {
    /// Its path relative to the root schema's folder; see [`Module`](crate::schema::Module).
    pub name: String,
    /// What it says.
    pub file: File,
}

impl Loader {
    /// One that keeps the strict rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets which rules the schema has to keep.
    pub fn strictness(mut self, strictness: Strictness) -> Self {
        self.strictness = strictness;
        self
    }

    /// Reads the schema whose root file is at `path`.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Schema, Diagnostics> {
        self.load_from(&OsSource, path)
    }

    /// Reads the schema whose root file is at `path` of `source`.
    pub fn load_from(
        &self,
        source: &impl ReadSource,
        path: impl AsRef<Path>,
    ) -> Result<Schema, Diagnostics> {
        self.parse_from(source, path)?.resolve()
    }

    /// Parses the schema whose root file is at `path`, without giving it a meaning.
    pub fn parse(&self, path: impl AsRef<Path>) -> Result<Parsed, Diagnostics> {
        self.parse_from(&OsSource, path)
    }

    /// Parses the schema whose root file is at `path` of `source`, without giving it a meaning.
    pub fn parse_from(
        &self,
        _source: &impl ReadSource,
        path: impl AsRef<Path>,
    ) -> Result<Parsed, Diagnostics> {
        let location = Location::File(PathBuf::from(path.as_ref()));
        let diagnostic = Diagnostic::at(Code::UnreadableFile, location, "not yet");
        Err(Diagnostics::new(vec![diagnostic], Sources::default()))
    }
}

impl Parsed {
    /// Gives the files their meaning.
    pub fn resolve(self) -> Result<Schema, Diagnostics> {
        let diagnostic = Diagnostic::at(Code::UnreadableFile, Location::File("".into()), "not yet");
        Err(Diagnostics::new(vec![diagnostic], self.sources))
    }
}
