//! How long programs take to build, and how large they are.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::SystemTime;

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use super::report::{Figures, Unit};
use super::runner::{self, Cost, Runner};
use super::{CONTESTANTS, Context, in_turn};

/// A kind of build: its name, what cargo is to do, and whether that makes a program.
const BUILDS: [(&str, &[&str], bool); 3] = [
    ("build, release", &["build", "--release"], true),
    ("build, debug", &["build"], true),
    ("check", &["check"], false),
];

pub(super) fn measure(context: &Context<'_>, runner: &Runner) -> anyhow::Result<Figures> {
    let bench = context.workspace.join("bench");
    let fetched = runner::cargo(&bench).args(["fetch", "--locked"]).status();
    if !fetched.context("cannot run cargo")?.success() {
        bail!("what bench/ depends on cannot be fetched");
    }
    let scratch = TempDir::with_prefix("qapi-bench-")?;
    let mut figures = Figures::default();
    for round in 0..context.rounds {
        for (name, arguments, is_program) in BUILDS {
            for contestant in in_turn(CONTESTANTS, round) {
                eprintln!("round {}: {name}, {contestant}", round + 1);
                let build = Build {
                    bench: &bench,
                    package: format!("minimal-{contestant}"),
                    target: scratch.path().join("target"),
                    runner,
                };
                let clean = build.run(arguments, &[])?;
                add(&mut figures, &format!("clean {name}"), contestant, clean);
                if is_program {
                    build.touch()?;
                    let again = build.run(arguments, &[])?;
                    add(&mut figures, &format!("re{name}"), contestant, again);
                }
                if arguments.contains(&"--release") {
                    let mut size = |row| {
                        let bytes = build.size()?;
                        figures.add(("Binary size", row, contestant), Unit::Bytes, bytes);
                        anyhow::Ok(())
                    };
                    size("release")?;
                    build.run(&["rustc", "--release"], &["--", "-C", "strip=symbols"])?;
                    size("release, stripped")?;
                }
                fs::remove_dir_all(&build.target)?;
            }
        }
    }
    Ok(figures)
}

fn add(figures: &mut Figures, row: &str, contestant: &str, cost: Cost) {
    figures.add(("Build time", row, contestant), Unit::Seconds, cost.seconds);
    figures.add(
        ("CPU time", row, contestant),
        Unit::Seconds,
        cost.cpu_seconds,
    );
    figures.add(
        ("Compiler memory", row, contestant),
        Unit::Bytes,
        cost.peak_bytes,
    );
}

/// The build of a program into a folder.
struct Build<'a> {
    bench: &'a Path,
    package: String,
    target: PathBuf,
    runner: &'a Runner,
}

impl Build<'_> {
    fn run(&self, build: &[&str], last: &[&str]) -> anyhow::Result<Cost> {
        let (cargo, manifest) = (runner::program(), self.bench.join("Cargo.toml"));
        let jobs = thread::available_parallelism()?.to_string();
        let mut arguments: Vec<&OsStr> = vec!["program".as_ref(), &cargo];
        arguments.extend(build.iter().map(OsStr::new));
        arguments.extend(["--quiet", "--offline", "--locked", "--jobs", &jobs].map(OsStr::new));
        arguments.extend(["--package", &self.package, "--manifest-path"].map(OsStr::new));
        arguments.extend([manifest.as_os_str(), "--target-dir".as_ref()]);
        arguments.push(self.target.as_os_str());
        arguments.extend(last.iter().map(OsStr::new));
        self.runner.cost(&arguments)
    }

    /// Makes `main.rs` newer than what was built of it.
    fn touch(&self) -> anyhow::Result<()> {
        let path = self.bench.join(&self.package).join("src/main.rs");
        let file = File::options().append(true).open(path)?;
        Ok(file.set_modified(SystemTime::now())?)
    }

    fn size(&self) -> anyhow::Result<f64> {
        let path = self.target.join("release").join(&self.package);
        Ok(fs::metadata(path)?.len() as f64)
    }
}
