//! The types that every schema has.

use serde_json::{Map, Value};

use super::reader::Number;
use super::{Decode, Encode, Invalid, Kind, Reader, Result, Writer};

impl Decode for bool {
    fn blank() -> Self {
        false
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        *self = reader.bool()?;
        Ok(())
    }
}

impl Encode for bool {
    fn write(&self, to: &mut Writer) {
        // Two calls with what is known, instead of one with what is not.
        if *self {
            to.raw("true");
        } else {
            to.raw("false");
        }
    }
}

/// Integers: what is out of range, or has a fraction, is refused.
macro_rules! integers {
    ($($type:ident)*) => { $(
        impl Decode for $type {
            fn blank() -> Self {
                0
            }

            fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
                let before = *reader;
                let number = reader.number(stringify!($type))?;
                let converted = match number {
                    Number::Unsigned(value) => Self::try_from(value).ok(),
                    Number::Signed(value) => Self::try_from(value).ok(),
                    Number::Float(_) => return Err(before.mismatch(stringify!($type))),
                };
                *self = converted
                    .ok_or_else(|| out_of_range(before, number, stringify!($type)))?;
                Ok(())
            }
        }

        impl Encode for $type {
            fn write(&self, to: &mut Writer) {
                to.raw(itoa::Buffer::new().format(*self));
            }
        }
    )* };
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

#[cold]
fn out_of_range(mut reader: Reader<'_>, number: Number, expected: &str) -> Invalid {
    let message = format!("invalid value: {number}, expected {expected}");
    Invalid::new(reader.position(), message)
}

/// A number that is no number of JSON (an infinity, or not a number) is written as `null`.
impl Encode for f64 {
    fn write(&self, to: &mut Writer) {
        if self.is_finite() {
            // The shortest text that is read as the same number, with a fraction.
            to.raw(&format!("{self:?}"));
        } else {
            to.raw("null");
        }
    }
}

impl Decode for f64 {
    fn blank() -> Self {
        0.0
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        *self = match reader.number("f64")? {
            Number::Unsigned(value) => value as f64,
            Number::Signed(value) => value as f64,
            Number::Float(value) => value,
        };
        Ok(())
    }
}

impl Decode for String {
    fn blank() -> Self {
        String::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        *self = reader.string("a string")?.into_owned();
        Ok(())
    }
}

impl Encode for String {
    fn write(&self, to: &mut Writer) {
        to.string(self);
    }
}

impl Encode for &str {
    fn write(&self, to: &mut Writer) {
        to.string(self);
    }
}

/// `null`.
impl Decode for () {
    fn blank() -> Self {}

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        match reader.null()? {
            true => Ok(()),
            false => Err(reader.mismatch("null")),
        }
    }
}

impl Encode for () {
    fn write(&self, to: &mut Writer) {
        to.raw("null");
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn blank() -> Self {
        Vec::new()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.clear();
        let mut more = reader.array("an array")?;
        while more {
            self.push(T::blank());
            if let Some(element) = self.last_mut() {
                element.read(reader)?;
            }
            more = reader.another()?;
        }
        Ok(())
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn write(&self, to: &mut Writer) {
        to.array(|to| {
            for element in self {
                to.next();
                element.write(to);
            }
        });
    }
}

/// A member that may be left out: the value is read as a `T` where it is there, also when it is
/// `null`, and written as `null` only where nothing can be left out.
impl<T: Decode> Decode for Option<T> {
    fn blank() -> Self {
        None
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.insert(T::blank()).read(reader)
    }
}

impl<T: Encode> Encode for Option<T> {
    fn write(&self, to: &mut Writer) {
        match self {
            Some(value) => value.write(to),
            None => to.raw("null"),
        }
    }

    fn write_member(&self, name: &str, to: &mut Writer) {
        if let Some(value) = self {
            value.write_member(name, to);
        }
    }
}

impl Decode for Value {
    fn blank() -> Self {
        Value::Null
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        *self = match reader.kind()? {
            Kind::Null => {
                reader.null()?;
                Value::Null
            }
            Kind::Bool => reader.bool()?.into(),
            Kind::Integer | Kind::Number => match reader.number("a number")? {
                Number::Unsigned(value) => value.into(),
                Number::Signed(value) => value.into(),
                Number::Float(value) => value.into(),
            },
            Kind::String => reader.string("a string")?.into_owned().into(),
            Kind::Array => {
                let mut elements = Vec::<Value>::new();
                elements.read(reader)?;
                elements.into()
            }
            Kind::Object => {
                let mut members = Map::new();
                let mut name = reader.object("an object")?;
                while let Some(member) = name {
                    let mut value = Value::Null;
                    value.read(reader)?;
                    members.insert(member.into_owned(), value);
                    name = reader.member()?;
                }
                members.into()
            }
        };
        Ok(())
    }
}

impl Encode for Value {
    fn write(&self, to: &mut Writer) {
        match self {
            Value::Null => to.raw("null"),
            Value::Bool(value) => value.write(to),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(value), _) => value.write(to),
                (_, Some(value)) => value.write(to),
                // As exact as it is, and with a fraction where it is no integer.
                _ => to.raw(&number.to_string()),
            },
            Value::String(value) => to.string(value),
            Value::Array(elements) => elements.write(to),
            Value::Object(members) => to.object(|to| {
                for (name, value) in members {
                    to.member(name, value);
                }
            }),
        }
    }
}
