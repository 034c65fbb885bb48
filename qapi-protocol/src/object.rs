//! Objects on the wire, in short.

/// Reads and writes a struct as an object: what a member is called on the wire, and here. A `?` is
/// in front of those that may be absent.
macro_rules! members {
    ($name:ident {
        $($wire:literal => $field:ident,)*
        $(? $optional_wire:literal => $optional:ident,)*
    }) => {
        impl $crate::codec::Object for $name {
            const NAME: &'static str = stringify!($name);
            const MEMBERS: &'static [&'static str] = &[$($wire,)* $($optional_wire,)*];

            fn read<'de, A: $crate::codec::MapAccess<'de>>(
                members: &mut $crate::codec::Members<'_, 'de, A>,
            ) -> Result<Self, A::Error> {
                $(let mut $field = None;)*
                $(let mut $optional = None;)*
                while let Some(index) = members.next(Self::MEMBERS)? {
                    match Self::MEMBERS.get(index) {
                        $(Some(&$wire) => members.read(&mut $field)?,)*
                        $(Some(&$optional_wire) => members.read(&mut $optional)?,)*
                        _ => drop(members.value::<serde::de::IgnoredAny>()?),
                    }
                }
                Ok($name {
                    $($field: $crate::codec::required($field, $wire)?,)*
                    $($optional,)*
                })
            }

            #[allow(unused_variables)] // where there are no members
            fn write<M: $crate::codec::SerializeMap>(&self, to: &mut $crate::codec::Writer<M>) {
                $(to.member($wire, &self.$field);)*
                $(to.optional($optional_wire, &self.$optional);)*
            }
        }

        $crate::codec::serde!(object $name);
    };
}

/// Defines structs that are objects on the wire, with the types of the [`members`].
macro_rules! object {
    ($(
        $(#[$about:meta])*
        $vis:vis struct $name:ident {
            $($wire:literal => $field:ident: $type:ty,)*
            $(? $optional_wire:literal => $optional:ident: $optional_type:ty,)*
        }
    )*) => { $(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        $vis struct $name {
            $(pub(super) $field: $type,)*
            $(pub(super) $optional: Option<$optional_type>,)*
        }

        members!($name {
            $($wire => $field,)*
            $(? $optional_wire => $optional,)*
        });
    )* };
}

/// Defines commands that have no arguments.
macro_rules! command {
    ($(
        $(#[$about:meta])*
        $name:ident = $wire:literal -> $response:ty, $versions:expr;
    )*) => { $(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name;

        impl $crate::QapiCommand for $name {
            type Response = $response;
            const NAME: &'static str = $wire;
            const VERSIONS: $crate::VersionRange = $versions;
        }

        members!($name {});
    )* };
}
