//! Times, and what must hold between them.

use std::cell::RefCell;
use std::fmt::{self, Display, Formatter};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The shortest of the times that something took: what disturbs a measurement makes it longer.
#[derive(Default)]
pub(crate) struct Shortest(RefCell<Option<Duration>>);

/// A ratio of two times with its limits.
pub(crate) struct Bound {
    pub(crate) what: String,
    pub(crate) ratio: f64,
    pub(crate) limit: Limit,
}

pub(crate) enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Shortest {
    /// Adds a time.
    pub(crate) fn add(&self, time: Duration) {
        let mut shortest = self.0.borrow_mut();
        *shortest = Some(shortest.map_or(time, |shortest| shortest.min(time)));
    }

    /// Does `work` that often, and gives the time of all. What it gives is dropped behind the last,
    /// for that is not counted.
    pub(crate) fn time<T>(&self, count: u64, work: impl Fn() -> T) -> Duration {
        let mut results = Vec::new();
        let mut all = Duration::ZERO;
        for _ in 0..count {
            let start = Instant::now();
            results.push(black_box(work()));
            let time = start.elapsed();
            self.add(time);
            all += time;
        }
        all
    }

    /// How often `other` goes into this; `None` where one was not measured.
    pub(crate) fn ratio(&self, other: &Shortest) -> Option<f64> {
        let (one, other) = ((*self.0.borrow())?, (*other.0.borrow())?);
        Some(one.as_secs_f64() / other.as_secs_f64())
    }
}

impl Bound {
    pub(crate) fn holds(&self) -> bool {
        match self.limit {
            Limit::AtMost(limit) => self.ratio <= limit,
            Limit::AtLeast(limit) => self.ratio >= limit,
        }
    }
}

impl Display for Bound {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (word, limit) = match self.limit {
            Limit::AtMost(limit) => ("at most", limit),
            Limit::AtLeast(limit) => ("at least", limit),
        };
        let verdict = if self.holds() { "holds" } else { "EXCEEDED" };
        let Bound { what, ratio, .. } = self;
        write!(f, "{what}: {ratio:.1}, {word} {limit}: {verdict}")
    }
}
