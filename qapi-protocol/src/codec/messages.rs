//! What the code of commands and events needs.

use serde_json::{Map, Value};

use super::{Decode, Reader, Result, Writer};
use crate::{DecodeError, QapiCommand, QapiEvent, RawValue};

/// Sets an optional member: the body of the setters.
#[inline]
pub fn set<T>(member: &mut Option<T>, value: impl Into<T>) {
    *member = Some(value.into());
}

/// Reads the members of a message into `place`; it may leave out an empty object.
///
/// # Errors
///
/// When they are not what `place` is read from.
pub fn decode_object(
    place: &mut dyn Decode,
    object: Option<&RawValue<'_>>,
) -> std::result::Result<(), DecodeError> {
    object.unwrap_or(&RawValue::EMPTY_OBJECT).decode_into(place)
}

/// Writes a command as a request without an id.
pub fn write_command<C: QapiCommand>(command: &C, to: &mut Writer) {
    to.object(|to| {
        to.member("execute", &C::NAME);
        to.member("arguments", command);
    });
}

/// Writes an event as a message without a timestamp.
pub fn write_event<E: QapiEvent>(event: &E, to: &mut Writer) {
    to.object(|to| {
        to.member("event", &E::NAME);
        to.member("data", event);
    });
}

/// Reads a member that the schema does not list, and keeps it.
///
/// # Errors
///
/// When it is not JSON.
pub fn read_extra(
    members: &mut Map<String, Value>,
    name: &str,
    reader: &mut Reader<'_>,
) -> Result<()> {
    let mut value = Value::Null;
    reader.read(&mut value)?;
    members.insert(name.to_owned(), value);
    Ok(())
}
