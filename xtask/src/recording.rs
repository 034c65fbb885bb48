//! `cargo xtask recording`: plays a script in a terminal, with a real QEMU, and draws what was on
//! the screen: `docs/shell.svg`.

mod ansi;
mod script;
mod stage;
mod svg;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use self::script::{SCRIPT, Step};
use self::stage::Stage;
use self::svg::{Film, Frame};

/// Where the recording goes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The file to write
    #[arg(long, short, value_name = "FILE", default_value = "docs/shell.svg")]
    output: PathBuf,
}

/// Plays the script, and draws it.
pub(crate) fn run(workspace: &Path, options: &Options) -> anyhow::Result<()> {
    let stage = Stage::set(&build(workspace)?)?;
    let mut film = Film::new(stage::COLUMNS, stage::ROWS);
    for step in SCRIPT {
        match step {
            Step::Type(text) => {
                for c in text.chars() {
                    stage.type_in(c)?;
                    film.add(frame(&stage)?, step.pause());
                }
            }
            Step::Press(key) => stage.press(key)?,
            Step::Wait(text) => {
                stage.wait_for(text)?;
                film.add(frame(&stage)?, step.pause());
            }
            Step::Elsewhere(command) => stage.elsewhere(command)?,
        }
    }
    let output = workspace.join(&options.output);
    fs::write(&output, film.draw())
        .with_context(|| format!("cannot write {}", output.display()))?;
    println!("{} has what was played", output.display());
    Ok(())
}

fn frame(stage: &Stage) -> anyhow::Result<Frame> {
    let (text, cursor) = stage.screen()?;
    Ok(Frame {
        lines: text.lines().map(ansi::read).collect(),
        cursor,
    })
}

/// Builds the command, and says where it is.
fn build(workspace: &Path) -> anyhow::Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--package", "qapi-cli"])
        .current_dir(workspace)
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("the command cannot be built");
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(workspace.join(target).join("debug"))
}
