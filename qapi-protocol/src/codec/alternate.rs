//! Alternates: one of several types, told apart by the JSON type of the value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::Serializer;

/// A type that is one of several, chosen by the JSON type of the value.
///
/// A generated alternate has the methods of the JSON types that it takes; the others refuse.
pub trait Alternate: Sized {
    /// What it takes, for errors: "a string or an object".
    const EXPECTED: &'static str;

    /// Writes the value that it holds.
    ///
    /// # Errors
    ///
    /// Those of the serializer.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Makes it of `null`.
    ///
    /// # Errors
    ///
    /// When it has no such alternative.
    fn from_null<E: Error>() -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Unit, &Self::EXPECTED))
    }

    /// Makes it of a boolean.
    ///
    /// # Errors
    ///
    /// When it has no such alternative.
    fn from_bool<E: Error>(value: bool) -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Bool(value), &Self::EXPECTED))
    }

    /// Makes it of a string.
    ///
    /// # Errors
    ///
    /// When it has no such alternative.
    fn from_string<E: Error>(value: &str) -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Str(value), &Self::EXPECTED))
    }

    /// Makes it of a number without a fraction.
    ///
    /// # Errors
    ///
    /// When it has no such alternative.
    fn from_integer<E: Error>(value: Integer) -> Result<Self, E> {
        Err(E::invalid_type(value.unexpected(), &Self::EXPECTED))
    }

    /// Makes it of a number with a fraction.
    ///
    /// # Errors
    ///
    /// When it has no such alternative.
    fn from_number<E: Error>(value: f64) -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Float(value), &Self::EXPECTED))
    }

    /// Makes it of an array.
    ///
    /// # Errors
    ///
    /// When it has no such alternative, or an element is wrong.
    fn from_array<'de, A: SeqAccess<'de>>(_elements: A) -> Result<Self, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Seq, &Self::EXPECTED))
    }

    /// Makes it of an object.
    ///
    /// # Errors
    ///
    /// When it has no such alternative, or a member is wrong.
    fn from_object<'de, A: MapAccess<'de>>(_members: A) -> Result<Self, A::Error> {
        Err(A::Error::invalid_type(Unexpected::Map, &Self::EXPECTED))
    }
}

/// A number without a fraction, in all the range that JSON documents of QEMU have.
#[derive(Clone, Copy, Debug)]
pub enum Integer {
    /// A number that is not negative.
    Unsigned(u64),
    /// A negative number.
    Signed(i64),
}

impl Integer {
    fn unexpected(self) -> Unexpected<'static> {
        match self {
            Integer::Unsigned(value) => Unexpected::Unsigned(value),
            Integer::Signed(value) => Unexpected::Signed(value),
        }
    }

    /// The number as an alternative's type.
    ///
    /// # Errors
    ///
    /// When it is out of the type's range.
    pub fn to<T: TryFrom<u64> + TryFrom<i64>, E: Error>(self) -> Result<T, E> {
        let converted = match self {
            Integer::Unsigned(value) => T::try_from(value).ok(),
            Integer::Signed(value) => T::try_from(value).ok(),
        };
        converted.ok_or_else(|| E::invalid_value(self.unexpected(), &std::any::type_name::<T>()))
    }

    /// The number as a `number`, which JSON does not tell from an integer.
    pub fn to_number(self) -> f64 {
        match self {
            Integer::Unsigned(value) => value as f64,
            Integer::Signed(value) => value as f64,
        }
    }
}

/// Reads an alternative that is an array.
///
/// # Errors
///
/// When an element is wrong.
pub fn read_array<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(elements: A) -> Result<T, A::Error> {
    T::deserialize(SeqAccessDeserializer::new(elements))
}

#[doc(hidden)]
pub fn read_alternate<'de, T: Alternate, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(AlternateVisitor(PhantomData))
}

struct AlternateVisitor<T>(PhantomData<T>);

impl<'de, T: Alternate> Visitor<'de> for AlternateVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        T::from_null()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        T::from_bool(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::from_integer(Integer::Unsigned(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::from_integer(Integer::Signed(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        T::from_number(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        T::from_string(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<T, A::Error> {
        T::from_array(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::from_object(members)
    }
}
