//! Reads a root file and everything that it includes.

use std::collections::HashMap;
use std::io;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::vec;

use super::{Parsed, ParsedModule, Pragmas, Rules, Strictness};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::missing::Missing;
use crate::parse;
use crate::schema::ModuleId;
use crate::source::{FileId, MAX_FILE_SIZE, ReadSource, Sources, Span, normalize};
use crate::syntax::{Include, Item};

/// How many files may be open at once because one includes another. QEMU's own schemas need 4;
/// its frontend gives up at about 300, where Python does.
pub const MAX_INCLUDE_DEPTH: usize = 512;

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
        pragmas: Pragmas::default(),
        missing: Missing::default(),
        errors: Vec::new(),
    };
    match files.read(root, None) {
        Ok(file) => {
            files.open(root, file);
            files.walk();
        }
        Err(error) => {
            files.missing.others = true;
            files.errors.push(*error);
        }
    }
    let parsed = Parsed {
        sources: files.sources,
        modules: files.modules,
        rules: Rules {
            strictness,
            pragmas: files.pragmas,
        },
        missing: files.missing,
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
    /// The files that are being read: each includes the next. Not on the machine's stack, which
    /// the depth that is allowed could exhaust.
    open: Vec<Open>,
    pragmas: Pragmas,
    missing: Missing,
    errors: Vec<Diagnostic>,
}

/// A file that is parsed, and whose directives are being followed.
struct Open {
    id: ModuleId,
    path: PathBuf,
    identity: PathBuf,
    /// The directives that are left.
    directives: vec::IntoIter<Item>,
    /// What is wrong with the rest of the file itself.
    errors: Peekable<vec::IntoIter<Diagnostic>>,
}

impl<S: ReadSource> Files<'_, S> {
    /// Reads a file's text.
    fn read(&mut self, path: &Path, include: Option<&Include>) -> Result<FileId, Box<Diagnostic>> {
        let fail = |code, what: &str| {
            let shown = path.display();
            let error = match include {
                Some(include) => {
                    let message = format!("can't read include file '{shown}': {what}");
                    include_error(code, include, message)
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
        let included_from = include.map(|include| include.path.span);
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

    /// Parses a file; what it includes is read next.
    fn open(&mut self, path: &Path, file: FileId) -> ModuleId {
        let id = ModuleId(self.modules.len() as u32);
        let normal = normalize(path);
        let mut errors = Vec::new();
        let parsed = parse::parse(
            &self.sources,
            file,
            self.strictness,
            &mut self.missing,
            &mut errors,
        );
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
        self.open.push(Open {
            id,
            path: path.to_owned(),
            identity: self.source.identity(path),
            directives: directives.into_iter(),
            errors: errors.into_iter().peekable(),
        });
        id
    }

    /// Follows the directives of the open files, and of those that they include.
    ///
    /// QEMU's frontend reads an included file before it goes on in the including one: what is
    /// wrong is reported in that order.
    fn walk(&mut self) {
        while let Some(open) = self.open.last_mut() {
            let Some(directive) = open.directives.next() else {
                self.errors.extend(open.errors.by_ref());
                self.open.pop();
                continue;
            };
            let span = match &directive {
                Item::Include(include) => include.path.span,
                Item::Pragma(pragma) => pragma.span,
                Item::Definition { .. } | Item::Comment(_) => continue,
            };
            while let Some(error) = open.errors.next_if(|error| error.span() < Some(span)) {
                self.errors.push(error);
            }
            match directive {
                Item::Include(include) => {
                    let (id, path) = (open.id, open.path.clone());
                    match self.include(&path, &include) {
                        Ok(included) => self.modules[id.0 as usize].includes.push(included),
                        Err(error) => {
                            self.missing.others = true;
                            self.modules[id.0 as usize].file.items.retain(|item| {
                                !matches!(item, Item::Include(other) if other.span == include.span)
                            });
                            self.errors.push(*error);
                        }
                    }
                }
                Item::Pragma(object) => {
                    let reported = self.errors.len();
                    let errors = &mut self.errors;
                    self.pragmas.apply(object, self.strictness, errors);
                    self.missing.pragmas |= self.errors.len() > reported;
                }
                Item::Definition { .. } | Item::Comment(_) => {}
            }
        }
    }

    /// The module that an `include` directive of the file at `from` names.
    fn include(&mut self, from: &Path, include: &Include) -> Result<ModuleId, Box<Diagnostic>> {
        let folder = from.parent().unwrap_or(Path::new(""));
        let path = folder.join(include.path.value.as_str());
        let identity = self.source.identity(&path);
        if self.open.iter().any(|open| open.identity == identity) {
            let message = format!("inclusion loop for {}", include.path.value);
            return Err(include_error(Code::IncludeLoop, include, message).into());
        }
        if let Some(known) = self.known.get(&normalize(&path)) {
            return Ok(*known);
        }
        if self.open.len() >= MAX_INCLUDE_DEPTH {
            let message = format!("included more than {MAX_INCLUDE_DEPTH} levels deep");
            let error = include_error(Code::TooDeep, include, message);
            let help = "include the files from one file, not each from the one before";
            return Err(error.with_help(help).into());
        }
        let file = self.read(&path, Some(include))?;
        Ok(self.open(&path, file))
    }
}

fn include_error(code: Code, include: &Include, message: String) -> Diagnostic {
    Diagnostic::new(code, include.path.span, message).with_anchor(include.span)
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
