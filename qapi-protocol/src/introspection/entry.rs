//! The entries of a schema, as they are on the wire.

use serde_json::Value;

use crate::UnknownBranch;
use crate::codec::{
    self, Branches, MapAccess, Members, Object as _, SerializeMap, Writer, read_branch, required,
};

/// An entry: a command, an event or a type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) features: Option<Vec<String>>,
    pub(super) meta: Meta,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Meta {
    Builtin(Builtin),
    Enum(Enum),
    Array(Array),
    Object(Object),
    Alternate(Alternate),
    Command(Command),
    Event(Event),
    /// What a newer QEMU sent.
    Unknown(UnknownBranch),
}

object! {
    pub(super) struct Builtin {
        "json-type" => json_type: String,
    }

    /// Until QEMU 6.1 it has only `values`, since then also `members`; a server told to hide
    /// what is deprecated leaves out `values`.
    pub(super) struct Enum {
        ? "members" => members: Vec<EnumMember>,
        ? "values" => values: Vec<String>,
    }

    pub(super) struct EnumMember {
        "name" => name: String,
        ? "features" => features: Vec<String>,
    }

    pub(super) struct Array {
        "element-type" => element_type: String,
    }

    pub(super) struct Object {
        "members" => members: Vec<ObjectMember>,
        ? "tag" => tag: String,
        ? "variants" => variants: Vec<Variant>,
    }

    pub(super) struct ObjectMember {
        "name" => name: String,
        "type" => ty: String,
        // Present when the member is optional; `null` when nothing is said of its default.
        ? "default" => default: Value,
        ? "features" => features: Vec<String>,
    }

    pub(super) struct Variant {
        "case" => case: String,
        "type" => ty: String,
    }

    pub(super) struct Alternate {
        "members" => members: Vec<Alternative>,
    }

    pub(super) struct Alternative {
        "type" => ty: String,
    }

    pub(super) struct Command {
        "arg-type" => arg_type: String,
        "ret-type" => ret_type: String,
        ? "allow-oob" => allow_oob: bool,
    }

    pub(super) struct Event {
        "arg-type" => arg_type: String,
    }
}

impl codec::Object for Entry {
    const NAME: &'static str = "SchemaInfo";
    const MEMBERS: &'static [&'static str] = &["name", "features"];

    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'_, 'de, A>) -> Result<Self, A::Error> {
        let (meta, mut members) = members.branch(Self::MEMBERS)?;
        let (mut name, mut features) = (None, None);
        while let Some(member) = members.next(Self::MEMBERS)? {
            match member {
                0 => members.read(&mut name)?,
                _ => members.read(&mut features)?,
            }
        }
        Ok(Entry {
            name: required(name, "name")?,
            features,
            meta,
        })
    }

    fn write<M: SerializeMap>(&self, to: &mut Writer<M>) {
        to.member("name", &self.name);
        to.optional("features", &self.features);
        to.tag(&self.meta);
        self.meta.write(to);
    }
}

codec::serde!(object Entry);

impl Branches for Meta {
    const TAG: &'static str = "meta-type";

    fn read<'de, A: MapAccess<'de>>(
        tag: &str,
        members: &mut Members<'_, 'de, A>,
    ) -> Result<Self, A::Error> {
        match tag {
            "builtin" => read_branch(members, Meta::Builtin),
            "enum" => read_branch(members, Meta::Enum),
            "array" => read_branch(members, Meta::Array),
            "object" => read_branch(members, Meta::Object),
            "alternate" => read_branch(members, Meta::Alternate),
            "command" => read_branch(members, Meta::Command),
            "event" => read_branch(members, Meta::Event),
            _ => UnknownBranch::read(tag, members).map(Meta::Unknown),
        }
    }

    fn tag(&self) -> Option<&str> {
        match self {
            Meta::Builtin(_) => Some("builtin"),
            Meta::Enum(_) => Some("enum"),
            Meta::Array(_) => Some("array"),
            Meta::Object(_) => Some("object"),
            Meta::Alternate(_) => Some("alternate"),
            Meta::Command(_) => Some("command"),
            Meta::Event(_) => Some("event"),
            Meta::Unknown(branch) => Some(&branch.tag),
        }
    }

    fn write<M: SerializeMap>(&self, to: &mut Writer<M>) {
        match self {
            Meta::Builtin(branch) => branch.write(to),
            Meta::Enum(branch) => branch.write(to),
            Meta::Array(branch) => branch.write(to),
            Meta::Object(branch) => branch.write(to),
            Meta::Alternate(branch) => branch.write(to),
            Meta::Command(branch) => branch.write(to),
            Meta::Event(branch) => branch.write(to),
            Meta::Unknown(branch) => to.extra(&branch.members, &[Self::TAG]),
        }
    }
}
