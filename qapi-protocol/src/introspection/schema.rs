//! The schema as a whole.

use std::fmt;

use super::entry::{Entry, Meta};
use super::find::{Found, find};
use super::path::{Path, PathError};
use super::view::{Command, Event};
use crate::codec::{self, Decode, Encode, Reader, Writer};
use crate::{Version, VersionRange};

command! {
    /// `query-qmp-schema`: asks QEMU, or its storage daemon, for the schema that it was built
    /// with.
    QueryQmpSchema = "query-qmp-schema" -> Schema, VersionRange::since(Version::new(2, 5, 0));
}

/// The schema that a server was built with: the answer to [`QueryQmpSchema`].
///
/// It says what this one server takes and sends, to the last member and value, where its
/// release and its [list of commands](super::CommandList) say less. Types have no names that
/// mean anything (QEMU numbers them, and every build has other numbers), so that look-ups start
/// from a command or an event.
///
/// It may also be a *descriptor*, which `qapi-codegen` writes of what it generates: a schema in the
/// same form, with all that some releases and builds have. It keeps the names of types, and also
/// tells the [versions](Command::versions) and the [condition](Command::condition) of everything.
///
/// # Examples
///
/// ```
/// use qapi_protocol::decode;
/// use qapi_protocol::introspection::Schema;
///
/// let answer = r#"[
///     {"name": "eject", "meta-type": "command", "arg-type": "1", "ret-type": "0"},
///     {"name": "0", "meta-type": "object", "members": []},
///     {"name": "1", "meta-type": "object", "members": [
///         {"name": "device", "type": "str", "default": null, "features": ["deprecated"]},
///         {"name": "id", "type": "str", "default": null}]},
///     {"name": "str", "meta-type": "builtin", "json-type": "string"}
/// ]"#;
/// let schema: Schema = decode(answer)?;
///
/// let eject = schema.command("eject").unwrap();
/// let device = eject.arguments().member("device").unwrap();
/// assert!(device.is_optional());
/// assert!(device.features().has("deprecated"));
///
/// assert!(schema.has("eject/arg-type/id/!string").unwrap());
/// # Ok::<_, qapi_protocol::DecodeError>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Schema {
    entries: Vec<Entry>,
    /// The indices of the entries, in the order of their names.
    by_name: Vec<usize>,
}

impl Schema {
    fn new(entries: Vec<Entry>) -> Self {
        let mut by_name: Vec<_> = (0..entries.len()).collect();
        by_name.sort_by_key(|&index| entries.get(index).map(|entry| &entry.name));
        Schema { entries, by_name }
    }

    /// The command `name`.
    pub fn command(&self, name: &str) -> Option<Command<'_>> {
        Command::new(self, self.entry(self.index(name)?)?)
    }

    /// The event `name`.
    pub fn event(&self, name: &str) -> Option<Event<'_>> {
        Event::new(self, self.entry(self.index(name)?)?)
    }

    /// All commands, in the order of the answer.
    pub fn commands(&self) -> impl Iterator<Item = Command<'_>> {
        let all = self.entries.iter();
        all.filter_map(|entry| Command::new(self, entry))
    }

    /// All events, in the order of the answer.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let all = self.entries.iter();
        all.filter_map(|entry| Event::new(self, entry))
    }

    /// Whether there is what `path` leads to; see [`find`](Self::find).
    ///
    /// # Errors
    ///
    /// When `path` is malformed. Whether it is does not depend on the schema.
    pub fn has(&self, path: &str) -> Result<bool, PathError> {
        self.find(path).map(|found| found.is_some())
    }

    /// What `path` leads to, in the notation of libvirt: the name of a command or an event and
    /// then, each behind a slash,
    ///
    /// | | leads |
    /// | --- | --- |
    /// | `arg-type`, `ret-type` | from a command to its arguments or to what it returns, from an event to its data |
    /// | `member` | from an object to a member. A name that does not begin with a letter has a space in front of it. |
    /// | `*member` | the same, if the member is optional |
    /// | `+branch` | from a union to what a value of its tag adds: its members, and not those of the union |
    /// | `^value` | from an enumeration to a value |
    /// | `!string` | from a type to itself, if it is this basic type: `string`, `number`, `int`, `boolean`, `null`, or `value`, which is any |
    /// | `$feature` | to a feature of what precedes |
    ///
    /// Nothing comes behind the last two, and only a feature behind a value. Arrays and alternates
    /// need no notation: steps lead into the elements, and into the first alternative from which the
    /// rest of the path leads on.
    ///
    /// Where libvirt knows only features of commands, events, objects and values, here are also
    /// those of a member besides those of its type, and those of types that are no objects.
    ///
    /// # Errors
    ///
    /// When `path` is malformed. Whether it is does not depend on the schema.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example(schema: &qapi_protocol::introspection::Schema) -> Result<(), qapi_protocol::introspection::PathError> {
    /// if schema.has("blockdev-add/arg-type/+qcow2/discard-no-unref")? {
    ///     println!("clusters can be discarded and stay allocated");
    /// }
    /// if schema.has("blockdev-add/arg-type/+file/aio/^io_uring")? {
    ///     println!("io_uring was there when this QEMU was built");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn find(&self, path: &str) -> Result<Option<Found<'_>>, PathError> {
        let path = Path::parse(path)?;
        Ok(find(self, &path))
    }

    /// The index of the first entry `name`.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        let name_at = |&index: &usize| self.entry(index).map(|entry| entry.name.as_str());
        let first = self.by_name.partition_point(|at| name_at(at) < Some(name));
        let index = *self.by_name.get(first)?;
        (name_at(&index) == Some(name)).then_some(index)
    }

    pub(super) fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }
}

/// Shows how much there is of it, which is too much to be shown.
impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |of: fn(&Meta) -> bool| self.entries.iter().filter(|it| of(&it.meta)).count();
        f.debug_struct("Schema")
            .field("commands", &count(|meta| matches!(meta, Meta::Command(_))))
            .field("events", &count(|meta| matches!(meta, Meta::Event(_))))
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}

impl Encode for Schema {
    fn write(&self, to: &mut Writer) {
        self.entries.write(to);
    }
}

impl Decode for Schema {
    fn blank() -> Self {
        Schema::new(Vec::new())
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> codec::Result<()> {
        let mut entries = Vec::blank();
        reader.read(&mut entries)?;
        *self = Schema::new(entries);
        Ok(())
    }
}

codec::implement!(serde Schema);
