//! Releases of QEMU.

use std::fmt;

use serde::de::MapAccess;
use serde::ser::SerializeMap;

use crate::codec::{self, Members, Object, Writer, required};

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

impl Object for Version {
    const NAME: &'static str = "Version";
    const MEMBERS: &'static [&'static str] = &["micro", "minor", "major"];

    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'_, 'de, A>) -> Result<Self, A::Error> {
        let (mut major, mut minor, mut micro) = (None, None, None);
        while let Some(member) = members.next(Self::MEMBERS)? {
            match member {
                0 => micro = Some(members.value()?),
                1 => minor = Some(members.value()?),
                _ => major = Some(members.value()?),
            }
        }
        Ok(Version {
            major: required(major, "major")?,
            minor: required(minor, "minor")?,
            micro: required(micro, "micro")?,
        })
    }

    fn write<M: SerializeMap>(&self, to: &mut Writer<M>) {
        to.member("micro", &self.micro);
        to.member("minor", &self.minor);
        to.member("major", &self.major);
    }
}

codec::serde!(object Version);

/// The releases that have a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VersionRange {
    /// The first release that has it; `None` where the schema does not say.
    pub first: Option<Version>,
    /// The last release that has it; `None` where the newest known one still does.
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

    /// Whether `version` lies in the range.
    ///
    /// `last` names a release series: 7.2.22 lies in a range that ends with 7.2.
    pub fn contains(&self, version: Version) -> bool {
        let begun = self.first.is_none_or(|first| first <= version);
        let ended = self
            .last
            .is_some_and(|last| (last.major, last.minor) < (version.major, version.minor));
        begun && !ended
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, VersionRange};

    #[test]
    fn a_range_holds_its_bounds_and_the_micro_releases_of_its_last() {
        let range = VersionRange {
            first: Some(Version::new(6, 2, 0)),
            last: Some(Version::new(7, 2, 0)),
        };
        assert!(!range.contains(Version::new(6, 1, 9)));
        assert!(range.contains(Version::new(6, 2, 0)));
        assert!(range.contains(Version::new(7, 2, 22)));
        assert!(!range.contains(Version::new(8, 0, 0)));
        assert!(VersionRange::ALL.contains(Version::new(0, 1, 0)));
    }

    #[test]
    fn a_version_is_written_as_the_documentation_writes_it() {
        assert_eq!(Version::new(10, 2, 0).to_string(), "10.2");
        assert_eq!(Version::new(1, 5, 3).to_string(), "1.5.3");
    }
}
