//! JSON that is passed on as it is.

use std::borrow::Cow;
use std::fmt;

use crate::codec::{Decode, Encode, Reader, Result, Writer};
use crate::{DecodeError, encode};

/// The text of a JSON value: read by whoever knows what it is, or never.
///
/// # Examples
///
/// ```
/// use qapi_protocol::RawValue;
///
/// let raw = RawValue::parse(r#" [1, 2.50] "#)?;
/// assert_eq!(raw.get(), "[1, 2.50]");
/// assert_eq!(raw.decode::<Vec<f64>>(), Ok(vec![1.0, 2.5]));
/// # Ok::<_, qapi_protocol::DecodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawValue<'a>(Cow<'a, str>);

impl<'a> RawValue<'a> {
    pub(crate) const EMPTY_OBJECT: RawValue<'static> = RawValue(Cow::Borrowed("{}"));

    /// What is JSON already: the text of a value that was read.
    pub(crate) fn of(text: &'a str) -> Self {
        RawValue(Cow::Borrowed(text))
    }

    /// What `value` is written as.
    pub fn new(value: &dyn Encode) -> RawValue<'static> {
        RawValue(Cow::Owned(encode(value)))
    }

    /// The value that `json` holds, which is checked to be JSON and no more, and may be nested to
    /// any depth.
    ///
    /// # Errors
    ///
    /// When `json` is not JSON.
    pub fn parse(json: &'a str) -> std::result::Result<Self, DecodeError> {
        crate::decode::run(json, |reader| {
            let text = reader.raw()?;
            reader.end()?;
            Ok(RawValue::of(text))
        })
    }

    /// The string that it is, borrowed where that is possible.
    pub(crate) fn string(self) -> std::result::Result<Cow<'a, str>, DecodeError> {
        let read = |reader: &mut Reader<'_>| reader.string("a string").map(Cow::into_owned);
        match self.0 {
            Cow::Borrowed(text) => crate::decode::run(text, |reader| reader.string("a string")),
            Cow::Owned(text) => crate::decode::run(&text, read).map(Cow::Owned),
        }
    }

    /// The text.
    pub fn get(&self) -> &str {
        &self.0
    }

    /// The value without the text that it was found in.
    pub fn into_owned(self) -> RawValue<'static> {
        RawValue(Cow::Owned(self.0.into_owned()))
    }

    /// Reads it as a `T`.
    ///
    /// # Errors
    ///
    /// When it is not what a `T` is read from; see [`decode()`](crate::decode()).
    pub fn decode<T: Decode>(&self) -> std::result::Result<T, DecodeError> {
        let mut value = T::blank();
        self.decode_into(&mut value)?;
        Ok(value)
    }

    /// Reads it into `place`.
    ///
    /// # Errors
    ///
    /// As for [`decode`](Self::decode).
    pub fn decode_into(&self, place: &mut dyn Decode) -> std::result::Result<(), DecodeError> {
        crate::decode::read(self.get(), place)
    }
}

impl fmt::Display for RawValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

impl Encode for RawValue<'_> {
    fn write(&self, to: &mut Writer) {
        to.raw(self.get());
    }
}

impl Decode for RawValue<'static> {
    fn blank() -> Self {
        RawValue::of("null")
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        *self = RawValue::of(reader.raw()?).into_owned();
        Ok(())
    }
}
