//! How many cases agree, and in what the others differ.

use std::fmt::{self, Display, Formatter};
use std::ops::Add;

use super::case::Outcome;

/// The result of all cases.
#[derive(Default)]
pub(super) struct Report {
    verdicts: Score,
    places: Score,
    dumps: Score,
    misses: Vec<Miss>,
}

/// How many of some things are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) right: usize,
    pub(crate) all: usize,
}

/// A case in which we differ from QEMU.
struct Miss {
    case: String,
    what: &'static str,
    expected: String,
    found: String,
}

impl Report {
    /// Adds a case.
    pub(super) fn add(&mut self, case: &str, expected: &Outcome, found: &Outcome) {
        let is_verdict = matches!(
            (expected, found),
            (Outcome::Accepted(_), Outcome::Accepted(_))
                | (Outcome::Refused(_), Outcome::Refused(_))
        );
        self.verdicts.count(is_verdict);
        let (what, expected, found) = match (expected, found) {
            (Outcome::Accepted(expected), Outcome::Accepted(found)) => {
                self.dumps.count(expected == found);
                if expected == found {
                    return;
                }
                let (expected, found) = first_difference(expected, found);
                ("dump", expected, found)
            }
            (Outcome::Refused(expected), Outcome::Refused(found)) => {
                let is_place = expected.place.admits(&found.place);
                self.places.count(is_place);
                if is_place {
                    return;
                }
                ("place", expected.text.clone(), found.text.clone())
            }
            (Outcome::Accepted(_), Outcome::Refused(found)) => {
                self.dumps.count(false);
                ("verdict", "accepted".to_owned(), found.text.clone())
            }
            (Outcome::Refused(expected), Outcome::Accepted(_)) => {
                self.places.count(false);
                ("verdict", expected.text.clone(), "accepted".to_owned())
            }
        };
        self.misses.push(Miss {
            case: case.to_owned(),
            what,
            expected,
            found,
        });
    }

    /// Whether all is right.
    pub(super) fn is_perfect(&self) -> bool {
        self.misses.is_empty()
    }

    #[cfg(test)]
    pub(super) fn scores(&self) -> [Score; 3] {
        [self.verdicts, self.places, self.dumps]
    }
}

impl Score {
    /// Counts one thing more.
    pub(crate) fn count(&mut self, is_right: bool) {
        self.right += usize::from(is_right);
        self.all += 1;
    }

    /// Whether that many hundredths of a percent are right.
    pub(crate) fn is_at_least(self, hundredths: usize) -> bool {
        self.right * 10_000 >= self.all * hundredths
    }
}

impl Add for Score {
    type Output = Score;

    fn add(self, other: Score) -> Score {
        Score {
            right: self.right + other.right,
            all: self.all + other.all,
        }
    }
}

impl Display for Score {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Score { right, all } = self;
        write!(f, "{right:>6} of {all:>6}")?;
        if *all > 0 {
            // Rounded down: 100 % is all of them.
            let hundredths = right * 10_000 / all;
            write!(f, " {:>4}.{:02} %", hundredths / 100, hundredths % 100)?;
        }
        Ok(())
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for miss in &self.misses {
            writeln!(f, "{}: wrong {}", miss.case, miss.what)?;
            lines(f, "expected", &miss.expected)?;
            lines(f, "found", &miss.found)?;
        }
        writeln!(f, "verdicts {}", self.verdicts)?;
        writeln!(f, "places   {}", self.places)?;
        writeln!(f, "dumps    {}", self.dumps)
    }
}

/// How many lines of either side are shown of a miss.
const MAX_LINES: usize = 6;

fn lines(f: &mut Formatter<'_>, label: &str, text: &str) -> fmt::Result {
    let mut label = label;
    for line in text.lines().take(MAX_LINES) {
        writeln!(f, "  {label:>8} | {line}")?;
        label = "";
    }
    if text.lines().count() > MAX_LINES {
        writeln!(f, "  {:>8} | ...", "")?;
    }
    Ok(())
}

/// Where two texts begin to differ: the number of the line, and the lines from there on.
fn first_difference(expected: &str, found: &str) -> (String, String) {
    let same = expected
        .split_inclusive('\n')
        .zip(found.split_inclusive('\n'));
    let same = same
        .take_while(|(expected, found)| expected == found)
        .count();
    let rest = |text: &str| {
        let rest: Vec<String> = text
            .split_inclusive('\n')
            .skip(same)
            .take(MAX_LINES)
            .map(|line| format!("{line:?}"))
            .collect();
        format!("line {}:\n{}", same + 1, rest.join("\n"))
    };
    (rest(expected), rest(found))
}
