//! Between this codec and serde's formats, those that describe themselves.
//!
//! Whoever keeps a value in a file of another format, or looks at it as a
//! [`serde_json::Value`], goes through JSON: the one reader and the one writer decide what a
//! value is. Nothing on the way to and from servers comes here.
//!
//! A program that turns on serde_json's feature `arbitrary_precision` cannot read fractions by
//! `serde_json::from_str`: numbers are objects then, of a form that is serde_json's own. Our
//! [`decode`](crate::decode()) reads them.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde_core::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::reader::Number;
use super::{Decode, Encode, Invalid, Kind, Reader, Writer};
use crate::{decode, encode};

/// Writes `value` in another format.
///
/// # Errors
///
/// Those of the format.
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    let text = encode(value);
    Rest(&RefCell::new(Reader::new(&text))).serialize(serializer)
}

/// Reads a value from another format.
///
/// # Errors
///
/// Those of the format, and when what it has is not a `T`.
pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut writer = Writer::new();
    Transcode(&mut writer).deserialize(deserializer)?;
    decode(writer.into_text()).map_err(de::Error::custom)
}

/// The next value of a text.
struct Rest<'r, 't>(&'r RefCell<Reader<'t>>);

impl<'t> Rest<'_, 't> {
    fn read<T, E: serde_core::ser::Error>(
        &self,
        read: impl FnOnce(&mut Reader<'t>) -> super::Result<T>,
    ) -> Result<T, E> {
        let wrong = |error: Invalid| E::custom(error.message());
        read(&mut self.0.borrow_mut()).map_err(wrong)
    }
}

impl Serialize for Rest<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.read(Reader::kind)? {
            Kind::Null => {
                self.read(Reader::null)?;
                serializer.serialize_unit()
            }
            Kind::Bool => serializer.serialize_bool(self.read(Reader::bool)?),
            Kind::Integer | Kind::Number => match self.read(|reader| reader.number(""))? {
                Number::Unsigned(value) => serializer.serialize_u64(value),
                Number::Signed(value) => serializer.serialize_i64(value),
                Number::Float(value) => serializer.serialize_f64(value),
            },
            Kind::String => {
                let own = |string: Cow<'_, str>| string.into_owned();
                serializer.serialize_str(&self.read(|reader| reader.string("").map(own))?)
            }
            Kind::Array => {
                let mut array = serializer.serialize_seq(None)?;
                let mut more = self.read(|reader| reader.array(""))?;
                while more {
                    array.serialize_element(self)?;
                    more = self.read(Reader::another)?;
                }
                array.end()
            }
            Kind::Object => {
                let mut object = serializer.serialize_map(None)?;
                let own = |name: Option<Cow<'_, str>>| name.map(String::from);
                let mut name = self.read(|reader| reader.object("").map(own))?;
                while let Some(member) = name {
                    object.serialize_entry(&member, self)?;
                    name = self.read(|reader| reader.member().map(own))?;
                }
                object.end()
            }
        }
    }
}

/// Writes an element of an array, if there is one.
struct Element<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.next();
        Transcode(self.0).deserialize(deserializer)
    }
}

/// Writes whatever a format has as JSON.
struct Transcode<'w>(&'w mut Writer);

impl<'de> DeserializeSeed<'de> for Transcode<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Transcode<'_> {
    fn write<E>(self, value: &dyn Encode) -> Result<(), E> {
        value.write(self.0);
        Ok(())
    }
}

impl<'de> Visitor<'de> for Transcode<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can hold")
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.write(&value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.write(&value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.write(&value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.write(&value)
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        self.write(&value)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.write(&())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.write(&())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        self.0.array(|to| {
            while elements.next_element_seed(Element(to))?.is_some() {}
            Ok(())
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.0.object(|to| {
            while let Some(name) = members.next_key::<String>()? {
                to.name(&name);
                members.next_value_seed(Transcode(to))?;
            }
            Ok(())
        })
    }
}
