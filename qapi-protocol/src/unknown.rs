//! What the schema of the bindings does not have, because a newer QEMU sent it.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::{DecodeError, decode};

/// An event that the schema does not have: what a newer QEMU sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// The name on the wire.
    pub name: Box<str>,
    /// The `data` member of the message, as it came.
    pub data: Option<Value>,
}

impl UnknownEvent {
    /// The event `name` with `data`.
    pub fn new(name: impl Into<Box<str>>, data: Option<Value>) -> Self {
        UnknownEvent {
            name: name.into(),
            data,
        }
    }

    /// Reads its data, whatever they are.
    ///
    /// # Errors
    ///
    /// When they are nested deeper than serde_json accepts.
    pub fn decode(name: &str, data: Option<&RawValue>) -> Result<Self, DecodeError> {
        let data = data.map(|data| decode(data.get())).transpose()?;
        Ok(UnknownEvent::new(name, data))
    }
}
