//! How fast schemas are loaded, and code is generated.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use super::report::{Figures, Unit};
use super::runner::Runner;
use super::{Context, in_turn};
use crate::import::record;

/// The release whose schema it is.
const VERSION: &str = "10.2";

/// The root of the schema, in `schema/VERSION` and in QEMU's tree.
const ROOT: &str = "qapi/qapi-schema.json";

/// How many times as large schemas are, and how that is called.
const SIZES: [(u32, &str); 3] = [(1, "once"), (10, "10 times"), (100, "100 times")];

/// From which size on a schema is measured in the first round only.
const LARGE: u32 = 100;

/// How often a schema is loaded for one figure, after the first time.
const LOADS: u32 = 5;

/// Loads the schema that it is given as often as it is told, and prints the nanoseconds that each
/// took: neither Python's start nor that of the package counts.
const FRONTEND: &str = "
import sys, time
from qapi.schema import QAPISchema
for _ in range(int(sys.argv[2])):
    start = time.perf_counter_ns()
    schema = QAPISchema(sys.argv[1])
    print(time.perf_counter_ns() - start)
    del schema
";

pub(super) fn measure(context: &Context<'_>, runner: &Runner) -> anyhow::Result<Figures> {
    let scratch = TempDir::with_prefix("qapi-bench-")?;
    let mut figures = Figures::default();
    let facts = facts(context);
    let tree = tree(context, &mut figures)?;
    let sources = [("facts", Some(&facts)), ("QEMU's files", tree.as_ref())];
    let sources = sources.map(|(name, folder)| Some((name, folder?)));

    let mut grown = Vec::new();
    for (times, name) in SIZES {
        let folder = scratch.path().join(format!("schema-{times}"));
        let (root, count) = (facts.join(ROOT), times.to_string());
        runner.run(&[
            "grow".as_ref(),
            root.as_os_str(),
            count.as_ref(),
            folder.as_os_str(),
        ])?;
        grown.push((times, name, folder));
    }

    for round in 0..context.rounds {
        for (name, folder) in sources.into_iter().flatten() {
            eprintln!("round {}: {name}", round + 1);
            let source = Source {
                folder,
                runner,
                out: scratch.path(),
            };
            for who in in_turn(["ours", "QEMU's frontend"], round) {
                let [first, again] = match who {
                    "ours" => [source.load()?, source.load_again()?],
                    // It reads no schema that lacks documentation.
                    _ if name == "facts" => continue,
                    _ => frontend(folder)?,
                };
                let mut add = |row: &str, seconds| {
                    figures.add(("Load and check", row, who), Unit::Seconds, seconds);
                };
                add(&format!("{name}, in a new process"), first);
                add(&format!("{name}, again"), again);
            }
            for who in in_turn(["ours", "peer", "qapi-gen.py"], round) {
                let seconds = match who {
                    "ours" => source.generate()?,
                    "peer" => source.generate_theirs()?,
                    _ if name == "facts" => continue,
                    _ => source.generate_c()?,
                };
                figures.add(("Generate all", name, who), Unit::Seconds, seconds);
            }
        }
        for (times, name, folder) in &grown {
            if round > 0 && *times >= LARGE {
                continue;
            }
            eprintln!("round {}: the schema {name}", round + 1);
            let source = Source {
                folder,
                runner,
                out: scratch.path(),
            };
            let mut add = |row, seconds: f64| {
                let each = seconds / f64::from(*times);
                figures.add(
                    ("Growth: time for each copy", row, name),
                    Unit::Seconds,
                    each,
                );
            };
            add("load and check", source.load()?);
            add("generate all", source.generate()?);
            add("generate all, peer", source.generate_theirs()?);
        }
    }
    Ok(figures)
}

/// Fails when there is a source tree of QEMU, but not of the release whose schema is measured.
pub(super) fn check(context: &Context<'_>) -> anyhow::Result<()> {
    match context.qemu_tree {
        Some(tree) => record::check(&facts(context), tree, "qapi/"),
        None => Ok(()),
    }
}

fn facts(context: &Context<'_>) -> PathBuf {
    context.workspace.join("schema").join(VERSION)
}

/// QEMU's source tree, if there is one, and Python.
fn tree(context: &Context<'_>, figures: &mut Figures) -> anyhow::Result<Option<PathBuf>> {
    let mut without = |why: &str| {
        figures
            .notes
            .push(format!("Not compared with QEMU: {why}."))
    };
    let Some(tree) = context.qemu_tree else {
        without("no source tree of it was given");
        return Ok(None);
    };
    let tree = tree.canonicalize();
    let tree = tree.with_context(|| format!("cannot find {:?}", context.qemu_tree))?;
    if !tree.join("scripts/qapi").is_dir() {
        without("the source tree has no scripts/qapi");
        return Ok(None);
    }
    let python = Command::new("python3").arg("--version").output();
    if let Err(error) = python {
        without(&format!("python3: {error}"));
        return Ok(None);
    }
    Ok(Some(tree))
}

/// A folder with a schema, and what is done with it.
struct Source<'a> {
    folder: &'a Path,
    runner: &'a Runner,
    /// Where to write to.
    out: &'a Path,
}

impl Source<'_> {
    fn load(&self) -> anyhow::Result<f64> {
        let root = self.folder.join(ROOT);
        let cost = self.runner.cost(&["load".as_ref(), root.as_os_str()])?;
        Ok(cost.seconds)
    }

    fn load_again(&self) -> anyhow::Result<f64> {
        let (root, count) = (self.folder.join(ROOT), LOADS.to_string());
        let arguments = ["load-again".as_ref(), root.as_os_str(), count.as_ref()];
        Ok(self.runner.cost(&arguments)?.seconds / f64::from(LOADS))
    }

    fn generate(&self) -> anyhow::Result<f64> {
        let (root, out) = (self.folder.join(ROOT), self.out.join("ours"));
        let arguments = [
            "generate".as_ref(),
            "ours".as_ref(),
            root.as_os_str(),
            out.as_os_str(),
        ];
        let cost = self.runner.cost(&arguments)?;
        // What is there already would not be written again.
        fs::remove_dir_all(out)?;
        Ok(cost.seconds)
    }

    fn generate_theirs(&self) -> anyhow::Result<f64> {
        let root = self.folder.join(ROOT);
        let folder = root.parent().unwrap_or(self.folder);
        let out = self.out.join("peer.rs");
        let arguments = [
            "generate".as_ref(),
            "peer".as_ref(),
            folder.as_os_str(),
            out.as_os_str(),
        ];
        let cost = self.runner.cost(&arguments)?;
        fs::remove_file(out)?;
        Ok(cost.seconds)
    }

    fn generate_c(&self) -> anyhow::Result<f64> {
        let (root, out) = (self.folder.join(ROOT), self.out.join("c"));
        let script = self.folder.join("scripts/qapi-gen.py");
        // What Python compiles stays out of QEMU's tree.
        let arguments: [&OsStr; 7] = [
            "program".as_ref(),
            "python3".as_ref(),
            "-B".as_ref(),
            script.as_os_str(),
            "-o".as_ref(),
            out.as_os_str(),
            root.as_os_str(),
        ];
        let cost = self.runner.cost(&arguments)?;
        fs::remove_dir_all(out)?;
        Ok(cost.seconds)
    }
}

/// How long QEMU's own frontend takes for the first time, and how long after that.
fn frontend(tree: &Path) -> anyhow::Result<[f64; 2]> {
    let output = Command::new("python3")
        .args(["-B", "-c", FRONTEND])
        .arg(tree.join(ROOT))
        .arg((LOADS + 1).to_string())
        .env("PYTHONPATH", tree.join("scripts"))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run python3")?;
    if !output.status.success() {
        bail!("QEMU's frontend failed ({})", output.status);
    }
    let output = String::from_utf8(output.stdout)?;
    let seconds = output
        .lines()
        .map(|line| anyhow::Ok(line.parse::<f64>()? / 1e9));
    let seconds: Vec<f64> = seconds.collect::<Result<_, _>>()?;
    match seconds.as_slice() {
        [first, again @ ..] if !again.is_empty() => {
            Ok([*first, again.iter().sum::<f64>() / again.len() as f64])
        }
        _ => bail!("QEMU's frontend says nothing"),
    }
}
