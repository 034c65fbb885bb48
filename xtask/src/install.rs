//! Installing the programs that the tests run.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, bail};

/// What the tests run.
const PROGRAMS: [&str; 5] = [
    "qemu-system-x86_64",
    "qemu-storage-daemon",
    "qemu-img",
    "qemu-ga",
    // The terminal in which `qapi shell` is tested.
    "tmux",
];

/// Where distributions put programs that a user's search path may not name.
const SYSTEM_PROGRAMS: &str = "/usr/sbin";

/// Installs QEMU with its tools and its guest agent, and a terminal, unless all of it is there.
pub(crate) fn qemu() -> anyhow::Result<()> {
    let missing: Vec<_> = PROGRAMS
        .into_iter()
        .filter(|program| !is_installed(program))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!(
        "--- installing what the tests run: {} not found",
        missing.join(", ")
    );

    let text = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let system = os_release(&text);
    let is = |key, wanted: &[&str]| {
        let value = system.get(key).copied().unwrap_or_default();
        value.split(' ').any(|id| wanted.contains(&id))
    };
    let debian = ["debian", "ubuntu"];
    if !is("ID", &debian) && !is("ID_LIKE", &debian) {
        bail!(
            "programs can be installed on Debian and Ubuntu only; on this system, install {} yourself",
            missing.join(", ")
        );
    }
    let release = system
        .get("VERSION_CODENAME")
        .context("/etc/os-release does not say which release this is")?;

    apt_get(&["update"])?;
    apt_get(&[
        "install",
        "-y",
        "--no-install-recommends",
        "--allow-downgrades",
        "qemu-system-x86",
        "qemu-guest-agent",
        "tmux",
        // Of the release itself: a newer one from elsewhere does not go with the other two.
        &format!("qemu-utils/{release}"),
    ])
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([PathBuf::from(SYSTEM_PROGRAMS)])
        .any(|folder| folder.join(program).is_file())
}

/// The assignments in a file such as `/etc/os-release`.
fn os_release(text: &str) -> HashMap<&str, &str> {
    text.lines()
        .filter_map(|line| line.trim().split_once('='))
        .map(|(key, value)| (key, value.trim_matches(['"', '\''])))
        .collect()
}

fn apt_get(arguments: &[&str]) -> anyhow::Result<()> {
    let user = Command::new("id")
        .arg("-u")
        .output()
        .context("cannot run `id -u`")?;
    let prefix: &[&str] = match user.stdout.trim_ascii() {
        b"0" => &[],
        _ => &["sudo"],
    };
    let line = [
        prefix,
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
        arguments,
    ]
    .concat();
    let (program, rest) = line.split_first().context("no command")?;
    let shown = line.join(" ");
    let status = Command::new(program)
        .args(rest)
        .status()
        .with_context(|| format!("cannot run `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{is_installed, os_release};

    #[test]
    fn os_release_is_read_with_and_without_quotes() {
        let text = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n\n# no\nVERSION_CODENAME='bookworm'\n";
        let system = os_release(text);
        assert_eq!(system.get("ID"), Some(&"debian"));
        assert_eq!(system.get("VERSION_CODENAME"), Some(&"bookworm"));
        assert_eq!(system.get("VARIANT"), None);
    }

    #[test]
    fn a_program_is_looked_for_in_the_search_path() {
        assert!(is_installed("sh"));
        assert!(!is_installed("qemu-system-absent"));
    }
}
