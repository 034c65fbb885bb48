//! `qapi man`: the manual's pages.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use roff::{Roff, roman};

use crate::cli::Cli;
use crate::outcome::Outcome;
use crate::output::standard_output;

/// Write the manual's pages: one for the command, and one for each subcommand
///
/// They are made of the same texts as --help. Without a folder, the page of the command itself is
/// printed.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  qapi man ~/.local/share/man/man1 && man qapi-exec
  qapi man | man -l -")]
pub(crate) struct Options {
    /// The folder to write them to, as `qapi.1`, `qapi-exec.1` and so on
    #[arg(value_hint = clap::ValueHint::DirPath)]
    folder: Option<PathBuf>,
}

/// Writes them.
pub(crate) fn run(options: &Options) -> anyhow::Result<Outcome> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &options.folder else {
        let mut out = standard_output();
        out.write_all(&page(&command)?.content)?;
        out.flush()?;
        return Ok(Outcome::Good);
    };
    fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    for command in [&command].into_iter().chain(command.get_subcommands()) {
        page(command)?.write(folder)?;
    }
    Ok(Outcome::Good)
}

/// A page of the manual.
struct Page {
    name: String,
    content: Vec<u8>,
}

impl Page {
    fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(&self.name);
        fs::write(&path, &self.content).with_context(|| format!("can't write {}", path.display()))
    }
}

fn page(command: &Command) -> io::Result<Page> {
    let title = command.get_display_name().unwrap_or(command.get_name());
    let man = Man::new(command.clone()).title(title.to_uppercase());
    let mut content = Vec::new();
    man.render_title(&mut content)?;
    man.render_name_section(&mut content)?;
    man.render_synopsis_section(&mut content)?;
    man.render_description_section(&mut content)?;
    man.render_options_section(&mut content)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut content)?;
    }
    let rest = command.get_after_long_help().or(command.get_after_help());
    if let Some(rest) = rest {
        Sections::of(&rest.to_string())
            .to_roff()
            .to_writer(&mut content)?;
    }
    Ok(Page {
        name: man.get_filename(),
        content,
    })
}

/// What stands behind the options, by what it is about: paragraphs.
#[derive(Default)]
struct Sections<'t> {
    notes: Vec<&'t str>,
    exit_status: Vec<&'t str>,
    examples: Vec<&'t str>,
}

impl<'t> Sections<'t> {
    fn of(text: &'t str) -> Self {
        let mut sections = Sections::default();
        for paragraph in text.split("\n\n") {
            if let Some(examples) = paragraph.strip_prefix("Examples:\n") {
                sections.examples.push(examples);
            } else if let Some(status) = paragraph.strip_prefix("Exit status: ") {
                sections.exit_status.push(status);
            } else {
                sections.notes.push(paragraph);
            }
        }
        sections
    }

    fn to_roff(&self) -> Roff {
        let mut roff = Roff::new();
        for (title, paragraphs) in [
            ("NOTES", &self.notes),
            ("EXIT STATUS", &self.exit_status),
            ("EXAMPLES", &self.examples),
        ] {
            if !paragraphs.is_empty() {
                roff.control("SH", [title]);
            }
            for paragraph in paragraphs {
                roff.control("PP", []);
                lines(paragraph, &mut roff);
            }
        }
        roff
    }
}

/// Lines that are indented stay as they are; others flow.
fn lines(paragraph: &str, roff: &mut Roff) {
    let mut is_kept = false;
    for line in paragraph.lines() {
        let keep = line.starts_with(' ');
        if keep != is_kept {
            roff.control(if keep { "nf" } else { "fi" }, []);
            is_kept = keep;
        }
        roff.text([roman(line)]);
    }
    if is_kept {
        roff.control("fi", []);
    }
}
