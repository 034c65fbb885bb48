//! What is mutated: the schemas of a QEMU source tree.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use qapi_parser::source::{MemorySource, OsSource, ReadSource};
use qapi_parser::{Loader, Strictness};

use super::random::Random;
use crate::conformance;

/// A schema of the tree.
pub(super) struct Subject {
    /// The path of its root file in the tree.
    pub(super) root: String,
    /// The root's text, where the tree has no such file.
    pub(super) made: Option<String>,
    /// The files of the tree to mutate one of.
    pub(super) files: Vec<String>,
}

/// The schemas of a tree, and how often each kind is taken.
pub(super) struct Subjects {
    kinds: Vec<(usize, Vec<Subject>)>,
}

/// The large schemas, and how often each is taken: the first takes QEMU's frontend long.
const WHOLE: [(&str, usize); 3] = [
    ("qapi/qapi-schema.json", 3),
    ("storage-daemon/qapi/qapi-schema.json", 4),
    ("qga/qapi-schema.json", 13),
];

/// How often one of the test cases is taken.
const CASES: usize = 50;

/// How often one module of the large schema is taken, with only what it includes.
const MODULES: usize = 30;

/// The folder of those modules, and the module with the exceptions to the rules for all.
const MODULE_FOLDER: &str = "qapi";
const PRAGMA: &str = "pragma.json";

impl Subjects {
    /// The schemas of the tree at `tree`.
    pub(super) fn read(tree: &Path) -> anyhow::Result<Self> {
        let mut kinds = Vec::new();
        for (root, weight) in WHOLE {
            if tree.join(root).exists() {
                kinds.push((weight, vec![Subject::new(tree, root.to_owned(), None)]));
            }
        }
        let cases = schemas(tree, conformance::FOLDER)?;
        let case = |name| {
            let root = format!("{}/{name}", conformance::FOLDER);
            Subject::new(tree, root, None)
        };
        kinds.push((CASES, cases.into_iter().map(case).collect()));
        let modules = schemas(tree, MODULE_FOLDER)?;
        let has_pragma = modules.iter().any(|name| name == PRAGMA);
        let module = |name: String| {
            let pragma = if has_pragma {
                format!("{{ 'include': '{PRAGMA}' }}\n")
            } else {
                String::new()
            };
            let made = format!("{pragma}{{ 'include': '{name}' }}\n");
            let root = format!("{MODULE_FOLDER}/only-{name}");
            let mut subject = Subject::new(tree, root, Some(made));
            subject.files = vec![format!("{MODULE_FOLDER}/{name}")];
            subject
        };
        kinds.push((MODULES, modules.into_iter().map(module).collect()));
        kinds.retain(|(_, subjects)| !subjects.is_empty());
        Ok(Subjects { kinds })
    }

    /// One of them.
    pub(super) fn pick(&self, random: &mut Random) -> Option<&Subject> {
        let all: usize = self.kinds.iter().map(|(weight, _)| weight).sum();
        let mut left = random.below(all);
        for (weight, subjects) in &self.kinds {
            if left < *weight {
                return random.pick(subjects);
            }
            left -= weight;
        }
        None
    }
}

impl Subject {
    fn new(tree: &Path, root: String, made: Option<String>) -> Self {
        let overlay: MemorySource = made.iter().map(|text| (&root, text.as_str())).collect();
        let source = TreeSource { tree, overlay };
        let loader = Loader::new().strictness(Strictness::Lenient);
        let files = match loader.parse_from(&source, &root) {
            Ok(parsed) => {
                let files = parsed.sources().iter();
                files
                    .map(|(_, file)| file.path().to_string_lossy().into_owned())
                    .filter(|file| made.is_none() || *file != root)
                    .collect()
            }
            Err(_) => vec![root.clone()],
        };
        Subject { root, made, files }
    }
}

/// A tree with some files of it replaced.
pub(super) struct TreeSource<'a> {
    pub(super) tree: &'a Path,
    pub(super) overlay: MemorySource,
}

impl ReadSource for TreeSource<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.overlay.read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                OsSource.read(&self.tree.join(path))
            }
            result => result,
        }
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.overlay.identity(path)
    }
}

/// The names of the schema files in a folder, sorted.
fn schemas(tree: &Path, folder: &str) -> anyhow::Result<Vec<String>> {
    let folder = tree.join(folder);
    let mut names = Vec::new();
    if !folder.is_dir() {
        return Ok(names);
    }
    let entries = fs::read_dir(&folder);
    for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".json") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
