//! The QEMU Machine Protocol (QMP) and the guest agent's protocol (QGA) on the wire, and the
//! traits that generated bindings implement.
//!
//! Names are those of QEMU's protocol specification, `docs/interop/qmp-spec.rst`.

#[macro_use]
mod object;

mod bytes;
pub mod codec;
mod command;
mod decode;
mod empty;
mod envelope;
mod error;
mod event;
mod greeting;
pub mod introspection;
mod message;
mod path;
mod raw;
mod request;
mod timestamp;
mod unknown;
mod version;

pub use self::bytes::Bytes;
pub use self::command::{CommandSet, CommandVisitor, QapiCommand};
pub use self::decode::{DecodeError, MAX_ERROR_MESSAGE, MAX_NESTING, decode, encode};
pub use self::empty::Empty;
pub use self::error::{Error, ErrorClass};
pub use self::event::{EventMessage, EventSet, QapiEvent};
pub use self::greeting::{Capability, Greeting, VersionInfo};
pub use self::message::{Message, RawEvent, Response};
pub use self::raw::RawValue;
pub use self::request::{RawRequest, Request};
pub use self::timestamp::Timestamp;
pub use self::unknown::{UnknownBranch, UnknownEvent};
pub use self::version::{Version, VersionRange};
