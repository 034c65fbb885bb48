//! Who sends and who reads a type.

use std::collections::{BTreeSet, HashMap, HashSet};

use smol_str::SmolStr;

use crate::schema::TypeId;

/// A type of the old schema, and the one of the new schema that is in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pair {
    pub(super) old: TypeId,
    pub(super) new: TypeId,
}

/// What a type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Its values are values of members, arguments and so on.
    Value,
    /// It gives its members to other types: a base, or a branch of a union. Those know best
    /// what became of the members.
    Layer,
}

/// What uses types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum User {
    /// A command, for its arguments.
    Sender(SmolStr),
    /// A command, for its return value, or an event.
    Reader(SmolStr),
    /// A type.
    Type(Pair, Role),
}

/// Names a [`User`] of [`Users`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct UserId(usize);

/// What uses which types: a graph.
#[derive(Default)]
pub(super) struct Users {
    ids: HashMap<User, UserId>,
    users: Vec<User>,
    /// What uses the user of that id.
    used_by: Vec<HashSet<UserId>>,
}

/// The names of commands, for what is sent, and those of commands and events, for what is read.
#[derive(Default)]
pub(super) struct Names {
    pub(super) senders: BTreeSet<SmolStr>,
    pub(super) readers: BTreeSet<SmolStr>,
}

impl Users {
    /// The id of a user, and whether it is new.
    pub(super) fn add(&mut self, user: User) -> (UserId, bool) {
        let next = UserId(self.users.len());
        let id = *self.ids.entry(user.clone()).or_insert(next);
        if id == next {
            self.users.push(user);
            self.used_by.push(HashSet::new());
        }
        (id, id == next)
    }

    pub(super) fn has(&self, user: &User) -> bool {
        self.ids.contains_key(user)
    }

    /// Notes that `user` uses `used`.
    pub(super) fn connect(&mut self, user: UserId, used: UserId) {
        if let Some(users) = self.used_by.get_mut(used.0) {
            users.insert(user);
        }
    }

    /// The commands and events from which one of those is reached; `None` when that takes more than
    /// the steps that are left, of which it takes some.
    pub(super) fn names(&self, of: &BTreeSet<UserId>, steps_left: &mut usize) -> Option<Names> {
        let mut names = Names::default();
        let mut seen: HashSet<UserId> = of.iter().copied().collect();
        let mut queue: Vec<UserId> = of.iter().copied().collect();
        while let Some(id) = queue.pop() {
            *steps_left = steps_left.checked_sub(1)?;
            match self.users.get(id.0) {
                Some(User::Sender(name)) => drop(names.senders.insert(name.clone())),
                Some(User::Reader(name)) => drop(names.readers.insert(name.clone())),
                Some(User::Type(..)) | None => {}
            }
            let users = self.used_by.get(id.0).into_iter().flatten();
            queue.extend(users.filter(|user| seen.insert(**user)));
        }
        Some(names)
    }
}
