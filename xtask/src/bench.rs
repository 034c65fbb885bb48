//! `cargo xtask bench`: what our crates cost, side by side with what others cost.
//!
//! What calls the crates is in `bench/`, a workspace of its own. Here it is decided what to
//! measure, how often, in which order, and what becomes of the figures.

mod codec;
mod command;
mod compile;
mod connections;
mod environment;
mod generate;
mod grid;
mod markdown;
mod part;
mod report;
mod round_trip;
mod runner;
mod server;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use self::environment::Environment;
use self::part::Part;
use self::report::{Measured, Report};
use self::runner::OnDemand;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The parts to measure; all by default. The figures of the others stay as they are
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// How often to measure each thing: what is shown is the median
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// A QEMU source tree of the release that is generated from, to compare with QEMU's own
    /// generator
    #[arg(long, env = "QEMU_TREE", value_name = "TREE")]
    qemu_tree: Option<PathBuf>,
    /// How many connections there are at once in the part `connections`
    #[arg(long, value_name = "COUNT", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(2..))]
    connections: u16,
    /// Where the figures are kept, as `benchmarks.json` and `benchmarks.md`
    #[arg(long, value_name = "FOLDER", default_value = "docs")]
    out: PathBuf,
}

/// Whose programs are compared.
const CONTESTANTS: [&str; 2] = ["ours", "peer"];

/// What a part needs to know.
struct Context<'a> {
    workspace: &'a Path,
    rounds: usize,
    qemu_tree: Option<&'a Path>,
    connections: usize,
}

/// Measures, and writes what came of it after each part.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let folder = workspace.join(&options.out);
    let json = folder.join("benchmarks.json");
    let mut report = Report::read(&json)?;
    let context = Context {
        workspace,
        rounds: usize::from(options.rounds),
        qemu_tree: options.qemu_tree.as_deref(),
        connections: usize::from(options.connections),
    };
    let measures = |part| options.parts.is_empty() || options.parts.contains(&part);
    if measures(Part::Generate) {
        // Not after a quarter of an hour.
        generate::check(&context)?;
    }
    let environment = Environment::of(workspace)?;
    let runner = OnDemand::new(workspace);
    for part in Part::ALL.into_iter().filter(|part| measures(*part)) {
        eprintln!("--- {part}");
        let figures = match part {
            Part::Compile => compile::measure(&context, runner.get()?),
            Part::Decode => codec::measure(&context, runner.get()?),
            Part::Generate => generate::measure(&context, runner.get()?),
            Part::RoundTrip => round_trip::measure(&context, runner.get()?),
            Part::Connections => connections::measure(&context, runner.get()?),
            Part::Command => command::measure(&context),
        };
        let figures = figures.with_context(|| format!("cannot measure {part}"))?;
        report.replace(part, Measured::new(&environment, context.rounds, figures));
        fs::create_dir_all(&folder)?;
        report.write(&json)?;
        let path = folder.join("benchmarks.md");
        let text = markdown::render(&report);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    print!("{}", targets::verdicts(&report));
    Ok(())
}

/// Those whose turn it is, one after the other: in each round another one is the first.
fn in_turn<const N: usize>(mut contestants: [&'static str; N], round: usize) -> [&'static str; N] {
    contestants.rotate_left(round % N);
    contestants
}

#[cfg(test)]
mod tests {
    use super::in_turn;

    #[test]
    fn each_is_the_first_in_turn() {
        let turns = [0, 1, 2].map(|round| in_turn(["ours", "peer"], round));
        assert_eq!(
            turns,
            [["ours", "peer"], ["peer", "ours"], ["ours", "peer"]]
        );
    }
}
