//! Disk images.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::program;

/// How long making an image may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Makes an image at `path`, of a `format` of QEMU's, with a disk of `size` bytes.
///
/// # Panics
///
/// When it cannot be made.
pub fn create_image(path: &Path, format: &str, size: u64) {
    let mut command = Command::new("qemu-img");
    command
        .args(["create", "-q", "-f", format])
        .arg(path)
        .arg(size.to_string())
        .stdin(Stdio::null());
    let mut child = program::spawn(&mut command);
    let status = program::wait(&mut child, LIMIT);
    if status.is_none() {
        program::kill(&mut child);
    }
    assert!(
        status.is_some_and(|status| status.success()),
        "qemu-img: {status:?}"
    );
}
