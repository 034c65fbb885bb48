//! Why no code could be generated.

use std::io;
use std::path::PathBuf;

use qapi_parser::Diagnostics;

/// Why no code could be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The schema is wrong, or cannot be read, or has names that become the same in Rust.
    #[error("the schema has errors\n\n{}", .0.render(false))]
    Schema(#[from] Diagnostics),
    /// A file or folder could not be read or written.
    #[error("cannot {action} '{}': {source}", path.display())]
    Io {
        /// What was tried: "write".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// `OUT_DIR` is not set, and no output folder was given.
    #[error(
        "no output folder: OUT_DIR is set only where cargo runs a build script; \
         give one with `Config::out_dir`"
    )]
    NoOutDir,
}
