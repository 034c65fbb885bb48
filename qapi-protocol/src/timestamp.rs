//! When an event happened.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The server's time when an event occurred, counted from 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Whole seconds; -1 when the server could not read its clock.
    pub seconds: i64,
    /// Microseconds on top of them, 0 to 999,999; -1 when the server could not read its clock.
    pub microseconds: i64,
}

impl Timestamp {
    /// What a server sends that could not read its clock.
    pub const UNKNOWN: Self = Timestamp {
        seconds: -1,
        microseconds: -1,
    };

    /// The time as the standard library has it; `None` when it is not known, or is none.
    pub fn to_system_time(self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.seconds).ok()?;
        let microseconds = u32::try_from(self.microseconds).ok()?;
        let nanoseconds = microseconds.checked_mul(1000)?;
        if nanoseconds >= 1_000_000_000 {
            return None;
        }
        UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
    }
}

members!(Timestamp {
    "seconds" => seconds,
    "microseconds" => microseconds,
});

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::Timestamp;
    use crate::decode;

    #[test]
    fn a_known_time_is_a_system_time() {
        let time = |seconds, microseconds| {
            Timestamp {
                seconds,
                microseconds,
            }
            .to_system_time()
        };
        assert_eq!(
            time(1_258_551_470, 802_384),
            Some(UNIX_EPOCH + Duration::new(1_258_551_470, 802_384_000))
        );
        assert_eq!(time(0, 0), Some(UNIX_EPOCH));
        assert_eq!(Timestamp::UNKNOWN.to_system_time(), None);
        for (seconds, microseconds) in [
            (-1, 0),
            (0, -1),
            (0, 1_000_000),
            (0, i64::MAX),
            (i64::MIN, i64::MIN),
        ] {
            assert_eq!(time(seconds, microseconds), None);
        }
        // Whether it can be represented depends on the platform.
        let _ = time(i64::MAX, 999_999);
    }

    #[test]
    fn both_members_are_integers() {
        let timestamp = decode(r#"{"microseconds": -1, "seconds": -1}"#);
        assert_eq!(timestamp, Ok(Timestamp::UNKNOWN));
        let error = decode::<Timestamp>(r#"{"seconds": 1.5, "microseconds": 0}"#).unwrap_err();
        assert_eq!(error.path, "$.seconds");
    }
}
