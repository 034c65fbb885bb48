//! What changes mean to clients: the table in the documentation of [`diff`](super).

use super::Effect::{self, Breaking, Compatible};

/// What a change means to a client, if it sends it and if it reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effects {
    pub(super) send: Effect,
    pub(super) read: Effect,
}

fn breaking(is_breaking: bool) -> Effect {
    if is_breaking { Breaking } else { Compatible }
}

impl Effects {
    pub(super) const COMPATIBLE: Effects = Effects::new(Compatible, Compatible);
    pub(super) const BREAKING: Effects = Effects::new(Breaking, Breaking);

    /// There are values that a server took and now refuses.
    pub(super) const FEWER_VALUES: Effects = Effects::new(Breaking, Compatible);
    /// There are values that a client did not get before, and has no reason to know.
    pub(super) const MORE_VALUES: Effects = Effects::new(Compatible, Breaking);

    const fn new(send: Effect, read: Effect) -> Self {
        Effects { send, read }
    }

    /// The worse of both in each direction.
    pub(super) fn and(self, other: Effects) -> Self {
        Effects::new(self.send.max(other.send), self.read.max(other.read))
    }

    /// Members are added, one of them required or none.
    pub(super) fn members_added(required: bool) -> Self {
        Effects::new(breaking(required), Compatible)
    }

    /// Members are removed, one of them required or none.
    pub(super) fn members_removed(required: bool) -> Self {
        Effects::new(Breaking, breaking(required))
    }

    /// A change of the value set: values that are missing now, and values that are new.
    pub(super) fn of_values(fewer: bool, more: bool) -> Self {
        Effects::new(breaking(fewer), breaking(more))
    }
}
