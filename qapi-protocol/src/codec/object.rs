//! Objects: structs, unions, and the arguments of commands.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::{Members, Writer};

/// A type that is an object on the wire.
pub trait Object: Sized {
    /// What it is called in errors.
    const NAME: &'static str;

    /// The names of its members; of a union, of those of its base besides the tag.
    const MEMBERS: &'static [&'static str];

    /// Reads it from an object's members, in whatever order they come.
    ///
    /// # Errors
    ///
    /// When a required member is missing, or one is not of its type.
    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'_, 'de, A>) -> Result<Self, A::Error>;

    /// Writes its members.
    fn write<M: SerializeMap>(&self, to: &mut Writer<M>);
}

/// The value of a required member.
///
/// # Errors
///
/// When the object did not have it.
#[inline]
pub fn required<T, E: serde::de::Error>(value: Option<T>, name: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(name))
}

/// Reads an object.
///
/// # Errors
///
/// When the value is not an object, or not this one.
pub fn read_object<'de, T: Object, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(ObjectVisitor(PhantomData))
}

/// Writes an object.
///
/// # Errors
///
/// Those of the serializer.
pub fn write_object<T: Object, S: Serializer>(
    object: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut writer = Writer::new(serializer.serialize_map(None)?);
    object.write(&mut writer);
    writer.end()
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        T::read(&mut Members::new(&mut map))
    }
}

/// Reads an object from a map that is already open: an alternative of an alternate.
///
/// # Errors
///
/// When it is not this object.
pub fn read_members<'de, T: Object, A: MapAccess<'de>>(map: A) -> Result<T, A::Error> {
    ObjectVisitor(PhantomData).visit_map(map)
}
