//! What differs between two schemas, and what that means to clients.
//!
//! ```
//! use qapi_parser::diff::{Diff, Effect};
//! use qapi_parser::source::MemorySource;
//! use qapi_parser::{Diagnostics, Loader, Schema};
//!
//! fn load(text: &str) -> Result<Schema, Diagnostics> {
//!     Loader::new().load_from(&MemorySource::from_iter([("disk.json", text)]), "disk.json")
//! }
//! let old = load("{ 'command': 'eject', 'data': { 'id': 'str', '*force': 'bool' } }")?;
//! let new = load("{ 'command': 'eject', 'data': { 'id': 'str', 'tray': 'int' } }")?;
//!
//! let diff = Diff::between(&old, &new);
//! let lines: Vec<String> = diff.changes().iter().map(|it| it.to_string()).collect();
//! assert_eq!(lines, [
//!     "command eject.force: removed",
//!     "command eject.tray: added, required",
//! ]);
//! // Both break clients that send the command, and it has nothing that clients read.
//! for change in diff.changes() {
//!     assert_eq!((change.send, change.read), (Some(Effect::Breaking), None));
//! }
//! # Ok::<(), Diagnostics>(())
//! ```
//!
//! # Whom a change concerns
//!
//! The client is one that was written for the old schema, and talks to a server that has the new
//! one. It sends commands with their arguments, and reads return values and events. What is
//! reached from the arguments of a command that both schemas have is sent, what is reached from
//! return values and events is read, and much is both. What is neither, because QEMU has it for
//! itself or because only one of the schemas reaches it, concerns no client.
//!
//! Schemas are compared as they are on the wire, where types have no names, structures no bases
//! and branches no types of their own. A renamed type, arguments that became a named type, a
//! member that moved to a base: no client can tell. A change is reported once, at the
//! definition that the member is of in the schema, however many others inherit it.
//!
//! # What breaks a client
//!
//! The rules are those of section "Compatibility considerations" in QEMU's
//! `docs/devel/qapi-code-gen.rst` and of the section of that name in `docs/interop/qmp-spec.rst`:
//! a server is strict with what it is sent, and a client has to be liberal with what it reads.
//!
//! | change | sending | reading |
//! | --- | --- | --- |
//! | command, event or optional member added | compatible | compatible |
//! | required member added | breaking | compatible |
//! | command removed | breaking | |
//! | event removed | | breaking |
//! | required member removed | breaking | breaking |
//! | optional member removed | breaking | compatible |
//! | member made optional | compatible | breaking |
//! | member made required | breaking | compatible |
//! | value, or branch with its value, added | compatible | compatible |
//! | value, or branch with its value, removed | breaking | compatible |
//! | branch added for a value that there was | breaking if it requires a member | compatible |
//! | branch removed, its value still there | breaking if it had members | breaking if it required one |
//! | alternative added to an alternate, type turned into an alternate that has it | compatible | breaking |
//! | alternative removed, alternate turned into one of its types | breaking | compatible |
//! | type changed to one of fewer values: `str` to an enumeration, `int` to `uint8`, `any` to `str` | breaking | compatible |
//! | type changed to one of more values: `int` to `number`, `str` to `any` | compatible | breaking |
//! | enumeration changed to `str`, integer to a wider one | compatible | compatible |
//! | type changed to one that looks different in JSON | breaking | breaking |
//! | type changed to a structure, union or enumeration of another name | compatible | compatible |
//! | `deprecated` or `unstable` gained or lost, other feature gained | compatible | compatible |
//! | other feature lost | breaking | breaking |
//! | condition changed | compatible | compatible |
//! | `allow-oob` or `allow-preconfig` lost, listed arguments only where there were others (`gen`) | breaking | |
//! | `success-response` changed | | breaking |
//!
//! Where the type is another one of the same kind, what differs between the two is told of the new
//! type, as a [definition](Definition) that was another.
//!
//! Some of it is a decision:
//!
//! - QEMU adds values to enumerations that clients read in nearly every release, and its policy
//!   does not count that as a breach. So a reader has to cope with values that it does not know,
//!   and with branches of them.
//! - All integers are the same type in introspection, so that a client that reads is not to count
//!   on their size. A server refuses what is out of range; for `uint64` and `size`, QEMU takes
//!   negative numbers too.
//! - What a feature stands for cannot be seen on the wire. A client that looks for one, and does
//!   not find it any more, has to do without.
//! - Whether a build has what is under a condition, the schema does not say. A change of the
//!   condition is no change of what there is to have.
//! - What is [deprecated or unstable](Notice) may go: that is said beside the change, which
//!   breaks a client all the same.

mod change;
mod compare;
mod display;
mod effects;
mod facts;
mod members;
mod objects;
mod place;
mod users;
mod values;

pub use change::{Change, Definition, DefinitionKind, Effect, Flag, Notice, Part, What};
pub use compare::{MAX_PAIRS, MAX_STEPS_BACK};
pub use place::MAX_STEPS;

use std::fmt;

use self::compare::Telling;
use crate::schema::Schema;

/// The changes from one schema to another. Its `Display` is for people: how many they are, and a
/// line for each, what breaks first.
///
/// It is sorted: commands, events, types, each by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    changes: Vec<Change>,
}

impl Diff {
    /// What changes from `old` to `new`.
    pub fn between(old: &Schema, new: &Schema) -> Self {
        let changes = compare::compare(old, new, Telling::ByName);
        Diff {
            changes: changes.unwrap_or_default(),
        }
    }

    /// What changes from `old` to `new`, told by places: the types are known by where commands
    /// and events use them, and their names, which may be any, are not compared and never shown.
    ///
    /// That is for schemas as introspection tells them, where most types have a number for a
    /// name, and another one in each build. Each change has the [definition](Change::definition)
    /// of a command or an event, and a path from there: the shortest. What [`between`](Self::between)
    /// finds of names, and of types that no client sends or reads, is left out, and that a type
    /// became another of the same kind. Of a path of more than [`MAX_STEPS`], those in front of the
    /// last one are left out.
    ///
    /// # Errors
    ///
    /// When it would take too long: when more than [`MAX_PAIRS`] types are in the place of a type,
    /// on average, or more than [`MAX_STEPS_BACK`] lead to those that changes concern. In schemas
    /// that people write, it is about one type, and far fewer steps.
    pub fn by_place(old: &Schema, new: &Schema) -> Result<Self, TooEntangled> {
        match compare::compare(old, new, Telling::ByPlace) {
            Some(changes) => Ok(Diff { changes }),
            None => Err(TooEntangled { _private: () }),
        }
    }

    /// The changes, sorted by what they are about.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes that break a client, of those that send or of those that read.
    #[must_use]
    pub fn breaking(mut self) -> Self {
        self.changes.retain(Change::is_breaking);
        self
    }
}

/// The types of schemas refer to each other in too many ways for a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooEntangled {
    _private: (),
}

impl fmt::Display for TooEntangled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "they cannot be compared: their types refer to each other in more ways than those of \
             any QEMU",
        )
    }
}

impl std::error::Error for TooEntangled {}
