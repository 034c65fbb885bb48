//! The QEMU Machine Protocol (QMP) and the guest agent's protocol (QGA) on the wire, and the
//! traits that generated bindings implement.
//!
//! Names are those of QEMU's protocol specification, `docs/interop/qmp-spec.rst`.

pub mod codec;
mod command;
mod decode;
mod event;
mod version;

pub use self::command::{CommandVisitor, QapiCommand};
pub use self::decode::{DecodeError, decode};
pub use self::event::{EventSet, QapiEvent};
pub use self::version::{Version, VersionRange};
