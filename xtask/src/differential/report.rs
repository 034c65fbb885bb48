//! How often both say the same, and where they do not.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::frontend::Verdict;
use crate::conformance::{Place, Score};

/// The share of verdicts that has to be the same, in hundredths of a percent.
const VERDICTS: usize = 9_950;

/// The same for the lines of what both refuse.
const LINES: usize = 9_700;

/// What both say of a schema.
pub(super) struct Comparison<'a> {
    pub(super) number: usize,
    pub(super) root: &'a str,
    pub(super) file: &'a str,
    pub(super) mutation: &'static str,
    /// The file before it was changed.
    pub(super) original: &'a str,
    pub(super) text: &'a str,
    /// What QEMU's frontend says.
    pub(super) expected: Verdict,
    /// What we say.
    pub(super) found: Verdict,
}

/// All comparisons.
#[derive(Default)]
pub(super) struct Report {
    /// By kind of change.
    scores: BTreeMap<&'static str, Scores>,
    pub(super) differences: Vec<Difference>,
}

/// How often what is the same.
#[derive(Clone, Copy, Default)]
struct Scores {
    verdicts: Score,
    /// Of the schemas that both refuse and of which both name a line.
    lines: Score,
    /// Of the schemas that both accept and of which both give a dump.
    dumps: Score,
}

/// A schema of which both do not say the same.
pub(super) struct Difference {
    pub(super) number: usize,
    /// The file that was changed.
    pub(super) schema: String,
    /// What was changed, and what both say.
    pub(super) text: String,
}

impl Report {
    /// Adds a comparison.
    pub(super) fn add(&mut self, comparison: Comparison<'_>) {
        let scores = self.scores.entry(comparison.mutation).or_default();
        if let Some(what) = scores.add(&comparison.expected, &comparison.found) {
            self.differences.push(Difference {
                number: comparison.number,
                schema: comparison.text.to_owned(),
                text: describe(what, &comparison),
            });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// Whether both say the same as often as they have to.
    pub(super) fn is_good(&self) -> bool {
        let total = self.total();
        total.verdicts.is_at_least(VERDICTS) && total.lines.is_at_least(LINES)
    }

    fn total(&self) -> Scores {
        let scores = self.scores.values();
        scores.fold(Scores::default(), |sum, scores| Scores {
            verdicts: sum.verdicts + scores.verdicts,
            lines: sum.lines + scores.lines,
            dumps: sum.dumps + scores.dumps,
        })
    }
}

impl Scores {
    /// Counts a schema; gives what differs.
    fn add(&mut self, expected: &Verdict, found: &Verdict) -> Option<&'static str> {
        let (score, name, is_same) = match (expected, found) {
            (Verdict::Accepted(expected), Verdict::Accepted(found)) => {
                self.verdicts.count(true);
                let (Some(expected), Some(found)) = (expected, found) else {
                    return None;
                };
                (&mut self.dumps, "dump", expected == found)
            }
            (
                Verdict::Refused {
                    place: expected, ..
                },
                Verdict::Refused { place: found, .. },
            ) => {
                self.verdicts.count(true);
                let (Some(expected), Some(found)) = (expected, found) else {
                    return None;
                };
                let line = |place: &Place| (place.file.clone(), place.line);
                (&mut self.lines, "line", line(expected) == line(found))
            }
            _ => (&mut self.verdicts, "verdict", false),
        };
        score.count(is_same);
        (!is_same).then_some(name)
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut row = |name: &str, scores: &Scores| {
            let Scores {
                verdicts,
                lines,
                dumps,
            } = scores;
            let cells = [verdicts, lines, dumps].map(|score| format!("{:<26}", score.to_string()));
            writeln!(f, "{name:<23}{}", cells.concat().trim_end())
        };
        for (name, scores) in &self.scores {
            row(name, scores)?;
        }
        row("total", &self.total())?;
        writeln!(f, "{:<23}{:<26}{:<26}dumps", "", "verdicts", "lines")
    }
}

/// What differs, for people.
fn describe(what: &str, comparison: &Comparison<'_>) -> String {
    let Comparison {
        number,
        root,
        file,
        mutation,
        original,
        text,
        expected,
        found,
    } = comparison;
    let (expected, found) = match (expected, found) {
        (Verdict::Accepted(Some(expected)), Verdict::Accepted(Some(found))) => {
            (changes(expected, found), String::new())
        }
        (expected, found) => (say(expected), say(found)),
    };
    let change = changes(original, text);
    format!(
        "{what} of {number}\nroot {root}\nfile {file}\n\n--- {mutation}\n{change}\n\
         --- QEMU\n{expected}\n--- we\n{found}"
    )
}

fn say(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted(_) => "accepted\n".to_owned(),
        Verdict::Refused { text, .. } => format!("{text}\n"),
    }
}

/// The lines from the first to the last that differ between two texts.
fn changes(old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = |(old, new): &(&&str, &&str)| old == new;
    let front = old.iter().zip(&new).take_while(same).count();
    let longest = old.len().min(new.len()) - front;
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same);
    let back = back.count().min(longest);
    let part = |sign: char, lines: &[&str]| {
        let lines = lines.get(front..lines.len() - back).unwrap_or_default();
        let lines = lines.iter().map(|line| format!("{sign}{line}\n"));
        lines.collect::<String>()
    };
    format!("line {}\n{}{}", front + 1, part('-', &old), part('+', &new))
}
