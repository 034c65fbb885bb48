//! A QEMU source tree: a folder or a release tarball.

mod release;
mod tarball;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use qapi_parser::source::{MAX_FILE_SIZE, ReadSource};

use super::inside;
use release::Release;

/// The folders with the schemas.
const FOLDERS: [&str; 3] = ["qapi", "qga", "storage-daemon"];

/// The file that names the version.
const VERSION: &str = "VERSION";

/// A source tree of a release: what is read from it is its schema files.
pub(super) struct Tree {
    pub(super) version: Release,
    files: Files,
}

/// Where the files of a tree are.
enum Files {
    /// In this folder. Each is read when it is asked for: what else is there does not matter.
    Folder(PathBuf),
    /// In memory, by their path with `/` between the parts.
    Memory(BTreeMap<String, Entry>),
}

/// A file of a tarball.
enum Entry {
    File(Vec<u8>),
    Link,
}

impl Tree {
    /// Reads the tree at `path`.
    pub(super) fn open(path: &Path) -> anyhow::Result<Tree> {
        let files = if path.is_dir() {
            Files::Folder(path.to_owned())
        } else {
            let files = tarball::read(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Files::Memory(files)
        };
        let no_tree = || format!("{}: no QEMU source tree", path.display());
        let version = files
            .read(VERSION)
            .map_err(|error| anyhow!("it has no VERSION: {error}"))
            .with_context(no_tree)?;
        let version = Release::parse(&version).with_context(no_tree)?;
        Ok(Tree { version, files })
    }

    /// Whether there is something at `path`, be it readable or not.
    pub(super) fn has(&self, path: &str) -> bool {
        match &self.files {
            Files::Folder(root) => root.join(path).symlink_metadata().is_ok(),
            Files::Memory(files) => files.contains_key(path),
        }
    }
}

impl ReadSource for Tree {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match inside(path) {
            Some(path) if is_schema(&path) => self.files.read(&path),
            _ => Err(io::Error::other(
                "it is no .json file in qapi, qga or storage-daemon",
            )),
        }
    }

    fn identity(&self, path: &Path) -> PathBuf {
        let inside = inside(path).map_or_else(|| path.to_owned(), PathBuf::from);
        match &self.files {
            Files::Folder(root) => root.join(&inside).canonicalize().unwrap_or(inside),
            Files::Memory(_) => inside,
        }
    }
}

impl Files {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match self {
            Files::Folder(root) => read_file(&root.join(path)),
            Files::Memory(files) => match files.get(path) {
                Some(Entry::File(content)) => Ok(content.clone()),
                Some(Entry::Link) => Err(io::Error::other(
                    "it is a link, and those in a tarball are not followed",
                )),
                None => Err(io::ErrorKind::NotFound.into()),
            },
        }
    }
}

/// Reads a file, and of a large one enough for the parser to refuse it.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Reading a pipe would wait for whoever writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut content = Vec::new();
    let limit = MAX_FILE_SIZE as u64 + 1;
    File::open(path)?.take(limit).read_to_end(&mut content)?;
    Ok(content)
}

fn is_schema(path: &str) -> bool {
    let is_top = |folder: &str| path.split('/').next() == Some(folder);
    path.ends_with(".json") && FOLDERS.into_iter().any(is_top)
}
