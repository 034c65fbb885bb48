//! Where generated code goes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::bail;
use qapi_codegen::Layout;

/// Where generated code goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    StandardOutput,
    /// One file.
    File {
        folder: PathBuf,
        name: String,
    },
    /// A file for each module of the schema.
    Folder(PathBuf),
}

impl Place {
    /// What `path` means on the command line.
    pub(super) fn of(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Place::StandardOutput);
        }
        if path.extension() != Some(OsStr::new("rs")) {
            return Ok(Place::Folder(path.to_owned()));
        }
        let Some(name) = path.file_name().and_then(OsStr::to_str) else {
            bail!("the name of the file '{}' is not UTF-8", path.display());
        };
        Ok(Place::File {
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            name: name.to_owned(),
        })
    }

    pub(super) fn layout(&self) -> Layout {
        match self {
            Place::StandardOutput | Place::File { .. } => Layout::SingleFile,
            Place::Folder(_) => Layout::FilePerModule,
        }
    }

    /// The name of the one file.
    pub(super) fn file_name(&self) -> &str {
        match self {
            Place::File { name, .. } => name,
            Place::StandardOutput | Place::Folder(_) => "mod.rs",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_in_rs_is_a_file_and_all_else_a_folder() {
        let file = |folder: &str, name: &str| Place::File {
            folder: folder.into(),
            name: name.into(),
        };
        for (path, place) in [
            ("-", Place::StandardOutput),
            ("api.rs", file("", "api.rs")),
            ("/a/b.c/api.rs", file("/a/b.c", "api.rs")),
            ("src/api", Place::Folder("src/api".into())),
            ("src/rs", Place::Folder("src/rs".into())),
            (".rs", Place::Folder(".rs".into())),
            (".", Place::Folder(".".into())),
        ] {
            assert_eq!(Place::of(Path::new(path)).unwrap(), place);
        }
    }
}
