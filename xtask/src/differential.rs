//! `cargo xtask differential`: what QEMU's frontend and we say of schemas that are wrong, mostly.
//!
//! The schemas are those of a QEMU source tree, each with one file changed in one place or in two,
//! and random small ones. Both are asked about the same text: no file of the tree is touched.

mod frontend;
mod grammar;
mod mutate;
mod random;
mod report;
mod subject;
#[cfg(test)]
mod tests;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use qapi_parser::Loader;
use qapi_parser::source::{MemorySource, ReadSource};

use crate::conformance::Place;
use frontend::{Frontend, Verdict};
use random::Random;
use report::{Comparison, Report};
use subject::{Subjects, TreeSource};

/// What to compare.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A QEMU source tree of the newest version in schema/
    tree: PathBuf,
    /// The folder with the Python package `qapi` [default: TREE/scripts]
    #[arg(long, value_name = "DIR")]
    frontend: Option<PathBuf>,
    /// How many schemas to compare
    #[arg(long, default_value_t = 10_000)]
    count: usize,
    /// Which schemas to make: others for another number
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Where the cases go in which we differ, below the folder for what is built.
const FOLDER: &str = "differential";

/// Compares, and fails where we differ more often than we may.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let scripts = options.frontend.clone();
    let scripts = scripts.unwrap_or_else(|| options.tree.join("scripts"));
    let frontend = Frontend::start(&scripts, &options.tree)?;
    let report = compare(options, frontend)?;
    let folder = workspace.join("target").join(FOLDER);
    write(&report, &folder).with_context(|| format!("cannot write {}", folder.display()))?;
    print!("{report}");
    if !report.differences.is_empty() {
        println!("The schemas that differ are in {}.", folder.display());
    }
    if !report.is_good() {
        bail!("we differ from QEMU's frontend too often");
    }
    Ok(())
}

fn compare(options: &Options, mut frontend: Frontend) -> anyhow::Result<Report> {
    let subjects = Subjects::read(&options.tree)?;
    let mut report = Report::default();
    for number in 0..options.count {
        let mut random = Random::new(options.seed, number);
        let mutant = if random.below(GENERATED) == 0 {
            Some(Mutant::generated(&mut random))
        } else {
            mutant(&options.tree, &subjects, &mut random)?
        };
        let Some(mutant) = mutant else {
            continue;
        };
        let files = mutant.files();
        let expected = frontend.judge(mutant.root, &files)?;
        let found = judge(&options.tree, mutant.root, &files);
        report.add(Comparison {
            number,
            root: mutant.root,
            file: &mutant.file,
            mutation: mutant.mutation,
            original: &mutant.original,
            text: &mutant.text,
            expected,
            found,
        });
    }
    if report.is_empty() {
        bail!("{} has no schemas", options.tree.display());
    }
    Ok(report)
}

/// A schema that differs from the tree's in one file.
struct Mutant<'a> {
    /// The path of its root file in the tree.
    root: &'a str,
    /// The root's text, where the tree has no such file.
    made: Option<&'a str>,
    /// The file that differs.
    file: String,
    mutation: &'static str,
    original: String,
    text: String,
}

/// The root of a schema that is in no tree.
const GENERATED_ROOT: &str = "generated.json";

/// One in so many schemas is none of the tree.
const GENERATED: usize = 4;

impl Mutant<'_> {
    /// A random schema.
    fn generated(random: &mut Random) -> Self {
        Mutant {
            root: GENERATED_ROOT,
            made: None,
            file: GENERATED_ROOT.to_owned(),
            mutation: grammar::NAME,
            original: String::new(),
            text: grammar::schema(random),
        }
    }

    /// The files that are not as the tree has them.
    fn files(&self) -> Vec<(&str, &str)> {
        let mutated = (self.file.as_str(), self.text.as_str());
        let made = self.made.map(|text| (self.root, text));
        [mutated].into_iter().chain(made).collect()
    }
}

/// How often a change is tried before a schema counts as having no place for any.
const MAX_TRIES: usize = 100;

/// One in so many schemas gets two changes: which of two errors comes first matters too.
const TWICE: usize = 5;

/// A random change of a random schema, or two; `None` where that has no place for one.
fn mutant<'a>(
    tree: &Path,
    subjects: &'a Subjects,
    random: &mut Random,
) -> anyhow::Result<Option<Mutant<'a>>> {
    let Some(subject) = subjects.pick(random) else {
        return Ok(None);
    };
    let Some(file) = random.pick(&subject.files) else {
        return Ok(None);
    };
    let path = tree.join(file);
    let original = fs::read_to_string(&path);
    let original = original.with_context(|| format!("cannot read {}", path.display()))?;
    let Some((mut mutation, mut text)) = change(random, &original) else {
        return Ok(None);
    };
    if random.below(TWICE) == 0
        && let Some((_, changed)) = change(random, &text)
    {
        (mutation, text) = ("two changes", changed);
    }
    Ok(Some(Mutant {
        root: &subject.root,
        made: subject.made.as_deref(),
        file: file.clone(),
        mutation,
        original,
        text,
    }))
}

/// A text with a random change, and the kind of that.
fn change(random: &mut Random, text: &str) -> Option<(&'static str, String)> {
    (0..MAX_TRIES).find_map(|_| {
        let mutation = random.pick(&mutate::ALL)?;
        Some((mutation.name, mutation.apply(random, text)?))
    })
}

/// What we say of a schema.
fn judge(tree: &Path, root: &str, files: &[(&str, &str)]) -> Verdict {
    let overlay: MemorySource = files.iter().copied().collect();
    let source = TreeSource { tree, overlay };
    load(&source, root)
}

fn load(source: &impl ReadSource, root: &str) -> Verdict {
    match Loader::new().load_from(source, root) {
        Ok(schema) => Verdict::Accepted(Some(schema.dump().to_string())),
        Err(diagnostics) => Verdict::Refused {
            place: Some(Place::of_diagnostics(&diagnostics)),
            text: diagnostics.to_string(),
        },
    }
}

/// Writes the cases in which we differ, in the place of those of earlier runs.
fn write(report: &Report, folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for difference in &report.differences {
        let path = folder.join(format!("{:06}", difference.number));
        fs::write(path.with_extension("json"), &difference.schema)?;
        fs::write(path.with_extension("txt"), &difference.text)?;
    }
    Ok(())
}
