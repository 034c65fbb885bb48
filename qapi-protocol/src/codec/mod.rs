//! How generated types are read and written: the part of the serde code that all share.
//!
//! A derived implementation has a visitor, an enumeration of its members and a matcher of
//! their names for every type, all of which a compiler has to check again. Here the visitor
//! is written once, and a generated type adds one small trait: [`Object`] for structs and
//! unions (with [`Branches`] for the part of a union that its tag chooses), [`Enumeration`]
//! for enumerations, [`Alternate`] for alternates.
//!
//! This module is for generated code. It may change with any release of the generator, which
//! asks for the `qapi-protocol` of its own version.

mod alternate;
mod content;
mod enumeration;
mod members;
mod object;
mod place;
mod sets;
mod union;
mod writer;

pub use self::alternate::{Alternate, Integer, read_array};
pub use self::enumeration::Enumeration;
pub use self::members::Members;
pub use self::object::{Object, read_members, read_object, required, write_object};
pub(crate) use self::place::split;
pub use self::sets::{decode_object, write_command, write_event};
pub use self::union::{Branches, read_branch};
pub use self::writer::Writer;
pub use serde::Serialize;
pub use serde::de::{Error, MapAccess, SeqAccess};
pub use serde::ser::{SerializeMap, Serializer};

#[doc(hidden)]
pub mod private {
    //! What the macros of this module need in reach.
    pub use serde::{Deserialize, Deserializer};

    pub use super::alternate::read_alternate;
    pub use super::enumeration::{read_enumeration, write_enumeration};
}

/// Implements serde's traits for types that have the trait of their kind.
///
/// `object`, `union`, `enumeration`, `alternate` and `newtype` name the kinds.
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    (object $($name:ident)*) => { $(
        $crate::codec::serde!(@traits $name
            $crate::codec::write_object,
            $crate::codec::read_object
        );
    )* };
    (union $($name:ident)*) => { $(
        impl $crate::codec::Object for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const MEMBERS: &'static [&'static str] = &[];

            fn read<'de, A: $crate::codec::MapAccess<'de>>(
                members: &mut $crate::codec::Members<'_, 'de, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                members.branch(Self::MEMBERS).map(|(branch, _)| branch)
            }

            fn write<M: $crate::codec::SerializeMap>(&self, to: &mut $crate::codec::Writer<M>) {
                to.tag(self);
                $crate::codec::Branches::write(self, to);
            }
        }
        $crate::codec::serde!(object $name);
    )* };
    (enumeration $($name:ident)*) => { $(
        impl $name {
            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                $crate::codec::Enumeration::to_wire(self)
            }
        }
        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                $crate::codec::Enumeration::from_wire(value)
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad($crate::codec::Enumeration::to_wire(self))
            }
        }
        $crate::codec::serde!(@traits $name
            $crate::codec::private::write_enumeration,
            $crate::codec::private::read_enumeration
        );
    )* };
    (alternate $($name:ident)*) => { $(
        $crate::codec::serde!(@traits $name
            $crate::codec::Alternate::write,
            $crate::codec::private::read_alternate
        );
    )* };
    (newtype $($name:ident($inner:ty))*) => { $(
        impl ::core::convert::From<$inner> for $name {
            fn from(inner: $inner) -> Self {
                $name(inner)
            }
        }
        $crate::codec::serde!(@traits $name
            |this: &Self, serializer| $crate::codec::Serialize::serialize(&this.0, serializer),
            |deserializer| $crate::codec::private::Deserialize::deserialize(deserializer).map(Self)
        );
    )* };
    // Both traits, by what writes and what reads the type.
    (@traits $name:ident $write:expr, $read:expr) => {
        impl $crate::codec::Serialize for $name {
            fn serialize<S: $crate::codec::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                ($write)(self, serializer)
            }
        }
        impl<'de> $crate::codec::private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codec::private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ($read)(deserializer)
            }
        }
    };
}
#[doc(inline)]
pub use crate::__serde as serde;
