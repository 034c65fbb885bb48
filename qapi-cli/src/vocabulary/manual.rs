//! Where QEMU's documentation describes things.

use qapi_protocol::VersionRange;

/// A page of QEMU's documentation, of the newest release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Manual {
    page: &'static str,
    /// What all anchors have in them.
    namespace: &'static str,
}

impl Manual {
    /// That of QEMU.
    pub(crate) const QMP: Manual = Manual {
        page: "https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html",
        namespace: "QMP",
    };

    /// That of the storage daemon.
    pub(crate) const QSD: Manual = Manual {
        page: "https://www.qemu.org/docs/master/interop/qemu-storage-daemon-qmp-ref.html",
        namespace: "QSD",
    };

    /// That of the guest agent.
    pub(crate) const QGA: Manual = Manual {
        page: "https://www.qemu.org/docs/master/interop/qemu-ga-ref.html",
        namespace: "QGA",
    };

    /// Where it describes the command, event, object, enum or alternate `name` of `module`, unless
    /// that is gone from the newest release.
    pub(crate) fn link(
        self,
        what: &str,
        module: &str,
        name: &str,
        versions: Option<VersionRange>,
    ) -> Option<String> {
        let Manual { page, namespace } = self;
        if versions.is_some_and(|versions| versions.last.is_some()) {
            return None;
        }
        let module = module.rsplit('/').next()?;
        Some(format!("{page}#{what}-{namespace}-{module}.{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qapi_protocol::Version;

    #[test]
    fn links_lead_to_what_the_newest_release_has() {
        let old = VersionRange::until(Version::new(7, 2, 0));
        let link = |versions| Manual::QMP.link("command", "../../qapi/run-state", "stop", versions);
        assert_eq!(
            link(None).as_deref(),
            Some(
                "https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html\
                 #command-QMP-run-state.stop"
            )
        );
        assert_eq!(link(Some(old)), None);
    }
}
