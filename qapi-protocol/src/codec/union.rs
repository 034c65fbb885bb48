//! Unions: an object whose tag says which members it has besides those of its base.

use serde_json::Map;

use super::{Object, Shape, Writer};
use crate::UnknownBranch;

/// The shape of a union whose base is just the tag, but for its name.
pub const TAG_ONLY: Shape = Shape {
    name: "",
    members: &[],
    required: &[],
};

/// The part of a union that its tag chooses.
pub trait Branches {
    /// A branch to choose another in place of, of no meaning.
    fn blank() -> Self
    where
        Self: Sized;

    /// The name of the tag member.
    fn tag_name(&self) -> &'static str;

    /// The value of the tag; `None` where it is absent.
    fn tag(&self) -> Option<&str>
    where
        Self: Sized;

    /// Becomes the branch that `tag` names, blank; `false` if there is none without a tag, as
    /// almost everywhere: some releases do not send the tags of some unions.
    fn choose(&mut self, tag: Option<&str>) -> bool;

    /// What it is besides the tag; `None` where that is nothing.
    fn branch(&mut self) -> Option<&mut dyn Object>;

    /// Writes the members of the branch, without the tag.
    fn write(&self, to: &mut Writer)
    where
        Self: Sized;
}

/// The branch of a tag that the schema does not have, to read into.
pub fn unknown_branch(tag: &str) -> UnknownBranch {
    UnknownBranch::new(tag, Map::new())
}
