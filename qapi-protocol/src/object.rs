//! Objects that are written by hand, in short.

/// Makes a struct an object on the wire: a command that no schema has, for one.
///
/// It is given what each member is called there, and the field. A `?` is in front of those that
/// may be absent, whose fields are `Option`s, and which come last.
///
/// # Examples
///
/// ```
/// use qapi_protocol::{Empty, QapiCommand, encode};
///
/// struct Rewind {
///     tape_id: String,
///     speed: Option<u32>,
/// }
///
/// qapi_protocol::members!(Rewind {
///     "tape-id" => tape_id,
///     ? "speed" => speed,
/// });
///
/// impl QapiCommand for Rewind {
///     type Response = Empty;
///     const NAME: &'static str = "x-rewind";
/// }
///
/// let rewind = Rewind { tape_id: "a".to_owned(), speed: None };
/// assert_eq!(encode(&rewind), r#"{"tape-id":"a"}"#);
/// ```
#[macro_export]
macro_rules! members {
    ($name:ident {
        $($wire:literal => $field:ident,)*
        $(? $optional_wire:literal => $optional:ident,)*
    }) => {
        impl $crate::codec::Object for $name {
            fn shape(&self) -> &'static $crate::codec::Shape {
                const REQUIRED: usize = <[&str]>::len(&[$($wire,)*]);
                const SHAPE: $crate::codec::Shape = $crate::codec::Shape {
                    name: stringify!($name),
                    members: &[$($wire,)* $($optional_wire,)*],
                    required: &$crate::codec::private::first::<REQUIRED>(),
                };
                &SHAPE
            }

            fn blank() -> Self {
                $name {
                    $($field: $crate::codec::Decode::blank(),)*
                    $($optional: None,)*
                }
            }

            fn read(
                &mut self,
                member: usize,
                reader: &mut $crate::codec::Reader<'_>,
            ) -> $crate::codec::Result<()> {
                match $crate::codec::Object::shape(self).members.get(member) {
                    $(Some(&$wire) => reader.read(&mut self.$field),)*
                    $(Some(&$optional_wire) => reader.read(&mut self.$optional),)*
                    _ => reader.skip(),
                }
            }

            #[allow(unused_variables)] // where there are no members
            fn write(&self, to: &mut $crate::codec::Writer) {
                $(to.member($wire, &self.$field);)*
                $(to.member($optional_wire, &self.$optional);)*
            }
        }

        $crate::codec::implement!(object $name);
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
        #[derive(Clone, Debug, PartialEq, Eq)]
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
