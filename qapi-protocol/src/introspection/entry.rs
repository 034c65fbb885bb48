//! The entries of a schema, as they are on the wire; and what a descriptor tells besides.

use serde_json::{Map, Value};

use crate::UnknownBranch;
use crate::codec::{self, Branches, Decode, Object as _, Reader, Shape, Writer};

/// An entry: a command, an event or a type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) features: Option<Vec<String>>,
    pub(super) feature_versions: Option<Vec<FeatureVersions>>,
    pub(super) versions: Option<String>,
    pub(super) condition: Option<String>,
    pub(super) module: Option<String>,
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
    /// Which releases have a feature.
    pub(super) struct FeatureVersions {
        "name" => name: String,
        "versions" => versions: String,
    }

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
        ? "feature-versions" => feature_versions: Vec<FeatureVersions>,
        ? "versions" => versions: String,
        ? "if" => condition: String,
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
        ? "feature-versions" => feature_versions: Vec<FeatureVersions>,
        ? "versions" => versions: String,
        ? "if" => condition: String,
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
        // Present, and false, when it takes arguments that are not listed.
        ? "gen" => generated: bool,
    }

    pub(super) struct Event {
        "arg-type" => arg_type: String,
    }
}

impl codec::Object for Entry {
    fn shape(&self) -> &'static Shape {
        &Shape {
            name: "SchemaInfo",
            members: &[
                "name",
                "features",
                "feature-versions",
                "versions",
                "if",
                "module",
            ],
            required: &[0],
        }
    }

    fn blank() -> Self {
        Entry {
            name: String::new(),
            features: None,
            feature_versions: None,
            versions: None,
            condition: None,
            module: None,
            meta: Meta::blank(),
        }
    }

    fn read(&mut self, member: usize, reader: &mut Reader<'_>) -> codec::Result<()> {
        match member {
            0 => reader.read(&mut self.name),
            1 => reader.read(&mut self.features),
            2 => reader.read(&mut self.feature_versions),
            3 => reader.read(&mut self.versions),
            4 => reader.read(&mut self.condition),
            _ => reader.read(&mut self.module),
        }
    }

    fn branches(&mut self) -> Option<&mut dyn Branches> {
        Some(&mut self.meta)
    }

    fn write(&self, to: &mut Writer) {
        to.member("name", &self.name);
        to.member("features", &self.features);
        to.member("feature-versions", &self.feature_versions);
        to.member("versions", &self.versions);
        to.member("if", &self.condition);
        to.member("module", &self.module);
        to.tag(&self.meta);
        self.meta.write(to);
    }
}

codec::implement!(object Entry);

impl Branches for Meta {
    fn blank() -> Self {
        Meta::Unknown(Decode::blank())
    }

    fn tag_name(&self) -> &'static str {
        "meta-type"
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

    fn choose(&mut self, tag: Option<&str>) -> bool {
        *self = match tag {
            Some("builtin") => Meta::Builtin(Decode::blank()),
            Some("enum") => Meta::Enum(Decode::blank()),
            Some("array") => Meta::Array(Decode::blank()),
            Some("object") => Meta::Object(Decode::blank()),
            Some("alternate") => Meta::Alternate(Decode::blank()),
            Some("command") => Meta::Command(Decode::blank()),
            Some("event") => Meta::Event(Decode::blank()),
            Some(tag) => Meta::Unknown(UnknownBranch::new(tag, Map::new())),
            None => return false,
        };
        true
    }

    fn branch(&mut self) -> Option<&mut dyn codec::Object> {
        Some(match self {
            Meta::Builtin(branch) => branch,
            Meta::Enum(branch) => branch,
            Meta::Array(branch) => branch,
            Meta::Object(branch) => branch,
            Meta::Alternate(branch) => branch,
            Meta::Command(branch) => branch,
            Meta::Event(branch) => branch,
            Meta::Unknown(branch) => branch,
        })
    }

    fn write(&self, to: &mut Writer) {
        match self {
            Meta::Builtin(branch) => branch.write(to),
            Meta::Enum(branch) => branch.write(to),
            Meta::Array(branch) => branch.write(to),
            Meta::Object(branch) => branch.write(to),
            Meta::Alternate(branch) => branch.write(to),
            Meta::Command(branch) => branch.write(to),
            Meta::Event(branch) => branch.write(to),
            Meta::Unknown(branch) => to.extra(&branch.members, &[(self.tag_name(), true)]),
        }
    }
}
