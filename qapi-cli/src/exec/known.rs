//! What is known of commands by their names alone.

use qapi_protocol::{CommandSet, CommandVisitor, QapiCommand, VersionRange};
use qapi_types::{qga, qmp, qsd};

/// What is known of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The releases that have it.
    pub(super) versions: VersionRange,
    /// Whether success is answered.
    pub(super) answers: bool,
}

/// A command of QEMU, or of its storage daemon.
pub(super) fn of_monitor(name: &str) -> Option<Known> {
    qmp::Command::visit(name, Look).or_else(|| qsd::Command::visit(name, Look))
}

/// A command of the guest agent.
pub(super) fn of_agent(name: &str) -> Option<Known> {
    qga::Command::visit(name, Look)
}

/// Whether a command of the guest agent answers failure only.
pub(crate) fn is_silent(command: &str) -> bool {
    of_agent(command).is_some_and(|known| !known.answers)
}

struct Look;

impl CommandVisitor for Look {
    type Output = Known;

    fn visit<C: QapiCommand>(self) -> Known {
        Known {
            versions: C::VERSIONS,
            answers: C::SUCCESS_RESPONSE,
        }
    }
}

#[cfg(test)]
mod tests {
    use qapi_protocol::Version;

    use super::{of_agent, of_monitor};

    #[test]
    fn commands_are_known_with_their_releases_and_whether_they_answer() {
        let add = of_monitor("cpu-add").unwrap();
        assert!(add.answers && !add.versions.contains(Version::new(10, 0, 0)));
        assert_eq!(of_monitor("cpu-ad"), None);
        assert!(!of_agent("guest-shutdown").unwrap().answers);
        assert!(of_agent("guest-info").unwrap().answers);
        assert_eq!(of_agent("query-status"), None);
    }
}
