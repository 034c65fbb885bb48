//! The enums over all commands and over all events.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::{DecodeError, QapiCommand, QapiEvent, decode};

/// Reads the members of a message, which may leave out an empty object.
///
/// # Errors
///
/// When they are not a `T`.
pub fn decode_object<T: serde::de::DeserializeOwned>(
    object: Option<&RawValue>,
) -> Result<T, DecodeError> {
    decode(object.map_or("{}", RawValue::get))
}

/// Writes a command as a request without an id.
///
/// # Errors
///
/// Those of the serializer.
pub fn write_command<C: QapiCommand, S: Serializer>(
    command: &C,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    write(("execute", C::NAME), ("arguments", command), serializer)
}

/// Writes an event as a message without a timestamp.
///
/// # Errors
///
/// Those of the serializer.
pub fn write_event<E: QapiEvent, S: Serializer>(
    event: &E,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    write(("event", E::NAME), ("data", event), serializer)
}

fn write<T: Serialize, S: Serializer>(
    name: (&str, &str),
    content: (&str, &T),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut message = serializer.serialize_map(Some(2))?;
    message.serialize_entry(name.0, name.1)?;
    message.serialize_entry(content.0, content.1)?;
    message.end()
}
