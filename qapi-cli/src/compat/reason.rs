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
