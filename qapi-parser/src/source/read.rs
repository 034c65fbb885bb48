//! Where source files come from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use super::MAX_FILE_SIZE;

/// A place to read source files from.
pub trait ReadSource {
    /// The content of the file at `path`.
    ///
    /// # Errors
    ///
    /// What keeps it from being read. It becomes a part of the message of a diagnostic.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// One path for each file, however it was reached: what tells an include loop that goes
    /// through a symbolic link. Where there are no links, the absolute path will do.
    fn identity(&self, path: &Path) -> PathBuf {
        normalize(path)
    }
}

/// The file system of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsSource;

impl ReadSource for OsSource {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // One byte more is enough for the file to be refused.
        let limit = MAX_FILE_SIZE as u64 + 1;
        let file = File::open(path)?;
        // Room for the whole file and no more: this text stays as long as the schema does.
        let size = file.metadata()?.len().min(limit);
        let mut content = Vec::with_capacity(size as usize);
        file.take(limit).read_to_end(&mut content)?;
        Ok(content)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        path.canonicalize().unwrap_or_else(|_| normalize(path))
    }
}

/// Files in memory.
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemorySource {
    /// Without files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, in place of an earlier one at the same path.
    pub fn insert(&mut self, path: impl AsRef<Path>, content: impl Into<Vec<u8>>) {
        self.files.insert(normalize(path.as_ref()), content.into());
    }
}

impl<P: AsRef<Path>, C: Into<Vec<u8>>> FromIterator<(P, C)> for MemorySource {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        let mut source = MemorySource::new();
        for (path, content) in files {
            source.insert(path, content);
        }
        source
    }
}

impl ReadSource for MemorySource {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files
            .get(&normalize(path))
            .cloned()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// The absolute path without `.` and `..`, by its text alone, as Python's `os.path.abspath`:
/// QEMU's frontend tells files apart by it.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path);
    let mut normal = PathBuf::new();
    for component in absolute.as_deref().unwrap_or(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            _ => normal.push(component),
        }
    }
    normal
}
