//! From a root schema to all files of a schema: includes, pragmas, modules.

mod files;
mod pragma;

use std::path::Path;

use crate::check;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::missing::Missing;
use crate::resolve;
use crate::schema::{ModuleId, Schema};
use crate::source::{OsSource, ReadSource, Sources};
use crate::syntax::File;

pub use files::MAX_INCLUDE_DEPTH;
pub(crate) use pragma::Pragmas;

/// Which rules a schema has to keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Those of the newest QEMU.
    #[default]
    Strict,
    /// Those of any QEMU since 4.1: what one of them accepted is accepted, side by side with
    /// what others did.
    ///
    /// That adds these forms; QEMU had them up to the release beside them:
    ///
    /// | Form | Up to |
    /// | --- | --- |
    /// | the escapes of JSON and any character in strings | 4.1 |
    /// | `null` as the value of a key that is not there | 4.1 |
    /// | a boxed alternate as the arguments of a command or the data of an event | 4.1 |
    /// | feature `deprecated` of a type | 4.2 |
    /// | pragmas `returns-whitelist` and `name-case-whitelist` | 5.2 |
    /// | names of types, commands and events of any case, `_` in those of commands and members | 5.2 |
    /// | optional members `u` and `has-...` | 5.2 |
    /// | conditions in C: `'defined(A) && !defined(B)'` | 6.1 |
    /// | lists of conditions, all of which have to hold | 6.1 |
    /// | unions without `base` and `discriminator` | 6.1 |
    /// | feature `unstable` of a type | 6.1 |
    /// | features with names of any case | 7.0 |
    /// | conditional arguments and event data that are not boxed | 8.0 |
    /// | more than 64 features | 9.2 |
    ///
    /// Documentation may have the sections `Note:`, `Notes:`, `Example:` and `Examples:` of QEMU
    /// up to 9.0, and its text, sections and headings may stand as they did in any release. No
    /// definition has to be documented, and what is documented need not be there.
    ///
    /// A condition in C becomes the same [`Condition`](crate::schema::Condition) as one in the
    /// form of today. A union without discriminator becomes one with an implicit base, whose
    /// member `type` is of an implicit enumeration, `NAMEKind`; each branch is an implicit
    /// structure with a member `data`.
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
    sources: Sources,
    modules: Vec<ParsedModule>,
    rules: Rules,
    missing: Missing,
}

/// The rules that a schema has to keep, and the exceptions that it makes.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) strictness: Strictness,
    pub(crate) pragmas: Pragmas,
}

/// One file of a [`Parsed`], and its name as a module.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedModule {
    pub(crate) name: String,
    pub(crate) file: File,
    pub(crate) includes: Vec<ModuleId>,
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

    /// Reads the schema whose root file is at `path`, and the files that it includes.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the schema. A root file that cannot be read is a
    /// [`Code::UnreadableFile`](crate::Code::UnreadableFile) with a
    /// [`Location::File`](crate::diagnostic::Location::File); an included one has the place of
    /// its `include`. A definition that cannot be made out is reported once, and not where it is
    /// used; where not even its name can be, names that are not found are no errors.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Schema, Diagnostics> {
        self.load_from(&OsSource, path)
    }

    /// Reads the schema whose root file is at `path` of `source`, and the files that it includes.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load).
    pub fn load_from(
        &self,
        source: &impl ReadSource,
        path: impl AsRef<Path>,
    ) -> Result<Schema, Diagnostics> {
        let (parsed, errors) = files::load(source, path.as_ref(), self.strictness);
        parsed.resolve_after(errors)
    }

    /// Parses the schema whose root file is at `path`, and the files that it includes, without
    /// giving them a meaning.
    ///
    /// # Errors
    ///
    /// What is wrong with the syntax of the files, documentation blocks included, with what they
    /// include and with their pragmas. What else [`load`](Self::load) would find,
    /// [`Parsed::resolve`] does.
    pub fn parse(&self, path: impl AsRef<Path>) -> Result<Parsed, Diagnostics> {
        self.parse_from(&OsSource, path)
    }

    /// Parses the schema whose root file is at `path` of `source`, and the files that it includes,
    /// without giving them a meaning.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_from(
        &self,
        source: &impl ReadSource,
        path: impl AsRef<Path>,
    ) -> Result<Parsed, Diagnostics> {
        let (parsed, errors) = files::load(source, path.as_ref(), self.strictness);
        match Diagnostics::new(errors, parsed.sources.clone()) {
            None => Ok(parsed),
            Some(diagnostics) => Err(diagnostics),
        }
    }
}

impl Rules {
    pub(crate) fn is_lenient(&self) -> bool {
        self.strictness == Strictness::Lenient
    }
}

impl Parsed {
    /// The text of the files.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The files, in the order of their first inclusion; the root schema is the first.
    pub fn modules(&self) -> &[ParsedModule] {
        &self.modules
    }

    /// Gives the files their meaning.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the shape of the expressions, and with what they mean
    /// together; see [`Loader::load`].
    pub fn resolve(self) -> Result<Schema, Diagnostics> {
        self.resolve_after(Vec::new())
    }

    /// Adds what is wrong with the shape and the meaning of the expressions to what is wrong with
    /// the syntax.
    fn resolve_after(self, mut errors: Vec<Diagnostic>) -> Result<Schema, Diagnostics> {
        let mut missing = self.missing;
        let checked = check::check(self.modules, &self.rules, &mut missing, &mut errors);
        resolve::resolve(checked, &self.rules, &missing, self.sources, errors)
    }
}

impl ParsedModule {
    /// Its path relative to the root schema's folder; see [`Module`](crate::schema::Module).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The module that each of its `include` directives names, in source order.
    pub fn includes(&self) -> &[ModuleId] {
        &self.includes
    }
}
