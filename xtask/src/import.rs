//! `cargo xtask import`: the facts of a QEMU source tree, into `schema/`.
//!
//! What is written means the same as what was read, prose aside: that is checked before any
//! file is touched.

mod facts;
mod print;
pub(crate) mod record;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use qapi_codegen::Output;
use qapi_parser::source::{MemorySource, ReadSource};
use qapi_parser::{Loader, Parsed, Schema, Strictness};

use crate::interface::Interface;
use tree::Tree;

/// What to import.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A QEMU source tree: a folder, or a release tarball (.tar.xz)
    pub(crate) tree: PathBuf,
}

/// Imports a tree into its version's folder below `schema/`.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let tree = Tree::open(&options.tree)?;
    let output =
        import(&tree).with_context(|| format!("{} cannot be imported", options.tree.display()))?;
    let folder = Path::new("schema").join(tree.version.minor());
    output.sync(&workspace.join(&folder))?;
    let count = output.files.len();
    println!(
        "{}: {count} files of QEMU {}",
        folder.display(),
        tree.version
    );
    Ok(())
}

/// The schemas of a tree with all that they say, and the tree's version.
pub(crate) fn load(path: &Path) -> anyhow::Result<(String, Vec<(Interface, Schema)>)> {
    let tree = Tree::open(path)?;
    let load = |interface: Interface| Ok((interface, resolve(parse(&tree, interface.root())?)?));
    let schemas: anyhow::Result<Vec<_>> = interfaces(&tree).map(load).collect();
    let schemas = schemas.with_context(|| format!("{} cannot be read", path.display()))?;
    Ok((tree.version.to_string(), schemas))
}

/// The interfaces that a tree has: QEMU before 5.0 has no storage daemon.
fn interfaces(tree: &Tree) -> impl Iterator<Item = Interface> {
    let all = Interface::ALL.into_iter();
    all.filter(|it| *it != Interface::Qsd || tree.has(it.root()))
}

/// The files that a tree's facts make.
fn import(tree: &Tree) -> anyhow::Result<Output> {
    let mut modules: BTreeMap<String, String> = BTreeMap::new();
    let mut roots = Vec::new();
    for interface in interfaces(tree) {
        let root = interface.root();
        let parsed = parse(tree, root)?;
        for module in parsed.modules() {
            let path = parsed.sources().get(module.file().file).path();
            let path =
                inside(path).ok_or_else(|| anyhow!("{} is outside of the tree", path.display()))?;
            let text = facts::file(&path, module.file());
            modules.insert(path, text);
        }
        roots.push((root, parsed));
    }
    let written: MemorySource = modules
        .iter()
        .map(|(path, text)| (path, text.as_str()))
        .collect();
    for (root, parsed) in roots {
        compare(root, parsed, &written)?;
    }

    let record = record::record(tree, modules.keys())?;
    let files = modules
        .into_iter()
        .chain([(record::NAME.to_owned(), record)]);
    Ok(Output {
        files: files.map(|(path, text)| (path.into(), text)).collect(),
    })
}

/// Fails unless the facts of a schema are what it says, prose aside.
fn compare(root: &str, original: Parsed, written: &MemorySource) -> anyhow::Result<()> {
    let original = resolve(original)?;
    let facts = resolve(parse(written, root)?)?;
    if original.dump_definitions().to_string() != facts.dump_definitions().to_string() {
        bail!("the facts of {root} define something else than it does");
    }
    if original.facts().to_string() != facts.facts().to_string() {
        bail!("the facts of {root} name other releases than it does");
    }
    Ok(())
}

fn parse(source: &impl ReadSource, root: &str) -> anyhow::Result<Parsed> {
    let loader = Loader::new().strictness(Strictness::Lenient);
    let parsed = loader.parse_from(source, root);
    parsed.map_err(|errors| anyhow!("\n{}", errors.render(false)))
}

fn resolve(parsed: Parsed) -> anyhow::Result<Schema> {
    let schema = parsed.resolve();
    schema.map_err(|errors| anyhow!("\n{}", errors.render(false)))
}

/// The way from the top of the tree to a file, without `..`; `None` where it leaves the tree.
fn inside(path: &Path) -> Option<String> {
    let mut inside: Vec<&str> = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => inside.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => {
                inside.pop()?;
            }
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    Some(inside.join("/"))
}
