//! What a server may have or lack, and what is known of it.

use qapi_protocol::VersionRange;
use qapi_protocol::introspection::Type;
use serde::Serialize;

/// What a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Command,
    Event,
    Member,
    Value,
    Feature,
    /// What a path leads to, in the notation of libvirt.
    Path,
}

/// Something that a server may have or lack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    /// What is inside of a type is named by it: `BlockdevOptionsQcow2.discard-no-unref`. Where
    /// members have no type with a name, it is their command or event that names them.
    pub(super) name: String,
}

/// What the reference says of a thing.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// The releases that have it.
    pub(super) versions: Option<VersionRange>,
    /// The condition under which it is in a build.
    pub(super) condition: Option<String>,
    /// The type that it is inside of.
    pub(super) inside: Option<String>,
    /// Whether the server has it, and it was disabled.
    pub(super) is_disabled: bool,
}

impl Kind {
    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Command => "command",
            Kind::Event => "event",
            Kind::Member => "member",
            Kind::Value => "value",
            Kind::Feature => "feature",
            Kind::Path => "path",
        }
    }
}

impl Thing {
    pub(super) fn new(kind: Kind, name: &str) -> Self {
        let name = name.to_owned();
        Thing { kind, name }
    }

    /// A member or a value of a type.
    pub(super) fn part(kind: Kind, of: Type<'_>, name: &str) -> Self {
        let name = format!("{}.{name}", owner(of));
        Thing { kind, name }
    }

    /// A feature of what is called `of`.
    pub(super) fn feature(of: &str, name: &str) -> Self {
        Thing {
            kind: Kind::Feature,
            name: format!("{of}: {name}"),
        }
    }
}

/// What people call a type: where a schema gives it no name, by what it is in.
pub(super) fn owner(ty: Type<'_>) -> &str {
    let name = ty.name();
    let implicit = name.strip_prefix("q_obj_");
    let message = implicit.and_then(|rest| rest.strip_suffix("-arg"));
    message.or(implicit).unwrap_or(name)
}
