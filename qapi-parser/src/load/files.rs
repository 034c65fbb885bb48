//! Reads a root file and everything that it includes.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use super::{Parsed, ParsedModule, Strictness, pragma};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::parse;
use crate::schema::ModuleId;
use crate::source::{FileId, MAX_FILE_SIZE, ReadSource, Sources, Span, Spanned, normalize};
use crate::syntax::Item;

/// How many files may be open at once because one includes another. QEMU's own schemas need 4.
pub const MAX_INCLUDE_DEPTH: usize = 64;

/// Reads and parses all files; gives what it could read, and what is wrong with the rest.
pub(super) fn load(
    source: &impl ReadSource,
    root: &Path,
    strictness: Strictness,
) -> (Parsed, Vec<Diagnostic>) {
    let mut files = Files {
        source,
        strictness,
        folder: normalize(root)
            .parent()
            .map(PathBuf::from)
            .unwrap_or_default(),
        sources: Sources::default(),
        modules: Vec::new(),
        known: HashMap::new(),
        open: Vec::new(),
        errors: Vec::new(),
    };
    match files.read(root, None) {
        Ok(file) => {
            files.module(root, file);
        }
        Err(error) => files.errors.push(*error),
    }
    let parsed = Parsed {
        sources: files.sources,
        modules: files.modules,
        strictness,
    };
    (parsed, files.errors)
}

struct Files<'a, S> {
    source: &'a S,
    strictness: Strictness,
    /// The folder of the root file.
    folder: PathBuf,
    sources: Sources,
    modules: Vec<ParsedModule>,
    /// The modules by normalized path.
    known: HashMap<PathBuf, ModuleId>,
    /// The identities of the files that are being read: each includes the next.
    open: Vec<PathBuf>,
    errors: Vec<Diagnostic>,
}

impl<S: ReadSource> Files<'_, S> {
    /// Reads a file's text.
    fn read(
        &mut self,
        path: &Path,
        include: Option<&Spanned<String>>,
    ) -> Result<FileId, Box<Diagnostic>> {
        let fail = |code, what: &str| {
            let shown = path.display();
            let error = match include {
                Some(include) => {
                    let message = format!("can't read include file '{shown}': {what}");
                    Diagnostic::new(code, include.span, message)
                }
                None => {
                    let message = format!("can't read schema file '{shown}': {what}");
                    Diagnostic::at(code, Location::File(path.to_owned()), message)
                }
            };
            Box::new(error)
        };
        let content = self
            .source
            .read(path)
            .map_err(|error| fail(Code::UnreadableFile, &describe(&error)))?;
        let (text, invalid) = match String::from_utf8(content) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                (text, Some(at))
            }
        };
        let included_from = include.map(|include| include.span);
        let too_large = format!("it is larger than {} MiB", MAX_FILE_SIZE >> 20);
        let file = self
            .sources
            .add(path.to_owned(), text, included_from)
            .ok_or_else(|| fail(Code::FileTooLarge, &too_large))?;
        match invalid {
            None => Ok(file),
            Some(at) => {
                let span = Span::new(file, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
                Err(Diagnostic::new(Code::InvalidUtf8, span, "invalid UTF-8").into())
            }
        }
    }

    /// Parses a file, and reads what it includes.
    fn module(&mut self, path: &Path, file: FileId) -> ModuleId {
        let id = ModuleId(self.modules.len() as u32);
        let normal = normalize(path);
        let mut own = Vec::new();
        let parsed = parse::parse(&self.sources, file, self.strictness, &mut own);
        let directives: Vec<Item> = parsed
            .items
            .iter()
            .filter(|item| matches!(item, Item::Include(_) | Item::Pragma(_)))
            .cloned()
            .collect();
        self.modules.push(ParsedModule {
            name: relative(&normal, &self.folder),
            file: parsed,
            includes: Vec::new(),
        });
        self.known.insert(normal, id);
        self.open.push(self.source.identity(path));

        // QEMU's frontend reads an included file before it goes on in the including one: what is
        // wrong is reported in that order.
        let mut own = own.into_iter().peekable();
        for directive in directives {
            let span = match &directive {
                Item::Include(include) => include.span,
                Item::Pragma(pragma) => pragma.span,
                Item::Definition { .. } | Item::Comment(_) => continue,
            };
            while let Some(error) = own.next_if(|error| error.span() < Some(span)) {
                self.errors.push(error);
            }
            match directive {
                Item::Include(include) => match self.include(path, &include) {
                    Ok(included) => self.modules[id.0 as usize].includes.push(included),
                    Err(error) => self.errors.push(*error),
                },
                Item::Pragma(object) => pragma::check(&object, self.strictness, &mut self.errors),
                Item::Definition { .. } | Item::Comment(_) => {}
            }
        }
        self.errors.extend(own);
        self.open.pop();
        id
    }

    /// The module that an `include` directive of the file at `from` names.
    fn include(
        &mut self,
        from: &Path,
        include: &Spanned<String>,
    ) -> Result<ModuleId, Box<Diagnostic>> {
        let folder = from.parent().unwrap_or(Path::new(""));
        let path = folder.join(&include.value);
        if self.open.contains(&self.source.identity(&path)) {
            let message = format!("inclusion loop for {}", include.value);
            return Err(Diagnostic::new(Code::IncludeLoop, include.span, message).into());
        }
        if let Some(known) = self.known.get(&normalize(&path)) {
            return Ok(*known);
        }
        if self.open.len() >= MAX_INCLUDE_DEPTH {
            let message = format!("included more than {MAX_INCLUDE_DEPTH} levels deep");
            let error = Diagnostic::new(Code::TooDeep, include.span, message);
            let help = "include the files from one file, not each from the one before";
            return Err(error.with_help(help).into());
        }
        let file = self.read(&path, Some(include))?;
        Ok(self.module(&path, file))
    }
}

/// What is wrong with a file, the same on every system.
fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// The way from a folder to a file, both normalized, with `/` between the parts.
fn relative(path: &Path, folder: &Path) -> String {
    let mut from = folder.components().peekable();
    let mut to = path.components().peekable();
    while let (Some(one), Some(other)) = (from.peek(), to.peek())
        && one == other
    {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..".to_owned());
    let down = to.map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}
