//! What a change is.

use std::cmp::Ordering;

use smol_str::SmolStr;

use crate::schema::Condition;

/// Something that differs between two schemas. Its `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The definition that it is in.
    pub definition: Definition,
    /// The way from the definition to the part that changed; empty for the definition as a whole.
    /// Nearly always, it has one step.
    pub path: Vec<Part>,
    /// What changed.
    pub what: What,
    /// What it means to a client that sends it; `None` where no client does, or could tell.
    pub send: Option<Effect>,
    /// What it means to a client that reads it; `None` where no client does, or could tell.
    pub read: Option<Effect>,
    /// The commands that take it, or something with it, as arguments; sorted.
    pub senders: Vec<SmolStr>,
    /// The commands that return it, and the events that come with it; sorted.
    pub readers: Vec<SmolStr>,
    /// What the old schema said of it, or of the definition that it is in.
    pub notice: Option<Notice>,
}

/// The definition that a [`Change`] is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Definition {
    /// What it is in the new schema, or in the old one, when the new one does not have it.
    pub kind: DefinitionKind,
    /// Its name there.
    pub name: SmolStr,
    /// For a type that has taken the place of another: the name of that one, which the old schema
    /// has.
    pub was: Option<SmolStr>,
}

/// The kinds of definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionKind {
    /// A command.
    Command,
    /// An event.
    Event,
    /// An enumeration.
    Enum,
    /// A structure.
    Struct,
    /// A union.
    Union,
    /// An alternate.
    Alternate,
}

/// A part of a definition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A command's arguments or an event's data, as a whole.
    Data,
    /// A command's return value.
    Returns,
    /// A member of a structure, an argument of a command, or a member of an event's data; of a
    /// union, a member of its base.
    Member(SmolStr),
    /// A value of an enumeration.
    Value(SmolStr),
    /// A branch of a union.
    Branch(SmolStr),
    /// An alternative of an alternate.
    Alternative(SmolStr),
    /// A feature of what is in front of it.
    Feature(SmolStr),
}

/// What became of a definition or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// The old schema does not have it.
    Added {
        /// Whether it is a member, and may not be absent.
        required: bool,
    },
    /// The new schema does not have it.
    Removed {
        /// Whether it was a member, and could not be absent.
        required: bool,
    },
    /// A type has another name, and the old name is gone.
    Renamed {
        /// The old name.
        from: SmolStr,
    },
    /// A type is of another kind.
    Kind {
        /// The old kind.
        from: DefinitionKind,
        /// The new kind.
        to: DefinitionKind,
    },
    /// It is of another type, each in the notation of the schema language: `str`, `['str']`.
    /// Where both are of one kind, what differs between them is told at the new type, a
    /// [definition](Definition) that was another.
    Type {
        /// The old type.
        from: String,
        /// The new type.
        to: String,
    },
    /// A member may be absent now.
    Optional,
    /// A member may not be absent any more.
    Required,
    /// A member that a union had with every value of its tag, and a structure always, comes with
    /// some values only.
    MovedToBranches {
        /// The branches that have it.
        branches: Vec<SmolStr>,
    },
    /// A member that came with some values of a union's tag comes with all of them.
    MovedFromBranches {
        /// The branches that had it.
        branches: Vec<SmolStr>,
    },
    /// The branches of a union depend on another member.
    Tag {
        /// The old tag.
        from: SmolStr,
        /// The new tag.
        to: SmolStr,
    },
    /// It has the feature `deprecated` now.
    Deprecated,
    /// It does not have the feature `deprecated` any more.
    Undeprecated,
    /// It has the feature `unstable` now.
    Unstable,
    /// It does not have the feature `unstable` any more.
    Stable,
    /// It is there on another condition.
    Condition {
        /// The old condition; `None` where there was none.
        from: Option<Condition>,
        /// The new condition; `None` where there is none.
        to: Option<Condition>,
    },
    /// A property of a command has another value.
    Flag {
        /// The property.
        flag: Flag,
        /// The new value.
        to: bool,
    },
}

/// A property of a command that shows on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// `'allow-oob'`: it can be run out of band.
    AllowOob,
    /// `'allow-preconfig'`: it can be run before the machine is made.
    AllowPreconfig,
    /// `'gen': false`, of a command with arguments: it takes more than the schema lists.
    Open,
    /// `'success-response'`: success is answered.
    SuccessResponse,
}

/// What a change does to a client that does not know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// What the client does still works.
    Compatible,
    /// Something that the client may do, or rely on, does not work any more.
    Breaking,
}

/// What the old schema says of the future of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Notice {
    /// It may change at any time: it has the feature `unstable`, or a name with the prefix `x-`.
    Unstable,
    /// It is to be removed: it has the feature `deprecated`.
    Deprecated,
}

/// Commands, then events, then types, each by name.
impl Ord for Definition {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |it: &Definition| {
            let group = match it.kind {
                DefinitionKind::Command => 0,
                DefinitionKind::Event => 1,
                DefinitionKind::Enum
                | DefinitionKind::Struct
                | DefinitionKind::Union
                | DefinitionKind::Alternate => 2,
            };
            (group, it.name.clone(), it.was.clone(), it.kind)
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Definition {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Change {
    /// Whether it breaks a client, be it one that sends or one that reads.
    pub fn is_breaking(&self) -> bool {
        self.send.max(self.read) == Some(Effect::Breaking)
    }
}

impl DefinitionKind {
    /// Its name in the schema language.
    pub fn name(self) -> &'static str {
        match self {
            DefinitionKind::Command => "command",
            DefinitionKind::Event => "event",
            DefinitionKind::Enum => "enum",
            DefinitionKind::Struct => "struct",
            DefinitionKind::Union => "union",
            DefinitionKind::Alternate => "alternate",
        }
    }
}

impl Part {
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Part::Data => "data",
            Part::Returns => "returns",
            Part::Member(_) => "member",
            Part::Value(_) => "value",
            Part::Branch(_) => "branch",
            Part::Alternative(_) => "alternative",
            Part::Feature(_) => "feature",
        }
    }

    /// What it is called; what has no name is called after its key in the schema.
    pub fn name(&self) -> &str {
        match self {
            Part::Data | Part::Returns => self.kind(),
            Part::Member(name)
            | Part::Value(name)
            | Part::Branch(name)
            | Part::Alternative(name)
            | Part::Feature(name) => name,
        }
    }
}

impl What {
    /// What it is, in a word that stays the same: for programs.
    pub fn name(&self) -> &'static str {
        match self {
            What::Added { .. } => "added",
            What::Removed { .. } => "removed",
            What::Renamed { .. } => "renamed",
            What::Kind { .. } => "kind",
            What::Type { .. } => "type",
            What::Optional => "optional",
            What::Required => "required",
            What::MovedToBranches { .. } => "moved-to-branches",
            What::MovedFromBranches { .. } => "moved-from-branches",
            What::Tag { .. } => "tag",
            What::Deprecated => "deprecated",
            What::Undeprecated => "undeprecated",
            What::Unstable => "unstable",
            What::Stable => "stable",
            What::Condition { .. } => "condition",
            What::Flag { flag, .. } => flag.name(),
        }
    }
}

impl Flag {
    /// Its key in the schema language, or what that means.
    pub fn name(self) -> &'static str {
        match self {
            Flag::AllowOob => "allow-oob",
            Flag::AllowPreconfig => "allow-preconfig",
            Flag::Open => "open",
            Flag::SuccessResponse => "success-response",
        }
    }
}

impl Effect {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Compatible => "compatible",
            Effect::Breaking => "breaking",
        }
    }
}

impl Notice {
    /// The feature that gives it.
    pub fn name(self) -> &'static str {
        match self {
            Notice::Unstable => "unstable",
            Notice::Deprecated => "deprecated",
        }
    }
}
