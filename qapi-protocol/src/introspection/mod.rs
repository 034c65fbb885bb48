//! What a server says about itself: the commands it has, and the schema it was built with.
//!
//! [`QueryCommands`] and [`GuestInfo`] are the commands that ask which commands there are;
//! [`QueryQmpSchema`] is the one that asks for the [`Schema`]. They are here, and not only in
//! generated bindings, so that a client can ask any server.

mod commands;
mod entry;
mod find;
mod path;
mod schema;
#[cfg(test)]
mod tests;
mod view;

pub use self::commands::{CommandList, GuestAgentInfo, GuestInfo, QueryCommands};
pub use self::find::Found;
pub use self::path::PathError;
pub use self::schema::{QueryQmpSchema, Schema};
pub use self::view::{Command, EnumValue, Event, Features, Member, Type, TypeKind};
