//! How values are read from JSON and written as JSON.
//!
//! A derived implementation of serde's traits has a visitor, an enumeration of its members and a
//! matcher of their names for every type, each of them generic over the format: a compiler has to
//! check all of that in the crate of the types, and to make machine code of it once more in every
//! crate that uses them. Here the format is JSON and nothing else, the loop over the members of
//! an object is written once and compiled once, and a generated type adds one small trait whose
//! methods are not generic: [`Object`] for structs and unions (with [`Branches`] for the part of a
//! union that its tag chooses), [`Enumeration`] for enumerations, [`Alternate`] for alternates.
//! `docs/generated-code.md` has the forms that were tried, and what they cost.
//!
//! [`Decode`] and [`Encode`] are what all types have. The rest of this module is for generated
//! code: it may change with any release of the generator, which asks for the `qapi-protocol` of
//! its own version.

mod alternate;
mod bridge;
mod builtin;
mod enumeration;
mod invalid;
mod messages;
mod object;
mod reader;
#[cfg(test)]
mod tests;
mod union;
mod writer;

pub use self::alternate::{Alternate, Kind};
pub use self::enumeration::Enumeration;
pub use self::invalid::{Invalid, Result};
pub use self::messages::{decode_object, read_extra, set, write_command, write_event};
pub use self::object::{Object, Shape};
pub use self::reader::Reader;
pub use self::union::{Branches, TAG_ONLY, unknown_branch};
pub use self::writer::Writer;

/// A value that can be written as JSON.
pub trait Encode {
    /// Writes it, which is one value.
    fn write(&self, to: &mut Writer);

    /// Writes it as the member `name` of an object, unless it is absent.
    fn write_member(&self, name: &str, to: &mut Writer) {
        to.name(name);
        self.write(to);
    }
}

/// A value that can be read from JSON.
pub trait Decode {
    /// A value to read into, of no meaning.
    fn blank() -> Self
    where
        Self: Sized;

    /// Reads the next value of the text, in place of what is there.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or not such a value.
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()>;
}

#[doc(hidden)]
pub mod private {
    //! What the macros of this module need in reach.
    pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

    pub use super::alternate::{read_alternate, write_alternate};
    pub use super::bridge::{deserialize, serialize};
    pub use super::enumeration::{read_enumeration, wire_value};
    pub use super::object::first;
}

/// Implements what all types of a kind have in common, for types that have the trait of their
/// kind: [`Encode`], [`Decode`] (which an [`Object`] has already), and serde's traits.
///
/// `object`, `union`, `enumeration`, `alternate` and `newtype` name the kinds; `messages` is for
/// enums over commands or events, which are only written, and `serde` for any other type that is
/// [`Encode`] and [`Decode`].
#[doc(hidden)]
#[macro_export]
macro_rules! __implement {
    (object $($name:ident)*) => {
        $crate::codec::implement!(serde $($name)*);
    };
    (serde $($name:ident)*) => { $(
        $crate::codec::implement!(@serialize $name);
        $crate::codec::implement!(@deserialize $name);
    )* };
    (union $($name:ident)*) => { $(
        impl $crate::codec::Object for $name {
            #[inline]
            fn shape(&self) -> &'static $crate::codec::Shape {
                &$crate::codec::Shape {
                    name: ::core::stringify!($name),
                    ..$crate::codec::TAG_ONLY
                }
            }
            #[inline]
            fn blank() -> Self {
                $crate::codec::Branches::blank()
            }
            #[inline]
            fn read(
                &mut self,
                _member: usize,
                reader: &mut $crate::codec::Reader<'_>,
            ) -> $crate::codec::Result<()> {
                reader.skip()
            }
            #[inline]
            fn branches(&mut self) -> ::core::option::Option<&mut dyn $crate::codec::Branches> {
                ::core::option::Option::Some(self)
            }
            #[inline]
            fn write(&self, to: &mut $crate::codec::Writer) {
                to.tag(self);
                $crate::codec::Branches::write(self, to);
            }
        }
        $crate::codec::implement!(object $name);
    )* };
    (enumeration $($name:ident)*) => { $(
        impl $name {
            /// The value on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                $crate::codec::private::wire_value(self)
            }
        }
        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(value: &str) -> Self {
                $crate::codec::Enumeration::from_wire(value)
            }
        }
        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
        $crate::codec::implement!(@both $name,
            $crate::codec::Enumeration::unknown(::std::boxed::Box::default()),
            $crate::codec::private::read_enumeration,
            |this: &$name, to: &mut $crate::codec::Writer| to.string(this.as_str())
        );
    )* };
    (alternate $($name:ident)*) => { $(
        $crate::codec::implement!(@both $name,
            $crate::codec::Alternate::blank(),
            $crate::codec::private::read_alternate,
            $crate::codec::private::write_alternate
        );
    )* };
    (newtype $($name:ident($inner:ty))*) => { $(
        impl ::core::convert::From<$inner> for $name {
            #[inline]
            fn from(inner: $inner) -> Self {
                $name(inner)
            }
        }
        $crate::codec::implement!(@both $name,
            $name(<$inner as $crate::codec::Decode>::blank()),
            |this: &mut $name, reader| $crate::codec::Decode::read(&mut this.0, reader),
            |this: &$name, to| $crate::codec::Encode::write(&this.0, to)
        );
    )* };
    (messages $name:ident) => {
        $crate::codec::implement!(@serialize $name);
    };
    // All four traits, by what makes a blank one, what reads and what writes the type.
    (@both $name:ident, $blank:expr, $read:expr, $write:expr) => {
        impl $crate::codec::Decode for $name {
            #[inline]
            fn blank() -> Self {
                $blank
            }
            #[inline]
            fn read(&mut self, reader: &mut $crate::codec::Reader<'_>) -> $crate::codec::Result<()> {
                ($read)(self, reader)
            }
        }
        impl $crate::codec::Encode for $name {
            #[inline]
            fn write(&self, to: &mut $crate::codec::Writer) {
                ($write)(self, to)
            }
        }
        $crate::codec::implement!(serde $name);
    };
    (@serialize $name:ident) => {
        impl $crate::codec::private::Serialize for $name {
            fn serialize<S: $crate::codec::private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codec::private::serialize(self, serializer)
            }
        }
    };
    (@deserialize $name:ident) => {
        impl<'de> $crate::codec::private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codec::private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codec::private::deserialize(deserializer)
            }
        }
    };
}
#[doc(inline)]
pub use crate::__implement as implement;
