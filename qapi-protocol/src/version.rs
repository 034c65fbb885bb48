//! Releases of QEMU.

use std::fmt;

/// A release of QEMU, or of its guest agent: `MAJOR.MINOR.MICRO`.
///
/// On the wire it is an object of these three members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The major number: 10 of 10.2.1.
    pub major: u32,
    /// The minor number: 2 of 10.2.1.
    pub minor: u32,
    /// The micro number: 1 of 10.2.1. QEMU counts release candidates and development from 50.
    pub micro: u32,
}

impl Version {
    /// The release `major.minor.micro`.
    pub const fn new(major: u32, minor: u32, micro: u32) -> Self {
        Version {
            major,
            minor,
            micro,
        }
    }

    /// Reads `MAJOR.MINOR` or `MAJOR.MINOR.MICRO`.
    ///
    /// ```
    /// use qapi_protocol::Version;
    ///
    /// assert_eq!(Version::parse("10.0.13"), Some(Version::new(10, 0, 13)));
    /// assert_eq!(Version::parse("8.1"), Some(Version::new(8, 1, 0)));
    /// assert_eq!(Version::parse("v8"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Version> {
        let mut numbers = [0; 3];
        let mut count = 0;
        for part in text.split('.') {
            // `u32::from_str` takes a leading `+`.
            if !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            *numbers.get_mut(count)? = part.parse().ok()?;
            count += 1;
        }
        let [major, minor, micro] = numbers;
        (count >= 2).then_some(Version::new(major, minor, micro))
    }

    /// The first release of its series: 10.2.0 for 10.2.1.
    const fn series(self) -> Self {
        Version::new(self.major, self.minor, 0)
    }
}

/// Writes `10.2` for 10.2.0, else `10.2.1`: the way QEMU's documentation names releases.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.micro != 0 {
            write!(f, ".{}", self.micro)?;
        }
        Ok(())
    }
}

members!(Version {
    "micro" => micro,
    "minor" => minor,
    "major" => major,
});

/// The releases that have something: a command, for one.
///
/// Its `Display` is for people: "QEMU 6.0 and newer", "QEMU 2.9 to 7.2".
///
/// # Examples
///
/// ```
/// use qapi_protocol::{Version, VersionRange};
///
/// let range = VersionRange::between(Version::new(6, 0, 0), Version::new(7, 2, 0));
/// assert!(range.contains(Version::new(7, 2, 22)));
/// assert!(!range.contains(Version::new(8, 0, 0)));
/// assert_eq!(range.to_string(), "QEMU 6.0 to 7.2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VersionRange {
    /// The first release that has it; `None` where the schema does not say.
    pub first: Option<Version>,
    /// The last release series that is known to have it: `7.2` stands for all of 7.2.0, 7.2.1 and
    /// so on, and its `micro` means nothing. `None` where the newest known one still does.
    ///
    /// Of bindings made of the schemas of some releases, these are the known ones: between the last
    /// of them that has something and the next, which has not, others may have it, too.
    pub last: Option<Version>,
}

impl VersionRange {
    /// A range without bounds.
    pub const ALL: Self = VersionRange {
        first: None,
        last: None,
    };

    /// The releases from `first` on.
    pub const fn since(first: Version) -> Self {
        VersionRange {
            first: Some(first),
            last: None,
        }
    }

    /// The releases up to those of the [series](Self::last) `last`.
    pub const fn until(last: Version) -> Self {
        VersionRange {
            first: None,
            last: Some(last),
        }
    }

    /// The releases from `first` on up to those of the [series](Self::last) `last`.
    pub const fn between(first: Version, last: Version) -> Self {
        VersionRange {
            first: Some(first),
            last: Some(last),
        }
    }

    /// Reads the notation of descriptors: the first release and the series of the last, both
    /// included, with two dots between them.
    ///
    /// ```
    /// use qapi_protocol::{Version, VersionRange};
    ///
    /// let (first, last) = (Version::new(5, 2, 0), Version::new(9, 0, 0));
    /// assert_eq!(VersionRange::parse("5.2..9.0"), Some(VersionRange::between(first, last)));
    /// assert_eq!(VersionRange::parse("5.2.."), Some(VersionRange::since(first)));
    /// assert_eq!(VersionRange::parse("..9.0"), Some(VersionRange::until(last)));
    /// assert_eq!(VersionRange::parse("5.2"), None);
    /// ```
    pub fn parse(text: &str) -> Option<VersionRange> {
        let (first, last) = text.split_once("..")?;
        let bound = |text: &str| match text {
            "" => Some(None),
            _ => Version::parse(text).map(Some),
        };
        Some(VersionRange {
            first: bound(first)?,
            last: bound(last)?,
        })
    }

    /// Whether `version` lies in the range.
    ///
    /// A version under development counts as what its numbers say: 10.1.90, the first candidate
    /// for 10.2.0, is before 10.2.
    pub fn contains(&self, version: Version) -> bool {
        let begun = self.first.is_none_or(|first| first <= version);
        let ended = self
            .last
            .is_some_and(|last| last.series() < version.series());
        begun && !ended
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.last.map(Version::series);
        match (self.first, last) {
            (None, None) => f.write_str("every QEMU"),
            (Some(first), None) => write!(f, "QEMU {first} and newer"),
            (None, Some(last)) => write!(f, "up to QEMU {last}"),
            (Some(first), Some(last)) if first == last => write!(f, "QEMU {last} only"),
            (Some(first), Some(last)) => write!(f, "QEMU {first} to {last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, VersionRange};

    #[test]
    fn a_range_holds_its_bounds_and_the_micro_releases_of_its_last() {
        let range = VersionRange::between(Version::new(6, 2, 0), Version::new(7, 2, 0));
        assert!(!range.contains(Version::new(6, 1, 9)));
        assert!(range.contains(Version::new(6, 2, 0)));
        assert!(range.contains(Version::new(7, 2, 22)));
        assert!(!range.contains(Version::new(8, 0, 0)));
    }

    #[test]
    fn a_range_may_lack_a_bound() {
        let old = Version::new(0, 1, 0);
        let new = Version::new(u32::MAX, 0, 0);
        let middle = Version::new(6, 2, 0);
        for (range, has_old, has_new) in [
            (VersionRange::ALL, true, true),
            (VersionRange::since(middle), false, true),
            (VersionRange::until(middle), true, false),
            (VersionRange::between(middle, middle), false, false),
        ] {
            assert_eq!(range.contains(old), has_old, "{range}");
            assert!(range.contains(middle), "{range}");
            assert_eq!(range.contains(new), has_new, "{range}");
        }
    }

    #[test]
    fn a_range_is_written_for_people() {
        let version = Version::new;
        for (range, text) in [
            (VersionRange::ALL, "every QEMU"),
            (VersionRange::since(version(6, 0, 0)), "QEMU 6.0 and newer"),
            (
                VersionRange::since(version(1, 5, 3)),
                "QEMU 1.5.3 and newer",
            ),
            (VersionRange::until(version(5, 1, 0)), "up to QEMU 5.1"),
            // Of the last, the series is meant.
            (VersionRange::until(version(5, 1, 9)), "up to QEMU 5.1"),
            (
                VersionRange::between(version(2, 9, 0), version(7, 2, 0)),
                "QEMU 2.9 to 7.2",
            ),
            (
                VersionRange::between(version(5, 2, 0), version(5, 2, 0)),
                "QEMU 5.2 only",
            ),
            (
                VersionRange::between(version(5, 2, 1), version(5, 2, 0)),
                "QEMU 5.2.1 to 5.2",
            ),
        ] {
            assert_eq!(range.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_version_is_not_read() {
        for text in [
            "",
            "1",
            "1.",
            ".1",
            "1.2.3.4",
            "1.x",
            "+1.2",
            "1.99999999999",
        ] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        for text in [
            "",
            "1",
            "1.0",
            "1.0...2.0",
            "1..2.0",
            "1.0..2.0..3.0",
            "1.0 to 2.0",
        ] {
            assert_eq!(VersionRange::parse(text), None, "{text}");
        }
        assert_eq!(VersionRange::parse(".."), Some(VersionRange::ALL));
    }

    #[test]
    fn a_version_is_written_as_the_documentation_writes_it() {
        assert_eq!(Version::new(10, 2, 0).to_string(), "10.2");
        assert_eq!(Version::new(1, 5, 3).to_string(), "1.5.3");
    }
}
