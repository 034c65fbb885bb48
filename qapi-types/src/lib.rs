//! Types for QEMU's commands and events, generated from its schema.
//!
//! Each schema is a module with everything in reach: the types of its members by their own
//! names, a type for each command in `commands`, for each event in `events`, and the enums
//! `Command` and `Event` over all of them.
//!
//! ```
//! use qapi_types::qmp::{BlockdevOptions, BlockdevOptionsBranch, BlockdevOptionsFile, commands};
//!
//! let file = BlockdevOptionsFile::new("/srv/disk.img").locking("off");
//! let node = BlockdevOptions::new(BlockdevOptionsBranch::File(file)).node_name("disk0");
//! let command = commands::BlockdevAdd::from(node);
//! assert_eq!(
//!     serde_json::to_string(&command)?,
//!     r#"{"driver":"file","node-name":"disk0","filename":"/srv/disk.img","locking":"off"}"#
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # What holds for all types
//!
//! - Reading what QEMU sent and writing it again gives the same JSON. What a newer QEMU sends
//!   is kept: values of enums, branches of unions and events that the schema does not have
//!   are in a variant `Unknown`. Members that it does not have are ignored.
//! - Optional members are `Option`s, left out when they are `None`. So are required members
//!   that a QEMU built without some feature leaves out.
//! - Structs are made by `new`, which takes the required members, and a setter for each
//!   optional one: `QueryStatus::new()` for a command without arguments. They and enums are
//!   `#[non_exhaustive]`: QEMU adds members and values with every release.
//! - Types have the names that QEMU gives them, and one of those is `String`. Import what you
//!   need by name, or the modules: `use qapi_types::qmp::{self, commands}`.

/// The QEMU Machine Protocol: what QEMU itself speaks.
#[cfg(feature = "qmp")]
#[rustfmt::skip]
pub mod qmp;

/// The protocol of QEMU's guest agent.
#[cfg(feature = "qga")]
#[rustfmt::skip]
pub mod qga;

/// The QEMU Machine Protocol as QEMU's storage daemon speaks it: what is the same is the type of
/// [`qmp`].
#[cfg(feature = "qsd")]
#[rustfmt::skip]
pub mod qsd;
