//! Enumerations: strings on the wire.

use std::mem::discriminant;

use super::{Reader, Result};

/// A type whose values are strings, with one that keeps a string it does not know.
pub trait Enumeration: Clone + 'static {
    /// The values that it knows, as they are written, and here.
    const VALUES: &'static [(&'static str, Self)];

    /// A value that it does not know.
    fn unknown(value: Box<str>) -> Self;

    /// The text of a value that it does not know; `None` if it knows it.
    fn as_unknown(&self) -> Option<&str>;

    /// The value that is written as `value`.
    fn from_wire(value: &str) -> Self {
        let known = Self::VALUES.iter().find(|(wire, _)| *wire == value);
        match known {
            Some((_, known)) => known.clone(),
            None => Self::unknown(value.into()),
        }
    }
}

/// How a value is written.
#[doc(hidden)]
pub fn wire_value<T: Enumeration>(value: &T) -> &str {
    value.as_unknown().unwrap_or_else(|| {
        let this = discriminant(value);
        let mut known = T::VALUES.iter();
        known
            .find(|(_, known)| discriminant(known) == this)
            .map_or("", |(wire, _)| wire)
    })
}

#[doc(hidden)]
pub fn read_enumeration<T: Enumeration>(place: &mut T, reader: &mut Reader<'_>) -> Result<()> {
    *place = T::from_wire(&reader.string("a string")?);
    Ok(())
}
