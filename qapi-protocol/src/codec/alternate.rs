//! Alternates: one of several types, told apart by the JSON type of the value.

use super::{Decode, Encode, Reader, Result, Writer};

/// A type that is one of several, chosen by the kind of the value.
pub trait Alternate: Sized {
    /// What it takes, for errors: "a string or an object".
    const EXPECTED: &'static str;

    /// A value to read into, of no meaning.
    fn blank() -> Self;

    /// The alternative for values of a kind, to read into; `None` if there is none.
    fn choose(kind: Kind) -> Option<Self>;

    /// The value that it holds, to be read; `None` where that is `null`.
    fn value_mut(&mut self) -> Option<&mut dyn Decode>;

    /// The value that it holds; `None` where that is `null`.
    fn value(&self) -> Option<&dyn Encode>;
}

/// The kinds of JSON values, as alternates tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// A boolean.
    Bool,
    /// A number without fraction and exponent, that 64 bits can hold.
    Integer,
    /// Any other number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

#[doc(hidden)]
pub fn read_alternate<T: Alternate>(place: &mut T, reader: &mut Reader<'_>) -> Result<()> {
    let Some(chosen) = T::choose(reader.kind()?) else {
        return Err(reader.mismatch(T::EXPECTED));
    };
    *place = chosen;
    match place.value_mut() {
        Some(value) => value.read(reader),
        None => reader.skip(),
    }
}

#[doc(hidden)]
pub fn write_alternate<T: Alternate>(alternate: &T, to: &mut Writer) {
    match alternate.value() {
        Some(value) => value.write(to),
        None => to.raw("null"),
    }
}
