//! Unions: an object whose tag says which members it has besides those of its base.

use serde::de::{Error as _, MapAccess};
use serde::ser::SerializeMap;

use super::{Members, Object, Writer};

/// The part of a union that its tag chooses.
pub trait Branches: Sized {
    /// The name of the tag member.
    const TAG: &'static str;

    /// Reads the branch that `tag` names.
    ///
    /// # Errors
    ///
    /// When a required member is missing, or one is not of its type.
    fn read<'de, A: MapAccess<'de>>(
        tag: &str,
        members: &mut Members<'_, 'de, A>,
    ) -> Result<Self, A::Error>;

    /// Reads what an object without the tag holds: an error, but for unions whose tag some
    /// releases do not send.
    ///
    /// # Errors
    ///
    /// When there has to be a tag, a required member is missing, or one is not of its type.
    fn read_untagged<'de, A: MapAccess<'de>>(
        _members: &mut Members<'_, 'de, A>,
    ) -> Result<Self, A::Error> {
        Err(A::Error::missing_field(Self::TAG))
    }

    /// The value of the tag; `None` where it is absent.
    fn tag(&self) -> Option<&str>;

    /// Writes the members of the branch, without the tag.
    fn write<M: SerializeMap>(&self, to: &mut Writer<M>);
}

/// Reads the members of a branch, and makes the branch of them.
///
/// # Errors
///
/// When a required member is missing, or one is not of its type.
pub fn read_branch<'de, T: Object, B, A: MapAccess<'de>>(
    members: &mut Members<'_, 'de, A>,
    wrap: impl FnOnce(T) -> B,
) -> Result<B, A::Error> {
    T::read(members).map(wrap)
}

impl<'a, 'de, A: MapAccess<'de>> Members<'a, 'de, A> {
    /// Reads a union's branch, wherever its tag stands, and gives the members of the union's
    /// base, which are those that `base` names.
    ///
    /// # Errors
    ///
    /// When there is no tag and has to be one, or its branch is not what the schema says.
    pub fn branch<B: Branches>(
        &mut self,
        base: &'static [&'static str],
    ) -> Result<(B, Members<'a, 'de, A>), A::Error> {
        if !self.base.is_empty() {
            // This union is itself the branch of another: first set aside what belongs to
            // that one's base.
            let mut rest = Vec::new();
            while let Some(name) = self.next_name()? {
                rest.push((name, self.content()?));
            }
            self.held = rest.into_iter();
        }
        let mut before = Vec::new();
        let mut aside = Vec::new();
        let tag = loop {
            let Some(name) = self.next_name()? else {
                break None;
            };
            if name == B::TAG {
                break Some(self.text()?);
            }
            let list = if base.contains(&&*name) {
                &mut aside
            } else {
                &mut before
            };
            list.push((name, self.content()?));
        };
        for entry in self.held.by_ref() {
            let list = if base.contains(&&*entry.0) {
                &mut aside
            } else {
                &mut before
            };
            list.push(entry);
        }
        let mut members = Members {
            map: self.map.take(),
            held: before.into_iter(),
            current: None,
            base,
            aside,
            expected: 0,
        };
        let branch = match tag {
            Some(tag) => B::read(&tag, &mut members)?,
            None => B::read_untagged(&mut members)?,
        };
        Ok((branch, Members::buffered(members.aside)))
    }
}

impl<M: SerializeMap> Writer<M> {
    /// Writes the tag of a union's branch, unless it is absent.
    pub fn tag<B: Branches>(&mut self, branch: &B) {
        if let Some(tag) = branch.tag() {
            self.member(B::TAG, tag);
        }
    }
}
