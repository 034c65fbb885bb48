//! Generated files: what they are, and how they get into a folder.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::introspection::Introspection;

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

impl Drift {
    /// The file, relative to the folder.
    pub fn path(&self) -> &Path {
        match self {
            Drift::Missing(path) | Drift::Changed(path) | Drift::Orphaned(path) => path,
        }
    }
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
    /// Writes the files into `dir`, those alone that differ.
    ///
    /// # Errors
    ///
    /// When a file or folder cannot be written, or one that is generated would overwrite a file
    /// that is not; nothing is written then. What is generated says `@generated` in its first
    /// line, or is a [descriptor](crate::introspection::Introspection::descriptor).
    pub fn write(&self, dir: &Path) -> Result<(), Error> {
        self.check_overwritten(dir)?;
        for (path, content) in &self.files {
            let path = dir.join(path);
            if holds(&path, content) {
                continue;
            }
            let parent = path.parent().unwrap_or(dir);
            fs::create_dir_all(parent).map_err(io_error("create", parent))?;
            if path.is_symlink() {
                // What it points to is not ours.
                fs::remove_file(&path).map_err(io_error("remove", &path))?;
            }
            fs::write(&path, content).map_err(io_error("write", &path))?;
        }
        Ok(())
    }

    /// Makes `dir` hold these files and no others. Of the others, it removes those that were
    /// generated as these are, and folders that become empty.
    ///
    /// # Errors
    ///
    /// When a file or folder cannot be read, written or removed, or a file is there that is not
    /// [generated](Self::write), or by something else, as its first line says up to a `.` or `:`;
    /// nothing is written or removed then.
    pub fn sync(&self, dir: &Path) -> Result<(), Error> {
        self.check_overwritten(dir)?;
        let drift = self.drift(dir)?;
        let orphaned: Vec<PathBuf> = drift
            .into_iter()
            .filter_map(|drift| match drift {
                Drift::Orphaned(path) => Some(dir.join(path)),
                Drift::Missing(_) | Drift::Changed(_) => None,
            })
            .collect();
        let ours: HashSet<String> = self.files.values().filter_map(mark).collect();
        for path in &orphaned {
            let path = path.clone();
            match fs::read(&path).ok().and_then(|text| mark(&text)) {
                None => return Err(Error::NotGenerated { path }),
                Some(mark) if mark != DESCRIPTOR && !ours.contains(&mark) => {
                    return Err(Error::GeneratedElsewhere { path });
                }
                Some(_) => {}
            }
        }
        for path in orphaned {
            fs::remove_file(&path).map_err(io_error("remove", &path))?;
            let folders = path.ancestors().skip(1);
            for folder in folders.take_while(|folder| *folder != dir) {
                // Fails where there is more in it.
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        self.write(dir)
    }

    /// How `dir` differs from these files, in the order of the paths.
    ///
    /// # Errors
    ///
    /// When a file or folder cannot be read.
    pub fn drift(&self, dir: &Path) -> Result<Vec<Drift>, Error> {
        let others = list(dir)?.into_iter();
        let others = others.filter(|path| !self.files.contains_key(path));
        let mut drift = self.outdated(dir);
        drift.extend(others.map(Drift::Orphaned));
        drift.sort_by(|one, other| one.path().cmp(other.path()));
        Ok(drift)
    }

    /// Which of these files are missing in `dir` or differ there, in the order of the paths. Of
    /// other files there it says nothing.
    pub fn outdated(&self, dir: &Path) -> Vec<Drift> {
        let outdated = self.files.iter().filter_map(|(path, content)| {
            let full = dir.join(path);
            match full.symlink_metadata() {
                Ok(_) if holds(&full, content) => None,
                Ok(_) => Some(Drift::Changed(path.clone())),
                Err(_) => Some(Drift::Missing(path.clone())),
            }
        });
        outdated.collect()
    }

    /// Fails where a file that somebody has written would be overwritten by a generated one.
    fn check_overwritten(&self, dir: &Path) -> Result<(), Error> {
        for (path, content) in &self.files {
            let path = dir.join(path);
            if mark(content).is_some() && path.is_file() && !file_is_generated(&path) {
                return Err(Error::NotGenerated { path });
            }
        }
        Ok(())
    }
}

/// Whether the file at `path` is one, and holds `content`.
fn holds(path: &Path, content: &str) -> bool {
    !path.is_symlink() && fs::read(path).is_ok_and(|old| old == content.as_bytes())
}

/// What a generated text says in its first line that it is generated by. A descriptor, which is
/// JSON, cannot say so.
fn mark(text: impl AsRef<[u8]>) -> Option<String> {
    let text = text.as_ref();
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    match line.find("@generated").and_then(|start| line.get(start..)) {
        Some(mark) => mark.split(['.', ':']).next().map(str::to_owned),
        None => Introspection::is_descriptor(text).then(|| DESCRIPTOR.to_owned()),
    }
}

/// The mark of a descriptor.
const DESCRIPTOR: &str = "descriptor";

/// Whether the file at `path` is there, and is generated.
fn file_is_generated(path: &Path) -> bool {
    fs::read(path).is_ok_and(|text| mark(text).is_some())
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
        let old = output(&[
            ("a.rs", "a"),
            ("sub/b.rs", "b"),
            ("x/y/old.rs", "// @generated"),
        ]);
        old.write(dir.path()).unwrap();
        let wanted = output(&[
            ("a.rs", "a"),
            ("sub/b.rs", "B"),
            ("new.rs", "// @generated"),
        ]);
        assert_eq!(
            wanted.drift(dir.path()).unwrap(),
            [
                Drift::Missing("new.rs".into()),
                Drift::Changed("sub/b.rs".into()),
                Drift::Orphaned("x/y/old.rs".into()),
            ]
        );
        wanted.sync(dir.path()).unwrap();
        assert_eq!(wanted.drift(dir.path()).unwrap(), []);
        assert!(!dir.path().join("x").exists(), "empty folders go, too");
    }

    #[test]
    fn what_is_the_same_is_not_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let files = output(&[("a.rs", "a")]);
        files.write(dir.path()).unwrap();
        let path = dir.path().join("a.rs");
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        files.write(dir.path()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
    }

    #[test]
    fn everything_is_missing_where_there_is_no_folder() {
        let dir = tempfile::tempdir().unwrap();
        let drift = output(&[("a.rs", "a")])
            .drift(&dir.path().join("none"))
            .unwrap();
        assert_eq!(drift, [Drift::Missing("a.rs".into())]);
    }

    #[test]
    fn what_was_not_generated_is_never_removed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("mine.rs"), "fn main() {}").unwrap();
        let error = output(&[("a.rs", "a")]).sync(dir.path()).unwrap_err();
        assert!(matches!(error, Error::NotGenerated { .. }), "{error}");
        assert!(dir.path().join("mine.rs").exists());
        assert!(!dir.path().join("a.rs").exists());
    }

    #[test]
    fn what_was_not_generated_is_never_overwritten_by_what_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.rs");
        fs::write(&path, "fn main() {}").unwrap();
        let files = output(&[("a.rs", "// @generated\n"), ("b.rs", "")]);
        for result in [files.write(dir.path()), files.sync(dir.path())] {
            let error = result.unwrap_err();
            assert!(matches!(error, Error::NotGenerated { .. }), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "fn main() {}");
            assert!(!dir.path().join("b.rs").exists());
        }
        assert_eq!(
            files.outdated(dir.path()),
            [Drift::Changed("a.rs".into()), Drift::Missing("b.rs".into())]
        );
        fs::remove_file(&path).unwrap();
        files.write(dir.path()).unwrap();
        output(&[("a.rs", "// @generated again\n")])
            .write(dir.path())
            .unwrap();
        assert_eq!(files.outdated(dir.path()), [Drift::Changed("a.rs".into())]);
    }

    #[test]
    fn what_something_else_has_generated_is_never_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sub/other.rs");
        let files = output(&[("a.rs", "// @generated by this: a.rs\n")]);
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(&path, "// @generated by that. Do not edit.\n").unwrap();
        let error = files.sync(dir.path()).unwrap_err();
        assert!(matches!(error, Error::GeneratedElsewhere { .. }), "{error}");
        assert!(path.exists() && !dir.path().join("a.rs").exists());
        fs::write(&path, "// @generated by this: other.rs\n").unwrap();
        files.sync(dir.path()).unwrap();
        assert!(!path.exists() && dir.path().join("a.rs").exists());
    }

    #[test]
    fn a_descriptor_takes_the_place_of_descriptors_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("api.json");
        let entry = r#"{"meta-type":"command","name":"stop","module":"vm","arg-type":"q_empty"}"#;
        let descriptor = format!("[\n{entry}\n]\n");
        let files = output(&[("api.json", &descriptor)]);
        for foreign in [
            "{ 'command': 'stop' }\n",
            "",
            "[\n{\"meta-type\":\"command\",\"name\":\"stop\",\"arg-type\":\"0\"}\n]\n",
        ] {
            fs::write(&path, foreign).unwrap();
            for result in [files.write(dir.path()), files.sync(dir.path())] {
                assert!(matches!(result, Err(Error::NotGenerated { .. })));
                assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
            }
            let result = output(&[]).sync(dir.path());
            assert!(matches!(result, Err(Error::NotGenerated { .. })));
        }
        for old in ["[]\n", &descriptor.replace("stop", "cont")] {
            fs::write(&path, old).unwrap();
            files.write(dir.path()).unwrap();
            assert_eq!(files.outdated(dir.path()), []);
        }
        output(&[]).sync(dir.path()).unwrap();
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_points_to_is_never_written() {
        let dir = tempfile::tempdir().unwrap();
        let precious = dir.path().join("precious");
        fs::write(&precious, "mine").unwrap();
        let out = dir.path().join("out");
        fs::create_dir(&out).unwrap();
        std::os::unix::fs::symlink(&precious, out.join("a.rs")).unwrap();
        std::os::unix::fs::symlink("nowhere", out.join("b.rs")).unwrap();
        let files = output(&[("a.rs", "mine"), ("b.rs", "b")]);
        let drift = files.drift(&out).unwrap();
        assert_eq!(
            drift,
            [Drift::Changed("a.rs".into()), Drift::Changed("b.rs".into())]
        );
        files.sync(&out).unwrap();
        assert_eq!(files.drift(&out).unwrap(), []);
        assert_eq!(fs::read_to_string(&precious).unwrap(), "mine");
    }
}
