//! A copy of the package `qapi-types`, in a workspace of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use toml::Value;

use crate::generate::Code;

/// The name of the package, and of its folder.
pub(super) const NAME: &str = "qapi-types";

/// The copy.
pub(super) struct Package {
    /// The folder of its workspace.
    pub(super) folder: PathBuf,
}

impl Package {
    /// Copies the package to a folder, with this code as its modules.
    pub(super) fn write(workspace: &Path, folder: &Path, code: &Code) -> anyhow::Result<Self> {
        let source = folder.join(NAME).join("src");
        fs::create_dir_all(&source).with_context(|| format!("cannot make {}", source.display()))?;
        let manifest = read(&workspace.join("Cargo.toml"))?;
        let manifest = alone(&manifest, workspace).context("Cargo.toml")?;
        write(&folder.join("Cargo.toml"), &manifest)?;
        // The same versions of the dependencies.
        for path in [
            "Cargo.lock",
            "qapi-types/Cargo.toml",
            "qapi-types/src/lib.rs",
        ] {
            write(&folder.join(path), &read(&workspace.join(path))?)?;
        }
        for (target, output) in code {
            output.sync(&source.join(target.module()))?;
        }
        let folder = folder.to_owned();
        Ok(Package { folder })
    }
}

/// The manifest of the workspace, for one that has this package only and takes the others from
/// where they are.
fn alone(manifest: &str, workspace: &Path) -> anyhow::Result<String> {
    let mut manifest: Value = toml::from_str(manifest)?;
    let table = manifest.get_mut("workspace").and_then(Value::as_table_mut);
    let table = table.context("it has no workspace")?;
    table.insert("members".to_owned(), vec![NAME].into());
    let dependencies = table.get_mut("dependencies").and_then(Value::as_table_mut);
    for (_, dependency) in dependencies.into_iter().flatten() {
        if let Some(Value::String(path)) = dependency.get_mut("path") {
            *path = workspace.join(&*path).display().to_string();
        }
    }
    Ok(toml::to_string(&manifest)?)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
