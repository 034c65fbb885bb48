//! How long things may take.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// A time as people write it: `60`, or `0.5`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(Duration);

impl FromStr for Seconds {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
        match seconds {
            Some(Ok(time)) if !time.is_zero() => Ok(Seconds(time)),
            _ => Err("not a number of seconds above 0, such as 60 or 0.5"),
        }
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}

/// The time that is left for something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// How much there was.
    pub(super) whole: Seconds,
    begin: Instant,
}

impl Budget {
    /// All of it, from now on.
    pub(super) fn new(whole: Seconds) -> Self {
        Budget {
            whole,
            begin: Instant::now(),
        }
    }

    /// What is left, which may be nothing.
    pub(super) fn left(&self) -> Duration {
        self.whole.0.saturating_sub(self.begin.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::Seconds;

    #[test]
    fn times_are_seconds_above_zero() {
        for (text, shown) in [("60", "60 s"), ("0.5", "0.5 s"), ("1e3", "1000 s")] {
            assert_eq!(text.parse::<Seconds>().unwrap().to_string(), shown);
        }
        for text in ["0", "-1", "", "1 s", "inf", "nan", "1e300", "1e-20"] {
            assert!(text.parse::<Seconds>().is_err(), "{text}");
        }
    }
}
