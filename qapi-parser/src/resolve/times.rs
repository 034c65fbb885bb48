//! When QEMU's frontend comes across what is wrong.
//!
//! It stops at the first error, so that this says which one it reports: it checks one definition
//! after another, and what a definition contains in the midst of that.

use super::names::Names;
use super::order::contents;

/// A point in the check of a definition.
#[derive(Clone, Copy)]
pub(super) enum Moment {
    /// When that many of the types that it contains are checked.
    Behind(usize),
    /// When the next one is being checked.
    Into(usize),
    /// When all of them are checked.
    End,
    /// When everything in front of the definition is checked, too.
    Documentation,
}

impl Moment {
    /// In front of everything that the definition contains.
    pub(super) const START: Moment = Moment::Behind(0);
}

/// What happens at a moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Check,
    Content,
    Documentation,
}

/// The moments of all definitions in order.
pub(super) struct Times {
    /// For each definition its time at the start, behind each of the types that it contains, at
    /// the end, and of its documentation.
    times: Vec<Vec<usize>>,
}

impl Times {
    /// The time of a moment, and what tells moments at the same time apart.
    pub(super) fn of(&self, index: usize, moment: Moment) -> (usize, Kind) {
        let times = self.times.get(index).map_or(&[][..], Vec::as_slice);
        let behind = times.len().saturating_sub(2);
        let (place, kind) = match moment {
            Moment::Behind(count) => (count.min(behind), Kind::Check),
            Moment::Into(count) => (count.min(behind), Kind::Content),
            Moment::End => (behind, Kind::Check),
            Moment::Documentation => (behind + 1, Kind::Documentation),
        };
        (times.get(place).copied().unwrap_or(usize::MAX), kind)
    }

    /// The times of the checks of all definitions.
    pub(super) fn new(names: &Names) -> Self {
        let mut clock = 0;
        let mut tick = || {
            clock += 1;
            clock
        };
        let mut times: Vec<Vec<usize>> = vec![Vec::new(); names.all.len()];
        // What is being checked, each with what is left of what it contains.
        let mut open = Vec::new();
        for declaration in &names.all {
            if times[declaration.index].is_empty() {
                times[declaration.index].push(tick());
                open.push((declaration.index, contents(names, declaration)));
            }
            while let Some((index, rest)) = open.last_mut() {
                let index = *index;
                match rest.pop() {
                    None => {
                        times[index].push(tick());
                        open.pop();
                        if let Some((user, _)) = open.last() {
                            times[*user].push(tick());
                        }
                    }
                    Some(Some((next, _))) if times[next.index].is_empty() => {
                        times[next.index].push(tick());
                        open.push((next.index, contents(names, next)));
                    }
                    Some(_) => times[index].push(tick()),
                }
            }
            times[declaration.index].push(tick());
        }
        Times { times }
    }
}
