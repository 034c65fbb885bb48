//! Enumerations: strings on the wire.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Visitor};
use serde::ser::Serializer;

/// A type whose values are strings, with one that keeps a string it does not know.
pub trait Enumeration: Sized {
    /// The value that is written as `value`.
    fn from_wire(value: &str) -> Self;

    /// How the value is written.
    fn to_wire(&self) -> &str;
}

#[doc(hidden)]
pub fn read_enumeration<'de, T: Enumeration, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(EnumerationVisitor(PhantomData))
}

#[doc(hidden)]
pub fn write_enumeration<T: Enumeration, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(value.to_wire())
}

struct EnumerationVisitor<T>(PhantomData<T>);

impl<T: Enumeration> Visitor<'_> for EnumerationVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, value: &str) -> Result<T, E> {
        Ok(T::from_wire(value))
    }
}
