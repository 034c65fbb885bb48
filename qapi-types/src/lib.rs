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
//!     qapi_protocol::encode(&command),
//!     r#"{"driver":"file","node-name":"disk0","filename":"/srv/disk.img","locking":"off"}"#
//! );
//! ```
//!
//! # Every version
//!
//! The types are those of QEMU 5.2, 7.2, 10.0 and 10.2 at once, and speak to all of these, to those
//! between them, and to newer ones:
//!
//! - What only some versions have is an `Option`, or an item of its own. The documentation of each
//!   item says which releases have it, which of them require it of those who send it, and since
//!   when it is deprecated or unstable, as far as these four versions show it.
//! - A type that was renamed has its newest name, and an alias for each old one.
//! - [`QapiCommand::VERSIONS`] and [`QapiEvent::VERSIONS`] say it to programs, and
//!   [`Greeting::supports`] answers it for a server.
//!
//! [`QapiCommand::VERSIONS`]: qapi_protocol::QapiCommand::VERSIONS
//! [`QapiEvent::VERSIONS`]: qapi_protocol::QapiEvent::VERSIONS
//! [`Greeting::supports`]: qapi_protocol::Greeting::supports
//!
//! # As data
//!
//! `DESCRIPTOR` of each module is its schema as JSON, which
//! [`Schema`](qapi_protocol::introspection::Schema) reads: all commands, events and types, with the
//! versions that have them. A program that does not use it does not carry it.
//!
//! ```
//! use qapi_protocol::introspection::Schema;
//!
//! let schema: Schema = qapi_protocol::decode(qapi_types::qmp::DESCRIPTOR)?;
//! let qcow2 = schema.command("blockdev-add").unwrap().arguments().branch("qcow2").unwrap();
//! let member = qcow2.member("discard-no-unref").unwrap();
//! assert_eq!(qcow2.name(), "BlockdevOptionsQcow2");
//! assert_eq!(member.versions().unwrap().to_string(), "QEMU 8.1 and newer");
//! # Ok::<_, qapi_protocol::DecodeError>(())
//! ```
//!
//! # Features
//!
//! - `qmp` (default): what QEMU itself speaks.
//! - `qga`: what the guest agent in a machine speaks.
//! - `qsd`: what the storage daemon speaks. Its types are those of `qmp`.
//!
//! # What holds for all types
//!
//! - Reading what QEMU sent and writing it again gives the same JSON. What a newer QEMU sends
//!   is kept: values of enums, branches of unions and events that the schema does not have
//!   are in a variant `Unknown`. Members that it does not have are ignored.
//! - A union whose tag older versions do not send has a variant `Untagged` for what they send.
//! - Optional members are `Option`s, left out when they are `None`. So are required members
//!   that a QEMU leaves out which was built without some feature, or told to hide what is
//!   deprecated or unstable.
//! - Strings that QEMU's documentation says are base64 are [`Bytes`](qapi_protocol::Bytes), which
//!   hold what was decoded.
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
