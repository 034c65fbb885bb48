//! Measuring in a new process, which is this program again.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What this program prints, which is nanoseconds, when it is started with `root` in `variable`.
pub(crate) fn time(variable: &str, root: &Path) -> Duration {
    let this = env::current_exe().expect("it is running");
    let child = Command::new(this)
        .env(variable, root)
        .stderr(Stdio::inherit())
        .output()
        .expect("it starts again");
    assert!(child.status.success(), "{}", root.display());
    let answer = String::from_utf8(child.stdout).expect("digits");
    Duration::from_nanos(answer.trim().parse().expect("a number"))
}
