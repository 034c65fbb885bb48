//! Why a server lacks something.

use qapi_protocol::{Version, VersionRange};

use super::thing::Facts;

/// Why a server lacks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Nobody has it.
    Unknown,
    /// It came with a later release.
    Newer(Version),
    /// An earlier release was the last to have it.
    Removed(Version),
    /// A release after this one, which was the newest that was known, may have removed it.
    Gone(Version),
    /// The guest's administrator has disabled it, or its agent has, as it is of no use there.
    Disabled,
    /// The server's release has it, but this build does not.
    LeftOut,
    /// Of no release is known whether it has it.
    Unsaid,
}

impl Reason {
    /// Why a server of release `server` lacks what `facts` are about, where `newest` is the newest
    /// release that is known.
    pub(super) fn of(facts: &Facts, server: Option<Version>, newest: Option<Version>) -> Reason {
        if facts.is_disabled {
            return Reason::Disabled;
        }
        let Some(server) = server else {
            return Reason::Unsaid;
        };
        let versions = facts.versions.unwrap_or(VersionRange::ALL);
        match (versions.first, versions.last) {
            (Some(first), _) if first > server => Reason::Newer(first),
            (_, Some(last)) if !VersionRange::until(last).contains(server) => Reason::Removed(last),
            _ => match newest {
                Some(newest) if !VersionRange::until(newest).contains(server) => {
                    Reason::Gone(newest)
                }
                Some(_) => Reason::LeftOut,
                None => Reason::Unsaid,
            },
        }
    }

    /// The word for it, for programs.
    pub(super) fn word(self) -> &'static str {
        match self {
            Reason::Unknown => "unknown",
            Reason::Newer(_) => "newer",
            Reason::Removed(_) => "removed",
            Reason::Gone(_) => "gone",
            Reason::Disabled => "disabled",
            Reason::LeftOut => "left-out",
            Reason::Unsaid => "unsaid",
        }
    }
}

#[cfg(test)]
mod tests {
    use qapi_protocol::{Version, VersionRange};

    use super::Reason;
    use crate::compat::thing::Facts;

    #[test]
    fn the_releases_that_have_it_and_that_of_the_server_are_the_reason() {
        let version = |text: &str| Version::parse(text);
        let reason = |versions: &str, server: &str| {
            let facts = Facts {
                versions: VersionRange::parse(versions),
                ..Facts::default()
            };
            Reason::of(&facts, version(server), version("10.2"))
        };
        let known = |text: &str| version(text).expect("it is a version");
        assert_eq!(reason("8.1..", "8.0.5"), Reason::Newer(known("8.1")));
        // A candidate for a release has what the release before it has.
        assert_eq!(reason("8.1..", "8.0.90"), Reason::Newer(known("8.1")));
        assert_eq!(reason("8.1..", "8.1.0"), Reason::LeftOut);
        assert_eq!(reason("..7.2", "8.0.0"), Reason::Removed(known("7.2")));
        assert_eq!(reason("6.0..7.2", "7.2.22"), Reason::LeftOut);
        assert_eq!(reason("6.0..7.2", "5.2.0"), Reason::Newer(known("6.0")));
        assert_eq!(reason("", "10.2.1"), Reason::LeftOut);
        assert_eq!(reason("", "11.0.0"), Reason::Gone(known("10.2")));
        assert_eq!(reason("..7.2", "11.0.0"), Reason::Removed(known("7.2")));
        assert_eq!(reason("8.1..", "unheard of"), Reason::Unsaid);
    }

    #[test]
    fn of_a_schema_that_names_no_release_nothing_is_known() {
        let server = Version::parse("8.0");
        assert_eq!(Reason::of(&Facts::default(), server, None), Reason::Unsaid);
    }

    #[test]
    fn what_is_disabled_is_there() {
        let facts = Facts {
            versions: VersionRange::parse("9.0.."),
            is_disabled: true,
            ..Facts::default()
        };
        assert_eq!(
            Reason::of(&facts, Version::parse("8.0"), None),
            Reason::Disabled
        );
    }
}
