//! How fast messages are read and written.

use std::ffi::OsStr;
use std::fs;

use super::Context;
use super::report::Figures;
use super::runner::Runner;

/// How many times as many rounds there are: they are short.
const MORE: usize = 5;

pub(super) fn measure(context: &Context<'_>, runner: &Runner) -> anyhow::Result<Figures> {
    let mut recordings = Vec::new();
    for entry in fs::read_dir(context.workspace.join("tests/transcripts"))? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("jsonl")) {
            recordings.push(path);
        }
    }
    recordings.sort();
    let recordings = recordings.iter().map(|path| path.as_os_str());

    let rounds = (context.rounds * MORE).to_string();
    let first = ["codec", &rounds].map(OsStr::new).into_iter();
    let arguments: Vec<&OsStr> = first.chain(recordings.clone()).collect();
    let mut figures = runner.figures("runner", &arguments)?;
    let arguments: Vec<&OsStr> = recordings.collect();
    figures.append(runner.figures("allocations", &arguments)?);
    Ok(figures)
}
