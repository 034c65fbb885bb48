//! Generated files: what they are, and how they get into a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Generated files, by their path relative to the output folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The files' contents.
    pub files: BTreeMap<PathBuf, String>,
}

/// How a folder differs from what should be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drift {
    /// A file is not there.
    Missing(PathBuf),
    /// A file has other contents.
    Changed(PathBuf),
    /// A file is there that was not generated.
    Orphaned(PathBuf),
}

impl std::fmt::Display for Drift {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Drift::Missing(path) => write!(f, "{}: missing", path.display()),
            Drift::Changed(path) => write!(f, "{}: differs", path.display()),
            Drift::Orphaned(path) => write!(f, "{}: not generated", path.display()),
        }
    }
}

impl Output {
    /// Writes the files into `dir`, those alone that differ, and gives the paths written.
    ///
    /// # Errors
    ///
    /// When a file or folder cannot be written.
    pub fn write(&self, dir: &Path) -> Result<Vec<PathBuf>, Error> {
        let mut written = Vec::new();
        for (path, content) in &self.files {
            let path = dir.join(path);
            if fs::read(&path).is_ok_and(|old| old == content.as_bytes()) {
                continue;
            }
            let parent = path.parent().unwrap_or(dir);
            fs::create_dir_all(parent).map_err(io_error("create", parent))?;
            fs::write(&path, content).map_err(io_error("write", &path))?;
            written.push(path);
        }
        Ok(written)
    }

    /// Makes `dir` hold these files and no others.
    ///
    /// # Errors
    ///
    /// When a file or folder cannot be read, written or removed.
    pub fn sync(&self, dir: &Path) -> Result<(), Error> {
        for drift in self.drift(dir)? {
            if let Drift::Orphaned(path) = drift {
                let path = dir.join(path);
                fs::remove_file(&path).map_err(io_error("remove", &path))?;
            }
        }
        self.write(dir).map(drop)
    }

    /// How `dir` differs from these files, in the order of the paths.
    ///
    /// # Errors
    ///
    /// When a file or folder cannot be read.
    pub fn drift(&self, dir: &Path) -> Result<Vec<Drift>, Error> {
        let present = list(dir)?;
        let mut drift = Vec::new();
        let all: BTreeSet<&PathBuf> = self.files.keys().chain(&present).collect();
        for path in all {
            let full = dir.join(path);
            match self.files.get(path) {
                None => drift.push(Drift::Orphaned(path.clone())),
                Some(_) if !present.contains(path) => drift.push(Drift::Missing(path.clone())),
                Some(content) => {
                    let old = fs::read(&full).map_err(io_error("read", &full))?;
                    if old != content.as_bytes() {
                        drift.push(Drift::Changed(path.clone()));
                    }
                }
            }
        }
        Ok(drift)
    }
}

/// The files below `dir`, relative to it; none when there is no such folder.
fn list(dir: &Path) -> Result<BTreeSet<PathBuf>, Error> {
    let mut files = BTreeSet::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(folder) = pending.pop() {
        let full = dir.join(&folder);
        let entries = match fs::read_dir(&full) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(io_error("read", &full)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(io_error("read", &full))?;
            let path = folder.join(entry.file_name());
            let kind = entry.file_type().map_err(io_error("read", &full))?;
            if kind.is_dir() {
                pending.push(path);
            } else {
                files.insert(path);
            }
        }
    }
    Ok(files)
}

fn io_error<'p>(action: &'static str, path: &'p Path) -> impl Fn(io::Error) -> Error + 'p {
    move |source| Error::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(files: &[(&str, &str)]) -> Output {
        let files = files
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()));
        Output {
            files: files.collect(),
        }
    }

    #[test]
    fn a_folder_drifts_by_missing_changed_and_orphaned_files() {
        let dir = tempfile::tempdir().unwrap();
        output(&[("a.rs", "a"), ("sub/b.rs", "b"), ("old.rs", "")])
            .write(dir.path())
            .unwrap();
        let wanted = output(&[("a.rs", "a"), ("sub/b.rs", "B"), ("new.rs", "")]);
        assert_eq!(
            wanted.drift(dir.path()).unwrap(),
            [
                Drift::Missing("new.rs".into()),
                Drift::Orphaned("old.rs".into()),
                Drift::Changed("sub/b.rs".into()),
            ]
        );
        wanted.sync(dir.path()).unwrap();
        assert_eq!(wanted.drift(dir.path()).unwrap(), []);
    }

    #[test]
    fn what_is_the_same_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let files = output(&[("a.rs", "a"), ("b.rs", "b")]);
        assert_eq!(files.write(dir.path()).unwrap().len(), 2);
        assert!(files.write(dir.path()).unwrap().is_empty());
    }

    #[test]
    fn everything_is_missing_where_there_is_no_folder() {
        let dir = tempfile::tempdir().unwrap();
        let drift = output(&[("a.rs", "a")])
            .drift(&dir.path().join("none"))
            .unwrap();
        assert_eq!(drift, [Drift::Missing("a.rs".into())]);
    }
}
