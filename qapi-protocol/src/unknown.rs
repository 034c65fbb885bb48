//! What the schema of the bindings does not have, because a newer QEMU sent it.

use serde_json::{Map, Value};

use crate::codec::{self, Encode, Object, Reader, Shape, Writer};
use crate::{DecodeError, EventSet, RawValue};

/// An event that the schema does not have: what a newer QEMU sent.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// When they are nested deeper than [`MAX_NESTING`](crate::MAX_NESTING).
    pub fn decode(name: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
        let data = data.map(RawValue::decode).transpose()?;
        Ok(UnknownEvent::new(name, data))
    }
}

/// The set that knows no event: all of them are read as they came. The guest agent has none.
impl EventSet for UnknownEvent {
    const NAMES: &'static [&'static str] = &[];

    fn decode(name: &str, data: Option<&RawValue<'_>>) -> Result<Self, DecodeError> {
        UnknownEvent::decode(name, data)
    }
}

/// Written as a message without a timestamp, as the events of a schema are.
impl Encode for UnknownEvent {
    fn write(&self, to: &mut Writer) {
        to.object(|to| {
            to.member("event", &&*self.name);
            to.member("data", &self.data);
        });
    }
}

codec::implement!(messages UnknownEvent);

/// A branch of a union that the schema does not have: what a newer QEMU sent.
///
/// It is read and written as a part of the union, which has the tag: on its own it is just the
/// members.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownBranch {
    /// The value of the tag.
    pub tag: Box<str>,
    /// The members besides those of the base.
    pub members: Map<String, Value>,
}

impl UnknownBranch {
    /// The branch `tag` with `members`.
    pub fn new(tag: impl Into<Box<str>>, members: Map<String, Value>) -> Self {
        UnknownBranch {
            tag: tag.into(),
            members,
        }
    }
}

/// As the branch of a generated union: keeps all members that are left.
impl Object for UnknownBranch {
    fn shape(&self) -> &'static Shape {
        &codec::TAG_ONLY
    }

    fn blank() -> Self {
        UnknownBranch::new("", Map::new())
    }

    fn read(&mut self, _member: usize, reader: &mut Reader<'_>) -> codec::Result<()> {
        reader.skip()
    }

    fn read_other(&mut self, name: &str, reader: &mut Reader<'_>) -> codec::Result<()> {
        codec::read_extra(&mut self.members, name, reader)
    }

    fn write(&self, to: &mut Writer) {
        to.extra(&self.members, &[]);
    }
}

#[cfg(test)]
mod tests {
    use super::UnknownEvent;
    use crate::RawValue;
    use serde_json::json;

    fn read(data: &str) -> Result<UnknownEvent, crate::DecodeError> {
        let data = RawValue::parse(data).unwrap();
        UnknownEvent::decode("NEW", Some(&data))
    }

    #[test]
    fn its_data_are_kept_whatever_they_are() {
        for data in [
            "{}",
            r#"{"a":[18446744073709551615,-0.5,"\u00e9"]}"#,
            "[]",
            "null",
            "3",
        ] {
            let event = read(data).unwrap();
            let expected = serde_json::from_str(data).unwrap();
            assert_eq!(event, UnknownEvent::new("NEW", Some(expected)));
            assert_eq!(
                serde_json::to_value(&event).unwrap(),
                json!({"event": "NEW", "data": event.data})
            );
        }
        let none = UnknownEvent::decode("NEW", None).unwrap();
        assert_eq!(none, UnknownEvent::new("NEW", None));
        assert_eq!(serde_json::to_string(&none).unwrap(), r#"{"event":"NEW"}"#);
    }

    #[test]
    fn data_nested_too_deep_are_an_error() {
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(read(&deep).unwrap_err().message, "recursion limit exceeded");
    }
}
