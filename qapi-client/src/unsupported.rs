//! Commands that a server is too old or too new for, or does not execute now.

use std::fmt;

use qapi_protocol::{Error, ErrorClass, Version, VersionRange};

/// Why a server does not know a command, or does as if it did not.
///
/// Its `Display` is for people: "QEMU 10.0.13 does not have it; QEMU 5.1 is the last known to have it".
///
/// # Examples
///
/// ```
/// use qapi_client::{ExecuteError, Unsupported};
///
/// fn report(error: &ExecuteError) {
///     if let ExecuteError::Qemu {
///         unsupported: Some(Unsupported::TooOld { first, .. }),
///         ..
///     } = error
///     {
///         println!("update to QEMU {first}");
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// A later release introduced the command.
    #[non_exhaustive]
    TooOld {
        /// The server's release.
        version: Version,
        /// The first release that has the command.
        first: Version,
    },
    /// The server's release, or one before it, removed the command.
    #[non_exhaustive]
    TooNew {
        /// The server's release.
        version: Version,
        /// The last release series that is known to have the command: [`VersionRange::last`].
        last: Version,
    },
    /// The guest's file systems are frozen, by `guest-fsfreeze-freeze`. Until they are thawed,
    /// the guest agent executes only what cannot wait for a disk.
    Frozen,
}

impl Unsupported {
    /// That the guest is frozen, if that is what its agent's `error` says.
    ///
    /// Agents before QEMU 6.1 do not say so.
    pub(crate) fn frozen(error: &Error) -> Option<Self> {
        let frozen = error.class == ErrorClass::CommandNotFound && error.desc.contains("frozen");
        frozen.then_some(Unsupported::Frozen)
    }

    /// What explains that a server of release `version` answered `error` to a command that the
    /// releases `versions` have; `None` if there is another reason.
    ///
    /// Clients do it for commands whose type says which releases have them; of a
    /// [`RawCommand`](crate::RawCommand) only its caller may know.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_client::Unsupported;
    /// use qapi_protocol::{Error, ErrorClass, Version, VersionRange};
    ///
    /// let error = Error::new(ErrorClass::CommandNotFound, "no cpu-add");
    /// let until = VersionRange::until(Version::new(5, 1, 0));
    /// let why = Unsupported::explaining(&error, Version::new(10, 0, 2), until);
    /// assert!(matches!(why, Some(Unsupported::TooNew { .. })));
    /// ```
    pub fn explaining(error: &Error, version: Version, versions: VersionRange) -> Option<Self> {
        if error.class != ErrorClass::CommandNotFound || versions.contains(version) {
            return None;
        }
        match versions.first {
            Some(first) if first > version => Some(Unsupported::TooOld { version, first }),
            _ => {
                let last = versions.last?;
                Some(Unsupported::TooNew { version, last })
            }
        }
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsupported::TooOld { version, first } => write!(
                f,
                "QEMU {version} does not have it; QEMU {first} is the first that does"
            ),
            Unsupported::TooNew { version, last } => write!(
                f,
                "QEMU {version} does not have it; QEMU {}.{} is the last known to have it",
                last.major, last.minor
            ),
            Unsupported::Frozen => {
                f.write_str("the guest's file systems are frozen; `guest-fsfreeze-thaw` thaws them")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use qapi_protocol::{Error, ErrorClass, Version, VersionRange};

    use super::Unsupported;

    fn explain(version: Version, versions: VersionRange) -> Option<String> {
        let error = Error::new(ErrorClass::CommandNotFound, "");
        Unsupported::explaining(&error, version, versions).map(|it| it.to_string())
    }

    #[test]
    fn the_nearest_release_that_has_it_is_named() {
        let version = Version::new;
        let range = VersionRange::between(version(2, 9, 0), version(7, 2, 0));
        assert_eq!(
            explain(version(2, 8, 1), range).unwrap(),
            "QEMU 2.8.1 does not have it; QEMU 2.9 is the first that does"
        );
        assert_eq!(
            explain(version(8, 0, 0), range).unwrap(),
            "QEMU 8.0 does not have it; QEMU 7.2 is the last known to have it"
        );
        let range = VersionRange::until(version(5, 1, 9));
        assert_eq!(
            explain(version(10, 0, 13), range).unwrap(),
            "QEMU 10.0.13 does not have it; QEMU 5.1 is the last known to have it"
        );
    }

    #[test]
    fn a_release_that_has_it_and_another_error_explain_nothing() {
        let (new, old) = (Version::new(9, 0, 0), Version::new(2, 0, 0));
        assert_eq!(explain(new, VersionRange::ALL), None);
        assert_eq!(explain(new, VersionRange::since(new)), None);
        assert_eq!(explain(old, VersionRange::until(old)), None);
        let error = Error::new(ErrorClass::GenericError, "");
        let range = VersionRange::since(new);
        assert_eq!(Unsupported::explaining(&error, old, range), None);
    }
}
