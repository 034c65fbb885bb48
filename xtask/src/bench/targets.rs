//! What is to be reached, and whether it is.

use std::fmt;

use super::command;
use super::grid::{Grid, Row, grids};
use super::part::Part;
use super::report::Report;

/// What is to be reached: a ratio of ours to theirs.
#[derive(Debug, PartialEq)]
pub(super) struct Target {
    part: Part,
    table: &'static str,
    /// All rows that have no target of their own, if there is none.
    row: Option<&'static str>,
    /// Who is compared with.
    pub(super) against: &'static str,
    limit: Limit,
    /// What would be better still.
    aim: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

const fn target(
    part: Part,
    (table, row): (&'static str, Option<&'static str>),
    against: &'static str,
    limit: Limit,
    aim: Option<f64>,
) -> Target {
    Target {
        part,
        table,
        row,
        against,
        limit,
        aim,
    }
}

const TARGETS: [Target; 17] = {
    use Limit::{AtLeast, AtMost};
    use Part::{Command, Compile, Connections, Decode, Generate, RoundTrip};
    let (time, release, debug) = ("Build time", "clean build, release", "clean build, debug");
    let latency = "Time of a command, median";
    [
        target(
            Compile,
            (time, Some(release)),
            "peer",
            AtMost(0.40),
            Some(0.25),
        ),
        target(
            Compile,
            (time, Some(debug)),
            "peer",
            AtMost(0.45),
            Some(0.25),
        ),
        target(
            Compile,
            (time, Some("clean check")),
            "peer",
            AtMost(0.40),
            Some(0.25),
        ),
        target(
            Compile,
            ("Binary size", None),
            "peer",
            AtMost(0.8),
            Some(0.5),
        ),
        target(
            Decode,
            ("Decode", Some("whole recordings")),
            "peer",
            AtLeast(2.0),
            Some(3.0),
        ),
        target(Decode, ("Decode", None), "peer", AtLeast(1.5), None),
        target(Decode, ("Encode", None), "peer", AtLeast(1.0), None),
        target(
            Generate,
            ("Load and check", Some("QEMU's files, again")),
            "QEMU's frontend",
            AtMost(0.04),
            None,
        ),
        target(Generate, ("Generate all", None), "peer", AtMost(3.0), None),
        target(
            RoundTrip,
            ("CPU time per command", None),
            "peer",
            AtMost(1.0),
            None,
        ),
        target(
            Connections,
            ("Heap of a connection", None),
            "peer",
            AtMost(0.5),
            None,
        ),
        target(
            Connections,
            ("Resident memory of a connection", None),
            "peer",
            AtMost(1.0),
            None,
        ),
        target(
            Connections,
            (latency, Some("stand-in, one active")),
            "peer",
            AtMost(1.1),
            None,
        ),
        target(
            Connections,
            (latency, Some("stand-in, all active")),
            "peer",
            AtMost(1.1),
            None,
        ),
        target(
            Connections,
            ("CPU time per command", None),
            "peer",
            AtMost(1.1),
            None,
        ),
        target(
            Command,
            (command::TABLE, Some(command::EXEC)),
            command::ALLOWED,
            AtMost(1.0),
            None,
        ),
        target(
            Command,
            (command::TABLE, Some(command::SHELL)),
            command::ALLOWED,
            AtMost(1.0),
            None,
        ),
    ]
};

/// The target of a row.
pub(super) fn of(part: Part, table: &str, row: &str) -> Option<&'static Target> {
    let mut targets = TARGETS.iter();
    targets.find(|target| {
        (target.part, target.table) == (part, table) && target.row.is_none_or(|name| name == row)
    })
}

impl Target {
    /// Whether a ratio reaches it, in words.
    pub(super) fn verdict(&self, ratio: f64) -> String {
        let aim = match self.aim {
            Some(aim) if self.limit.with(aim).holds(ratio) => ", the aim too",
            _ => "",
        };
        match self.limit.holds(ratio) {
            true => format!("met{aim}"),
            false => "**missed**".to_owned(),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.limit {
            Limit::AtMost(limit) => write!(f, "≤ {limit}")?,
            Limit::AtLeast(limit) => write!(f, "≥ {limit}")?,
        }
        match self.aim {
            Some(aim) => write!(f, " (aim {aim})"),
            None => Ok(()),
        }
    }
}

impl Limit {
    fn with(self, value: f64) -> Self {
        match self {
            Limit::AtMost(_) => Limit::AtMost(value),
            Limit::AtLeast(_) => Limit::AtLeast(value),
        }
    }

    fn holds(self, ratio: f64) -> bool {
        match self {
            Limit::AtMost(limit) => ratio <= limit,
            Limit::AtLeast(limit) => ratio >= limit,
        }
    }
}

/// A line for each target: whether it is reached.
pub(super) fn verdicts(report: &Report) -> String {
    let mut text = String::new();
    for (part, measured) in report.parts() {
        for grid in grids(&measured.figures.figures) {
            for row in &grid.rows {
                text.extend(line(part, &grid, row));
            }
        }
    }
    text
}

fn line(part: Part, grid: &Grid<'_>, row: &Row<'_>) -> Option<String> {
    let target = of(part, grid.name, row.name)?;
    let ratio = grid.ratio(row, "ours", target.against)?;
    let (table, row, verdict) = (grid.name, row.name, target.verdict(ratio));
    let verdict = verdict.replace("**missed**", "MISSED");
    Some(format!("{table}, {row}: {ratio:.3}, {target}: {verdict}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_target_of_its_own_has_that_of_its_table() {
        let target = |row| of(Part::Decode, "Decode", row).unwrap();
        assert_eq!(target("whole recordings").limit, Limit::AtLeast(2.0));
        assert_eq!(target("events").limit, Limit::AtLeast(1.5));
        assert_eq!(of(Part::Compile, "Build time", "rebuild, debug"), None);
        assert_eq!(of(Part::Generate, "Decode", "events"), None);
    }

    #[test]
    fn a_target_is_met_or_missed_and_says_whether_its_aim_is() {
        let compile = of(Part::Compile, "Build time", "clean build, release").unwrap();
        assert_eq!(compile.to_string(), "≤ 0.4 (aim 0.25)");
        assert_eq!(compile.verdict(0.41), "**missed**");
        assert_eq!(compile.verdict(0.40), "met");
        assert_eq!(compile.verdict(0.25), "met, the aim too");

        let decode = of(Part::Decode, "Decode", "events").unwrap();
        assert_eq!(decode.to_string(), "≥ 1.5");
        assert_eq!(decode.verdict(1.4), "**missed**");
        assert_eq!(decode.verdict(1.6), "met");
    }
}
