//! The report for people.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use qapi_protocol::VersionRange;

use super::reason::Reason;
use super::reference::Reference;
use super::report::{Count, Finding, Report, Verdict};
use super::server::Server;
use super::thing::Kind;
use crate::input::is_stdin;
use crate::output::Printable;

/// How wide the columns of names and notes may become.
const MAX_WIDTH: usize = 60;

/// How many of the commands that need something are named.
const MAX_ROOTS: usize = 2;

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[1;31m";
const FAINT: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";

/// How it is written.
pub(super) struct Style<'a> {
    pub(super) colored: bool,
    /// The file that names what is used.
    pub(super) used: Option<&'a Path>,
}

/// Writes it: first how much there is, then what is to be said, in sections.
pub(super) fn write(
    out: &mut impl Write,
    report: &Report,
    server: &Server,
    reference: &Reference,
    style: &Style<'_>,
) -> io::Result<()> {
    let name = format!("{} {}", server.kind.name(), server.release);
    let name = style.paint(BOLD, Printable(&name));
    writeln!(out, "{name} has, of {}:", Printable(&reference.name()))?;
    summary(out, report, style)?;
    let mut rest = report.findings.as_slice();
    while let Some(first) = rest.first() {
        let title = title(first.verdict, server, reference);
        let same = |it: &&Finding| self::title(it.verdict, server, reference) == title;
        let length = rest.iter().take_while(same).count();
        let (section, behind) = rest.split_at(length);
        rest = behind;
        let color = if first.verdict.is_bad() { RED } else { BOLD };
        let title = format!("{title} ({})", section.len());
        writeln!(out, "\n{}", style.paint(color, title))?;
        lines(out, section, style)?;
    }
    Ok(())
}

fn summary(out: &mut impl Write, report: &Report, style: &Style<'_>) -> io::Result<()> {
    let counts = |kinds: &[Kind]| {
        let counts = report.counts.iter();
        let counts = counts.filter(|(kind, _)| kinds.contains(kind));
        let counts = counts.map(|(kind, count)| {
            let Count { here, known } = count;
            format!("{here} of {known} {}s", kind.word())
        });
        counts.collect::<Vec<_>>().join(", ")
    };
    let roots = counts(&[Kind::Command, Kind::Event]);
    let parts = counts(&[Kind::Member, Kind::Value, Kind::Feature]);
    if !roots.is_empty() {
        writeln!(out, "  {roots}")?;
    }
    if !parts.is_empty() {
        writeln!(out, "  {parts} of these")?;
    }
    let Some(used) = style.used else {
        return Ok(());
    };
    let count = |of: fn(Verdict) -> bool| {
        let verdicts = report.findings.iter().map(|it| it.verdict);
        verdicts.filter(|it| of(*it)).count()
    };
    let missing = count(|it| matches!(it, Verdict::UsedMissing(_)));
    let deprecated = count(|it| it == Verdict::UsedDeprecated);
    let used = if is_stdin(used) {
        "standard input".to_owned()
    } else {
        format!("'{}'", Printable(&used.display().to_string()))
    };
    match (missing, deprecated) {
        (0, 0) => writeln!(
            out,
            "It has all that {used} names, and deprecates none of it."
        ),
        (0, _) => writeln!(
            out,
            "It has all that {used} names, and deprecates {deprecated} of it."
        ),
        (_, 0) => writeln!(out, "It lacks {missing} of what {used} names."),
        _ => writeln!(
            out,
            "It lacks {missing} of what {used} names, and deprecates {deprecated}."
        ),
    }
}

/// What stands above things of which this is said.
fn title(verdict: Verdict, server: &Server, reference: &Reference) -> String {
    let server = server.kind.this();
    match verdict {
        Verdict::UsedMissing(_) => "Used, and missing".to_owned(),
        Verdict::UsedDeprecated => {
            "Used, and deprecated: a later release will remove it".to_owned()
        }
        Verdict::Missing(reason) => match reason {
            Reason::Newer(_) => format!("Newer than {server}"),
            Reason::Removed(_) => format!("Removed before {server}"),
            Reason::Gone(newest) => {
                format!("Removed after QEMU {newest}, or left out of this build")
            }
            Reason::Disabled => "Disabled in the guest".to_owned(),
            Reason::LeftOut => "Left out of this build".to_owned(),
            Reason::Unsaid | Reason::Unknown => "Missing".to_owned(),
        },
        Verdict::Deprecated => "Deprecated".to_owned(),
        Verdict::DeprecatedElsewhere => "Deprecated in other releases".to_owned(),
        Verdict::Extra => match reference.newest {
            Some(newest) => format!("Only here: newer than QEMU {newest}, or added by a fork"),
            None => "Only here".to_owned(),
        },
    }
}

fn lines(out: &mut impl Write, section: &[Finding], style: &Style<'_>) -> io::Result<()> {
    let notes: Vec<String> = section.iter().map(note).collect();
    let width = |lengths: &mut dyn Iterator<Item = usize>| {
        lengths.filter(|it| *it <= MAX_WIDTH).max().unwrap_or(0)
    };
    let names = width(&mut section.iter().map(|it| it.thing.name.len()));
    let width = width(&mut notes.iter().map(String::len));
    for (finding, note) in section.iter().zip(&notes) {
        let kind = style.paint(FAINT, format_args!("{:<7}", finding.thing.kind.word()));
        // What comes from a server may hold anything.
        let name = Printable(&finding.thing.name).to_string();
        let line = format!(
            "{name:<names$}  {note:<width$}  {}",
            needed_by(&finding.roots)
        );
        writeln!(out, "  {kind}  {}", line.trim_end())?;
    }
    Ok(())
}

/// The releases or the builds that have it, in short.
fn note(finding: &Finding) -> String {
    let VersionRange { first, last } = finding.versions.unwrap_or(VersionRange::ALL);
    let since = first.map(|first| format!("since {first}"));
    let until = last.map(|last| format!("removed after {}.{}", last.major, last.minor));
    let condition = finding.condition.as_ref().map(|it| format!("if {it}"));
    let reason = match finding.verdict {
        Verdict::UsedMissing(reason) | Verdict::Missing(reason) => reason,
        Verdict::UsedDeprecated | Verdict::Deprecated | Verdict::DeprecatedElsewhere => {
            let range = [since, until].into_iter().flatten();
            return range.collect::<Vec<_>>().join(" ");
        }
        Verdict::Extra => return String::new(),
    };
    let is_used = finding.verdict.is_bad();
    match reason {
        Reason::Newer(_) => since.unwrap_or_default(),
        Reason::Removed(_) => until.unwrap_or_default(),
        Reason::Disabled if is_used => "disabled in the guest".to_owned(),
        Reason::Disabled => String::new(),
        Reason::Unknown => match &finding.meant {
            Some(meant) => format!("no known release has it; did you mean '{meant}'?"),
            None => "no known release has it".to_owned(),
        },
        Reason::LeftOut | Reason::Gone(_) | Reason::Unsaid if !is_used => {
            condition.unwrap_or_default()
        }
        Reason::Unsaid => "missing".to_owned(),
        Reason::LeftOut | Reason::Gone(_) => {
            let gone = match reason {
                Reason::Gone(newest) => format!("removed after {newest}, or "),
                _ => String::new(),
            };
            let condition = condition.map_or_else(String::new, |it| format!(": {it}"));
            format!("{gone}left out of this build{condition}")
        }
    }
}

/// The commands and events that need it, the first of them.
fn needed_by(roots: &[String]) -> String {
    let (named, rest) = roots.split_at(roots.len().min(MAX_ROOTS));
    match (named, rest.len()) {
        ([], _) => String::new(),
        (named, 0) => format!("in {}", named.join(", ")),
        (named, more) => format!("in {} and {more} more", named.join(", ")),
    }
}

impl Style<'_> {
    fn paint(&self, color: &'static str, text: impl Display) -> String {
        match self.colored {
            true => format!("{color}{text}{RESET}"),
            false => text.to_string(),
        }
    }
}
