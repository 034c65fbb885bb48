//! The members of an object, as they come.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::vec;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};
use serde_json::{Map, Value};

use super::content::{Content, ContentDeserializer, Entry, Text};
use super::place::place;
use crate::path::Step;

/// The complaint about a value that was asked for without its name.
pub(super) const OUT_OF_TURN: &str = "a member's value was read before its name";

/// The members of one object: those still in the text, then those that were held back.
///
/// Held-back members come last, so that when one is wrong, the reader of the text stands
/// behind the object and the error is placed in it.
pub struct Members<'a, 'de, A> {
    /// The members in the text; `None` when they are all read.
    pub(super) map: Option<&'a mut A>,
    /// Members that came before it was known whose they are.
    pub(super) held: vec::IntoIter<Entry<'de>>,
    /// The held-back member whose name was read and whose value was not.
    pub(super) current: Option<Entry<'de>>,
    /// Members of the union's base, which its branch must put aside.
    pub(super) base: &'static [&'static str],
    /// Those put aside.
    pub(super) aside: Vec<Entry<'de>>,
    /// The index of the member that comes next if the sender keeps the schema's order.
    pub(super) expected: usize,
}

impl<'a, 'de, A: MapAccess<'de>> Members<'a, 'de, A> {
    pub(super) fn new(map: &'a mut A) -> Self {
        Members {
            map: Some(map),
            held: Vec::new().into_iter(),
            current: None,
            base: &[],
            aside: Vec::new(),
            expected: 0,
        }
    }

    /// Members that were buffered, all of them.
    pub(super) fn buffered(entries: Vec<Entry<'de>>) -> Self {
        Members {
            map: None,
            held: entries.into_iter(),
            current: None,
            base: &[],
            aside: Vec::new(),
            expected: 0,
        }
    }

    /// The index in `names` of the next member that is among them; its value is then read
    /// with [`value`](Self::value). Others are passed over.
    ///
    /// # Errors
    ///
    /// Those of the text.
    pub fn next(&mut self, names: &'static [&'static str]) -> Result<Option<usize>, A::Error> {
        while let Some(map) = self.map.as_mut() {
            match map.next_key_seed(Known {
                names,
                expected: self.expected,
                base: self.base,
            })? {
                Some(Found::Member(index)) => {
                    self.expected = index + 1;
                    return Ok(Some(index));
                }
                Some(Found::Base(name)) => {
                    self.aside.push((Cow::Borrowed(name), map.next_value()?));
                }
                Some(Found::Unknown) => {
                    map.next_value::<IgnoredAny>()?;
                }
                None => self.map = None,
            }
        }
        for (name, content) in self.held.by_ref() {
            if let Some(index) = names.iter().position(|known| *known == name) {
                self.current = Some((name, content));
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Like [`next`](Self::next), but keeps the members that are not among `names`.
    ///
    /// # Errors
    ///
    /// Those of the text.
    pub fn next_or_keep(
        &mut self,
        names: &'static [&'static str],
        extra: &mut Map<String, Value>,
    ) -> Result<Option<usize>, A::Error> {
        while let Some(name) = self.next_name()? {
            if let Some(index) = names.iter().position(|known| *known == name) {
                return Ok(Some(index));
            }
            extra.insert(name.into_owned(), self.value()?);
        }
        Ok(None)
    }

    /// The value of the member that was found last.
    ///
    /// # Errors
    ///
    /// When it is not a `T`.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Result<T, A::Error> {
        self.seeded(PhantomData)
    }

    /// Reads the value of the member that was found last into its place.
    ///
    /// The value never lies in the frame of the caller, which may have many members and be
    /// one of many on the stack.
    ///
    /// # Errors
    ///
    /// When it is not a `T`.
    pub fn read<T: Deserialize<'de>>(&mut self, place: &mut Option<T>) -> Result<(), A::Error> {
        *place = Some(self.value()?);
        Ok(())
    }

    fn seeded<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        match (self.current.take(), self.map.as_mut()) {
            (Some((name, content)), _) => seed
                .deserialize(ContentDeserializer::new(content))
                .map_err(|error| place(Step::Member(&name), error)),
            (None, Some(map)) => map.next_value_seed(seed),
            (None, None) => Err(A::Error::custom(OUT_OF_TURN)),
        }
    }

    /// The value of the member that was found last, which is a string.
    pub(super) fn text(&mut self) -> Result<Cow<'de, str>, A::Error> {
        self.seeded(Text)
    }

    /// The value of the member that was found last, whatever it is.
    pub(super) fn content(&mut self) -> Result<Content<'de>, A::Error> {
        match self.current.take() {
            Some((_, content)) => Ok(content),
            None => self.value(),
        }
    }

    /// Passes over the members that are left.
    ///
    /// # Errors
    ///
    /// Those of the text.
    pub fn skip(&mut self) -> Result<(), A::Error> {
        self.next(&[]).map(drop)
    }

    /// The name of the next member, whatever it is, whose value is then read; those of the
    /// base are put aside.
    pub(super) fn next_name(&mut self) -> Result<Option<Cow<'de, str>>, A::Error> {
        loop {
            let name = if let Some(map) = self.map.as_mut() {
                match map.next_key_seed(Text)? {
                    Some(name) => name,
                    None => {
                        self.map = None;
                        continue;
                    }
                }
            } else {
                self.current = self.held.next();
                match &self.current {
                    Some((name, _)) => name.clone(),
                    None => return Ok(None),
                }
            };
            if !self.base.contains(&&*name) {
                return Ok(Some(name));
            }
            let content = self.content()?;
            self.aside.push((name, content));
        }
    }
}

/// What a name in the text turned out to be.
enum Found {
    Member(usize),
    Base(&'static str),
    Unknown,
}

/// Looks a name up as it is read, without making a string of it.
struct Known {
    names: &'static [&'static str],
    expected: usize,
    base: &'static [&'static str],
}

impl<'de> DeserializeSeed<'de> for Known {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'de> Visitor<'de> for Known {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Found, E> {
        // QEMU sends members in the schema's order and leaves out absent ones, so that the
        // search forward from the expected one mostly ends at once.
        let (before, from) = self.names.split_at(self.expected.min(self.names.len()));
        let index = from.iter().position(|known| *known == name);
        Ok(match index {
            Some(index) => Found::Member(before.len() + index),
            None => match before.iter().position(|known| *known == name) {
                Some(index) => Found::Member(index),
                None => match self.base.iter().find(|known| **known == name) {
                    Some(known) => Found::Base(known),
                    None => Found::Unknown,
                },
            },
        })
    }
}
