//! Objects: structs, unions, and the arguments of commands.

use super::{Branches, Decode, Encode, Invalid, Reader, Result, Writer};

/// A type that is an object on the wire.
pub trait Object {
    /// The members that it always has or may have: of a union, those of its base.
    fn shape(&self) -> &'static Shape;

    /// An object to read into, of no meaning.
    fn blank() -> Self
    where
        Self: Sized;

    /// Reads the value of a member, by its place in [`Shape::members`].
    ///
    /// # Errors
    ///
    /// When it is not of the member's type.
    fn read(&mut self, member: usize, reader: &mut Reader<'_>) -> Result<()>;

    /// Reads the value of a member that it does not have: passes over it.
    ///
    /// # Errors
    ///
    /// When it is not JSON.
    fn read_other(&mut self, _name: &str, reader: &mut Reader<'_>) -> Result<()> {
        reader.skip()
    }

    /// The part of a union that its tag chooses.
    fn branches(&mut self) -> Option<&mut dyn Branches> {
        None
    }

    /// Writes its members.
    fn write(&self, to: &mut Writer)
    where
        // Who only reads an object does not carry the code that writes it.
        Self: Sized;
}

/// Which members an object has.
#[derive(Debug)]
pub struct Shape {
    /// What the object is called in errors.
    pub name: &'static str,
    /// The names of its members, in the order in which servers mostly send them.
    pub members: &'static [&'static str],
    /// The places in `members` of those that must be there.
    pub required: &'static [usize],
}

impl Shape {
    /// The place of the member `name`, which is likely to be `expected` or soon behind it.
    #[inline]
    fn find(&self, name: &str, expected: usize) -> Option<usize> {
        let (before, from) = self.members.split_at(expected.min(self.members.len()));
        match from.iter().position(|known| *known == name) {
            Some(index) => Some(before.len() + index),
            None => before.iter().position(|known| *known == name),
        }
    }
}

/// The places of the first members of an object.
#[doc(hidden)]
pub const fn first<const COUNT: usize>() -> [usize; COUNT] {
    let mut places = [0; COUNT];
    let mut place = 0;
    while place < COUNT {
        places[place] = place;
        place += 1;
    }
    places
}

impl<T: Object> Decode for T {
    fn blank() -> Self {
        T::blank()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        *self = T::blank();
        read(self, reader)
    }
}

impl<T: Object> Encode for T {
    fn write(&self, to: &mut Writer) {
        to.object(|to| Object::write(self, to));
    }
}

/// What is boxed are objects: only they contain themselves.
impl<T: Object> Object for Box<T> {
    fn shape(&self) -> &'static Shape {
        (**self).shape()
    }

    fn blank() -> Self {
        Box::new(T::blank())
    }

    fn read(&mut self, member: usize, reader: &mut Reader<'_>) -> Result<()> {
        Object::read(&mut **self, member, reader)
    }

    fn read_other(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<()> {
        (**self).read_other(name, reader)
    }

    fn branches(&mut self) -> Option<&mut dyn Branches> {
        (**self).branches()
    }

    fn write(&self, to: &mut Writer) {
        Object::write(&**self, to);
    }
}

/// Reads the members of an object, in whatever order they come, into a blank one.
fn read(object: &mut dyn Object, reader: &mut Reader<'_>) -> Result<()> {
    let start = reader.position();
    let before = *reader;
    if !before.is_object() {
        return Err(before.mismatch(&format!("an object ({})", object.shape().name)));
    }
    let mut name = reader.object("an object")?;
    choose(object, before, start)?;
    let mut found = Found::default();
    while let Some(member) = name {
        read_member(object, &member, reader, &mut found)?;
        name = reader.member()?;
    }
    match missing(object, &found) {
        None => Ok(()),
        Some(member) => Err(Invalid::new(start, format!("missing field `{member}`"))),
    }
}

/// Makes the branch of a union that its tag names, wherever the tag stands, and the branch of
/// that branch.
///
/// The members in front of the tag are passed over, and read when it is known what they are:
/// that takes no memory, and much less time than to keep them.
fn choose(object: &mut dyn Object, before: Reader<'_>, start: usize) -> Result<()> {
    let mut level = object;
    while let Some(branches) = level.branches() {
        let tag = branches.tag_name();
        let found = before.look_up(tag)?;
        if !branches.choose(found.as_deref()) {
            return Err(Invalid::new(start, format!("missing field `{tag}`")));
        }
        match branches.branch() {
            Some(branch) => level = branch,
            None => break,
        }
    }
    Ok(())
}

/// Reads the value of the member `name` into the object, or into the branch of it that has it.
fn read_member(
    object: &mut dyn Object,
    name: &str,
    reader: &mut Reader<'_>,
    found: &mut Found,
) -> Result<()> {
    let mut level = object;
    // Members of all levels are counted through.
    let mut before = 0;
    loop {
        let shape = level.shape();
        if let Some(index) = shape.find(name, found.next.saturating_sub(before)) {
            found.insert(before + index);
            return level.read(index, reader);
        }
        before += shape.members.len();
        // Asked twice: what is borrowed for the one answer cannot be used for the other.
        if level.branches().is_none() {
            return level.read_other(name, reader);
        }
        let Some(branches) = level.branches() else {
            return reader.skip();
        };
        if branches.tag_name() == name {
            return reader.skip();
        }
        match branches.branch() {
            Some(branch) => level = branch,
            None => return reader.skip(),
        }
    }
}

/// A required member that was not found.
fn missing(object: &mut dyn Object, found: &Found) -> Option<&'static str> {
    let mut level = object;
    let mut before = 0;
    loop {
        let shape = level.shape();
        let absent = |index: &&usize| !found.contains(before + **index);
        if let Some(index) = shape.required.iter().find(absent) {
            return shape.members.get(*index).copied();
        }
        before += shape.members.len();
        level = level.branches()?.branch()?;
    }
}

/// Which members were found.
#[derive(Default)]
struct Found {
    /// The first 64.
    first: u64,
    /// Those behind, by 64.
    others: Vec<u64>,
    /// The member that comes next, if the server keeps the order.
    next: usize,
}

impl Found {
    #[inline]
    fn insert(&mut self, index: usize) {
        self.next = index + 1;
        if index < 64 {
            self.first |= 1 << index;
        } else {
            self.insert_other(index - 64);
        }
    }

    #[cold]
    fn insert_other(&mut self, index: usize) {
        let word = index / 64;
        if self.others.len() <= word {
            self.others.resize(word + 1, 0);
        }
        if let Some(word) = self.others.get_mut(word) {
            *word |= 1 << (index % 64);
        }
    }

    fn contains(&self, index: usize) -> bool {
        let word = match index.checked_sub(64) {
            None => self.first,
            Some(index) => self.others.get(index / 64).copied().unwrap_or_default(),
        };
        word & 1 << (index % 64) != 0
    }
}
