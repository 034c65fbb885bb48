//! Points in time at which waiting ends.

use std::time::{Duration, Instant};

/// The least time that anything is waited for, so that what has already arrived is seen, and
/// what there is room for is sent, even when the deadline has passed.
const LEAST_WAIT: Duration = Duration::from_millis(1);

/// What a timeout is cut down to that lies beyond the clock's range.
const FAR_FUTURE: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A point in time at which waiting ends.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    at: Option<Instant>,
    /// Whether something was waited for when the deadline had passed.
    looked_after: bool,
}

impl Deadline {
    /// The deadline `timeout` from now.
    pub(crate) fn after(timeout: Duration) -> Self {
        let at = Instant::now().checked_add(timeout.min(FAR_FUTURE));
        Deadline {
            at,
            looked_after: false,
        }
    }

    /// The time that is left; zero when it has passed.
    pub(crate) fn remaining(&self) -> Duration {
        match self.at {
            Some(at) => at.saturating_duration_since(Instant::now()),
            // Unreachable on every clock known, and no reason to wait without end.
            None => Duration::ZERO,
        }
    }

    /// How long to wait for the next thing to happen: what is left, then once a moment, then
    /// no more.
    ///
    /// Only once, because a server that keeps sending has always something for the moment. A
    /// clone has a moment of its own.
    pub(crate) fn next_wait(&mut self) -> Option<Duration> {
        let remaining = self.remaining();
        if remaining.is_zero() && std::mem::replace(&mut self.looked_after, true) {
            return None;
        }
        Some(remaining.max(LEAST_WAIT))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Deadline, LEAST_WAIT};

    #[test]
    fn any_timeout_has_a_deadline() {
        assert_eq!(Deadline::after(Duration::ZERO).remaining(), Duration::ZERO);
        assert!(Deadline::after(Duration::MAX).remaining() > Duration::from_secs(1 << 30));
        let remaining = Deadline::after(Duration::from_secs(60)).remaining();
        assert!(remaining <= Duration::from_secs(60) && remaining > Duration::from_secs(30));
    }

    #[test]
    fn there_is_one_look_after_it() {
        let mut deadline = Deadline::after(Duration::ZERO);
        assert_eq!(deadline.next_wait(), Some(LEAST_WAIT));
        assert_eq!(deadline.next_wait(), None);

        let mut deadline = Deadline::after(Duration::from_secs(60));
        for _ in 0..3 {
            assert!(deadline.next_wait().unwrap() > Duration::from_secs(30));
        }
    }
}
