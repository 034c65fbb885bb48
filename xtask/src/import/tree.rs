//! A QEMU source tree: a folder or a release tarball.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, bail};
use lzma_rust2::XzReader;
use qapi_parser::source::MemorySource;

/// The folders with the schemas.
const FOLDERS: [&str; 3] = ["qapi", "qga", "storage-daemon"];

/// What is taken from a tree.
pub(super) struct Tree {
    pub(super) version: Release,
    /// The schema files by their path, with `/` between the parts.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

/// A version of QEMU as its tree names it: `10.2.2`.
pub(super) struct Release {
    text: String,
    /// `major.minor`
    minor: String,
}

impl Tree {
    /// Reads the tree at `path`.
    pub(super) fn open(path: &Path) -> anyhow::Result<Tree> {
        let mut files = if path.is_dir() {
            folder(path)
        } else {
            tarball(path)
        }
        .with_context(|| format!("{} cannot be read", path.display()))?;
        let version = files.remove("VERSION");
        let version = version.as_deref().and_then(Release::parse);
        let Some(version) = version else {
            bail!(
                "{}: no QEMU source tree: it has no VERSION with a version",
                path.display()
            );
        };
        Ok(Tree { version, files })
    }

    /// The schema files as the parser reads them.
    pub(super) fn source(&self) -> MemorySource {
        let files = self.files.iter();
        files
            .map(|(path, content)| (path, content.clone()))
            .collect()
    }
}

impl Release {
    fn parse(content: &[u8]) -> Option<Release> {
        let text = std::str::from_utf8(content).ok()?.trim();
        let parts: Vec<&str> = text.split('.').collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let [major, minor, ..] = parts[..] else {
            return None;
        };
        parts.iter().all(is_number).then(|| Release {
            text: text.to_owned(),
            minor: format!("{major}.{minor}"),
        })
    }

    /// `major.minor`
    pub(super) fn minor(&self) -> &str {
        &self.minor
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn folder(root: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut pending: Vec<String> = FOLDERS.map(str::to_owned).to_vec();
    if let Ok(version) = fs::read(root.join("VERSION")) {
        files.insert("VERSION".to_owned(), version);
    }
    while let Some(folder) = pending.pop() {
        let path = root.join(&folder);
        if !path.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = format!("{folder}/{name}");
            if entry.file_type()?.is_dir() {
                pending.push(path);
            } else if is_wanted(&path) {
                let content = fs::read(entry.path()).with_context(|| path.clone())?;
                files.insert(path, content);
            }
        }
    }
    Ok(files)
}

/// Reads a `.tar.xz`, whose files are all in one folder (`qemu-10.2.2/`).
fn tarball(path: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let file = BufReader::new(File::open(path)?);
    let mut archive = tar::Archive::new(BufReader::new(XzReader::new(file, true)));
    let mut files = BTreeMap::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?;
        let Some((_, path)) = path.to_str().and_then(|path| path.split_once('/')) else {
            continue;
        };
        let path = path.to_owned();
        if entry.header().entry_type().is_file() && (path == "VERSION" || is_wanted(&path)) {
            let mut content = Vec::new();
            entry.read_to_end(&mut content)?;
            files.insert(path, content);
        }
    }
    Ok(files)
}

fn is_wanted(path: &str) -> bool {
    let is_schema = |folder: &str| path.split('/').next() == Some(folder);
    path.ends_with(".json") && FOLDERS.into_iter().any(is_schema)
}
