//! What a server says first.

use crate::codec::{self, Enumeration};
use crate::{QapiCommand, QapiEvent, Version};

/// The server greeting: the first message of QEMU and of its storage daemon.
///
/// It is the value of the member `QMP` of that message. The guest agent sends none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Greeting {
    /// Which release the server is of.
    pub version: VersionInfo,
    /// What the server can do beyond the basic protocol, when asked in `qmp_capabilities`.
    pub capabilities: Vec<Capability>,
}

impl Greeting {
    /// The greeting of a server of release `version` that offers `capabilities`.
    pub fn new(version: VersionInfo, capabilities: Vec<Capability>) -> Self {
        Greeting {
            version,
            capabilities,
        }
    }

    /// Whether the server's release has the command `C`, which says so in its
    /// [`VERSIONS`](QapiCommand::VERSIONS).
    ///
    /// It costs nothing, and may be wrong about one build: a QEMU lacks commands of its release
    /// when it was built without something that they need, and has others that a distributor
    /// took from a later one. Its storage daemon has a part of QEMU's commands. And a release may
    /// still have what one after it removed, and that is [known](crate::VersionRange::last) of earlier
    /// ones only. The server itself knows; see
    /// [`CommandList`](crate::introspection::CommandList).
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_protocol::introspection::QueryQmpSchema;
    /// use qapi_protocol::{Greeting, Version, VersionInfo};
    ///
    /// let greeting = |version| Greeting::new(VersionInfo::new(version, ""), vec![]);
    /// assert!(greeting(Version::new(5, 2, 0)).supports::<QueryQmpSchema>());
    /// assert!(!greeting(Version::new(2, 4, 1)).supports::<QueryQmpSchema>());
    /// ```
    pub fn supports<C: QapiCommand>(&self) -> bool {
        C::VERSIONS.contains(self.version.qemu)
    }

    /// Whether the server's release has the event `E`, which says so in its
    /// [`VERSIONS`](QapiEvent::VERSIONS). What [`supports`](Self::supports) says of one build
    /// holds here, too.
    pub fn supports_event<E: QapiEvent>(&self) -> bool {
        E::VERSIONS.contains(self.version.qemu)
    }
}

/// A server's release, as the greeting and `query-version` tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VersionInfo {
    /// The release of QEMU.
    pub qemu: Version,
    /// What the distributor calls it: empty in an unmodified build, else such as
    /// `Debian 1:10.0.13+ds-0+deb13u1`.
    pub package: String,
}

impl VersionInfo {
    /// The release `qemu`, distributed as `package`.
    pub fn new(qemu: Version, package: impl Into<String>) -> Self {
        VersionInfo {
            qemu,
            package: package.into(),
        }
    }
}

/// Something that a server can do beyond the basic protocol.
///
/// Made from its name with `From<&str>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Capability {
    /// `oob`: commands may be executed out of band.
    Oob,
    /// One that this version of the crate does not know.
    Unknown(Box<str>),
}

impl Enumeration for Capability {
    const VALUES: &'static [(&'static str, Self)] = &[("oob", Capability::Oob)];

    fn unknown(value: Box<str>) -> Self {
        Capability::Unknown(value)
    }

    fn as_unknown(&self) -> Option<&str> {
        match self {
            Capability::Unknown(value) => Some(value),
            _ => None,
        }
    }
}

members!(Greeting {
    "version" => version,
    "capabilities" => capabilities,
});

members!(VersionInfo {
    "qemu" => qemu,
    "package" => package,
});

codec::implement!(enumeration Capability);
