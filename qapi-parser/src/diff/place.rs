//! Where something changes.

use smol_str::SmolStr;

use super::{Definition, DefinitionKind, Notice, Part};
use crate::schema::{EnumValue, Feature, Head, Member};

/// How many steps lead from a definition to one of its parts, at most: several times as many as in
/// QEMU's schemas, where types have no names.
pub const MAX_STEPS: usize = 64;

/// The place of a change, and what the old schema says of what is there.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) definition: Definition,
    pub(super) path: Vec<Part>,
    pub(super) notice: Option<Notice>,
}

impl Place {
    /// A definition. Its name is that of the new schema, where it has one.
    pub(super) fn new(kind: DefinitionKind, old: &Head, name: &SmolStr) -> Self {
        Place {
            definition: Definition {
                kind,
                name: name.clone(),
                was: (old.name != *name).then(|| old.name.clone()),
            },
            path: Vec::new(),
            notice: notice_of(old),
        }
    }

    /// A part of what is here. What is too far away is told by the beginning of the way and the
    /// last step.
    pub(super) fn part(&self, part: Part) -> Self {
        let mut place = self.clone();
        place.path.truncate(MAX_STEPS - 1);
        place.path.push(part);
        place
    }

    /// A member of what is here, as the old schema has it.
    pub(super) fn member(&self, old: &Member) -> Self {
        let mut place = self.part(Part::Member(old.name.clone()));
        place.notice = place.notice.max(notice(&old.name, &old.part.features));
        place
    }

    /// A value of what is here, as the old schema has it.
    pub(super) fn value(&self, old: &EnumValue) -> Self {
        let mut place = self.part(Part::Value(old.name.clone()));
        place.notice = place.notice.max(notice(&old.name, &old.part.features));
        place
    }
}

/// What a schema says of the future of a definition.
pub(super) fn notice_of(head: &Head) -> Option<Notice> {
    notice(&head.name, &head.features)
}

/// What a name and features say of the future.
fn notice(name: &str, features: &[Feature]) -> Option<Notice> {
    let has = |notice: Notice| features.iter().any(|it| it.name == notice.name());
    if has(Notice::Deprecated) {
        Some(Notice::Deprecated)
    } else if has(Notice::Unstable) || name.starts_with("x-") {
        Some(Notice::Unstable)
    } else {
        None
    }
}
