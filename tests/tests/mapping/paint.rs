//! Types that stand for those of `extern-path.json`.

#![expect(
    unreachable_pub,
    reason = "generated code re-exports them as what is public"
)]

use qapi_protocol::codec::{self, Decode, Encode, Reader, Writer};
use serde_json::Value;

/// A colour, by its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Encode for Rgb {
    fn write(&self, to: &mut Writer) {
        to.string(match self {
            Rgb(255, 0, 0) => "red",
            _ => "green",
        });
    }
}

impl Decode for Rgb {
    fn blank() -> Self {
        Rgb(0, 0, 0)
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> codec::Result<()> {
        let before = *reader;
        let mut name = String::new();
        reader.read(&mut name)?;
        *self = match name.as_str() {
            "red" => Rgb(255, 0, 0),
            "green" => Rgb(0, 255, 0),
            _ => return Err(before.refuse("no colour")),
        };
        Ok(())
    }
}

/// Paint, with whatever is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Paint(pub Value);

impl Encode for Paint {
    fn write(&self, to: &mut Writer) {
        self.0.write(to);
    }
}

impl Decode for Paint {
    fn blank() -> Self {
        Paint(Value::Null)
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> codec::Result<()> {
        reader.read(&mut self.0)
    }
}
