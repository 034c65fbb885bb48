//! Changes for people.

mod report;
mod style;

use std::fmt::{self, Display, Formatter};

use super::{Change, DefinitionKind, Flag, Part, What};

/// One line: `command eject.force: removed`.
impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (kind, path) = (self.definition.kind.name(), Path(self));
        write!(f, "{kind} {path}: {}", Text(self))
    }
}

/// What changed, in the notation that people search for: `BlockInfo.device`.
struct Path<'a>(&'a Change);

impl Display for Path<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.definition.name)?;
        let is_command = self.0.definition.kind == DefinitionKind::Command;
        for (index, part) in self.0.path.iter().enumerate() {
            match part {
                // What is in it is found there on the wire.
                Part::Returns if index + 1 < self.0.path.len() => f.write_str(" return")?,
                Part::Data if is_command => f.write_str(" arguments")?,
                Part::Data => f.write_str(" data")?,
                Part::Returns => f.write_str(" return value")?,
                Part::Feature(name) => write!(f, " feature {name}")?,
                Part::Member(name)
                | Part::Value(name)
                | Part::Branch(name)
                | Part::Alternative(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

/// What became of it.
struct Text<'a>(&'a Change);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Change {
            what, definition, ..
        } = self.0;
        // Parts that could be mistaken for members.
        match (self.0.path.last(), definition.kind) {
            (Some(Part::Branch(_)), _) => f.write_str("branch ")?,
            (Some(Part::Value(_)), kind) if kind != DefinitionKind::Enum => {
                f.write_str("value ")?;
            }
            (Some(Part::Alternative(_)), kind) if kind != DefinitionKind::Alternate => {
                f.write_str("alternative ")?;
            }
            _ => {}
        }
        write!(f, "{what}")?;
        let was = definition.was.as_ref();
        // A new name says so itself.
        let was = was.filter(|_| !matches!(what, What::Renamed { .. }));
        let is_gone = matches!(what, What::Removed { .. });
        let notice = self.0.notice.filter(|_| is_gone || self.0.is_breaking());
        match (was, notice.map(|notice| notice.name())) {
            (None, None) => Ok(()),
            (None, Some(notice)) => write!(f, " (was {notice})"),
            (Some(was), None) => write!(f, " (in place of {was})"),
            (Some(was), Some(notice)) => write!(f, " (in place of {was}, was {notice})"),
        }
    }
}

impl Display for What {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            What::Added { required: true } => f.write_str("added, required"),
            What::Added { required: false } => f.write_str("added"),
            What::Removed { .. } => f.write_str("removed"),
            What::Renamed { from } => write!(f, "renamed from {from}"),
            What::Kind { from, to } => write!(f, "{} became {}", from.name(), to.name()),
            What::Type { from, to } => write!(f, "type changed from {from} to {to}"),
            What::Optional => f.write_str("made optional"),
            What::Required => f.write_str("made required"),
            What::MovedToBranches { branches } => {
                write!(f, "moved to branches: {}", branches.join(", "))
            }
            What::MovedFromBranches { branches } => {
                write!(f, "moved here from branches: {}", branches.join(", "))
            }
            What::Tag { from, to } => write!(f, "tag changed from {from} to {to}"),
            What::Deprecated => f.write_str("deprecated"),
            What::Undeprecated => f.write_str("no longer deprecated"),
            What::Unstable => f.write_str("unstable"),
            What::Stable => f.write_str("no longer unstable"),
            What::Condition { from, to } => match (from, to) {
                (None, None) => f.write_str("no condition"),
                (None, Some(to)) => write!(f, "now only if {to}"),
                (Some(from), None) => write!(f, "now always, was only if {from}"),
                (Some(from), Some(to)) => write!(f, "now only if {to}, was only if {from}"),
            },
            What::Flag { flag, to } => f.write_str(match (flag, to) {
                (Flag::AllowOob, true) => "can be run out of band now",
                (Flag::AllowOob, false) => "cannot be run out of band any more",
                (Flag::AllowPreconfig, true) => "can be run before the machine is made now",
                (Flag::AllowPreconfig, false) => {
                    "cannot be run before the machine is made any more"
                }
                (Flag::Open, true) => "takes arguments that are not listed now",
                (Flag::Open, false) => "takes no arguments any more but those listed",
                (Flag::SuccessResponse, true) => "success is answered now",
                (Flag::SuccessResponse, false) => "success is not answered any more",
            }),
        }
    }
}
