//! On what, and with what, was measured.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// On what, and with what, was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Environment {
    pub(super) date: String,
    /// The model of the processor, and how many of them the benchmark could use.
    pub(super) machine: String,
    pub(super) rustc: String,
    /// The crates that are compared.
    pub(super) crates: Vec<String>,
}

/// The packages whose versions are told.
const CRATES: [&str; 5] = [
    "qapi-types",
    "qapi",
    "qapi-qmp",
    "qapi-codegen",
    "serde_json",
];

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// What is in this repository has none.
    source: Option<String>,
}

impl Environment {
    pub(super) fn of(workspace: &Path) -> anyhow::Result<Self> {
        let path = workspace.join("bench/Cargo.lock");
        let lock =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Environment {
            date: output("date", &["-u", "+%Y-%m-%d"])?,
            machine: machine(),
            rustc: output("rustc", &["--version"])?,
            crates: crates(&lock)?,
        })
    }
}

fn machine() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model(&cpus).unwrap_or("a processor that the system does not name");
    let count = thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {count} processors")
}

/// The model of the first processor.
fn model(cpus: &str) -> Option<&str> {
    let line = cpus.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

fn crates(lock: &str) -> anyhow::Result<Vec<String>> {
    let lock: Lock = toml::from_str(lock)?;
    let packages = lock.package.iter();
    let known = packages.filter(|package| CRATES.contains(&package.name.as_str()));
    let crates = known.map(
        |Package {
             name,
             version,
             source,
         }| match source {
            Some(_) => format!("{name} {version}"),
            None => format!("{name} {version} (ours)"),
        },
    );
    Ok(crates.collect())
}

fn output(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        bail!("{program} failed ({})", output.status);
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_that_of_the_first_processor() {
        let cpus = "processor\t: 0\nmodel name\t: A CPU @ 2 GHz\n\nmodel name\t: Another\n";
        assert_eq!(model(cpus), Some("A CPU @ 2 GHz"));
        assert_eq!(model("processor : 0\n"), None);
    }

    #[test]
    fn crates_are_those_that_are_compared_and_say_whose_they_are() {
        let lock = r#"
            version = 4
            [[package]]
            name = "qapi"
            version = "0.15.0"
            source = "registry+https://example.com/index"
            [[package]]
            name = "qapi-codegen"
            version = "0.1.0"
            [[package]]
            name = "syn"
            version = "2.0.0"
        "#;
        assert_eq!(
            crates(lock).unwrap(),
            ["qapi 0.15.0", "qapi-codegen 0.1.0 (ours)"]
        );
    }
}
