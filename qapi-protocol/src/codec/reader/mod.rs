//! Reading JSON, value by value.

mod number;
mod skip;
mod string;

use std::borrow::Cow;

pub(crate) use self::number::Number;
#[cfg(test)]
pub(super) use self::skip::outline;
pub(crate) use self::string::{is_plain, plain};
use super::alternate::Kind;
use super::{Decode, Invalid, Result};
use crate::MAX_NESTING;
use crate::decode::abridged;

/// A place in a JSON text, from which values are read one after the other.
///
/// It is a copy of a few words: whoever wants to know what comes later takes a copy and goes
/// ahead.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// How many arrays and objects may still be opened inside of each other.
    depth: usize,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Reader {
            text,
            at: 0,
            depth: MAX_NESTING,
        }
    }

    /// Reads the next value into `place`.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or not such a value.
    #[inline]
    pub fn read<T: Decode + ?Sized>(&mut self, place: &mut T) -> Result<()> {
        place.read(self)
    }

    /// The complaint `message` about the next value: for types that take not all of what they
    /// read it as.
    ///
    /// # Examples
    ///
    /// ```
    /// use qapi_protocol::codec::{Decode, Reader, Result};
    /// use qapi_protocol::decode;
    ///
    /// struct Even(u64);
    ///
    /// impl Decode for Even {
    ///     fn blank() -> Self {
    ///         Even(0)
    ///     }
    ///
    ///     fn read(&mut self, reader: &mut Reader<'_>) -> Result<()> {
    ///         let before = *reader;
    ///         reader.read(&mut self.0)?;
    ///         match self.0 % 2 {
    ///             0 => Ok(()),
    ///             _ => Err(before.refuse("odd")),
    ///         }
    ///     }
    /// }
    ///
    /// let error = decode::<Vec<Even>>("[2, 4, 5]").err().unwrap();
    /// assert_eq!(error.to_string(), "at $[2]: odd");
    /// ```
    #[cold]
    pub fn refuse(mut self, message: impl Into<String>) -> Invalid {
        Invalid::new(self.position(), message)
    }

    /// Passes over the next value.
    ///
    /// # Errors
    ///
    /// When it is not JSON.
    pub fn skip(&mut self) -> Result<()> {
        self.raw().map(drop)
    }

    /// The text of the next value.
    pub(crate) fn raw(&mut self) -> Result<&'t str> {
        self.blank();
        let start = self.at;
        self.at = skip::value(self.text.as_bytes(), start)?;
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Reads the next value into `place`, as if it were all of the text. What is JSON and
    /// nevertheless no such value is passed over; its text comes with what is wrong in it. What is
    /// not JSON is an error.
    pub(crate) fn raw_into(
        &mut self,
        place: &mut dyn Decode,
    ) -> Result<(&'t str, Option<Invalid>)> {
        let start = self.position();
        let text = self.text.get(start..).unwrap_or_default();
        let mut inside = Reader::new(text);
        let wrong = match place.read(&mut inside) {
            Ok(()) => None,
            Err(error) => {
                inside = Reader::new(text);
                match inside.skip() {
                    Ok(()) => Some(error),
                    Err(_) => return self.raw().map(|raw| (raw, None)),
                }
            }
        };
        self.at = start + inside.at;
        Ok((text.get(..inside.at).unwrap_or_default(), wrong))
    }

    /// Refuses anything behind the last value.
    pub(crate) fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.invalid("trailing characters")),
        }
    }

    /// Passes over blank space.
    #[inline]
    fn blank(&mut self) {
        self.at = skip::blank(self.text.as_bytes(), self.at);
    }

    /// The byte at this very place.
    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The first byte of what comes next.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.byte()
    }

    /// Where the next value begins.
    pub(crate) fn position(&mut self) -> usize {
        self.blank();
        self.at
    }

    #[cold]
    fn invalid(&self, message: &str) -> Invalid {
        Invalid::new(self.at, message)
    }

    /// Whether an object comes next, behind blank space that was passed over.
    pub(crate) fn is_object(&self) -> bool {
        self.byte() == Some(b'{')
    }

    /// The member `name` of the object that comes next, which is a string; `None` if it does
    /// not have it. What precedes it is not looked at closely, and has to be read after all.
    pub(crate) fn look_up(mut self, name: &str) -> Result<Option<Cow<'t, str>>> {
        let mut member = self.object("an object")?;
        while let Some(found) = member {
            if found == name {
                return self.string("a string").map(Some);
            }
            self.at = skip::outline(self.text.as_bytes(), self.position())?;
            member = self.member()?;
        }
        Ok(None)
    }

    /// Which kind of value comes next.
    pub(crate) fn kind(&mut self) -> Result<Kind> {
        match self.peek() {
            Some(b'"') => Ok(Kind::String),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            _ => {
                let mut ahead = *self;
                match ahead.number("a value")? {
                    Number::Float(_) => Ok(Kind::Number),
                    Number::Unsigned(_) | Number::Signed(_) => Ok(Kind::Integer),
                }
            }
        }
    }

    /// Takes `null`, if that comes next.
    pub(crate) fn null(&mut self) -> Result<bool> {
        if self.peek() == Some(b'n') {
            self.at = skip::literal(self.text.as_bytes(), self.at, "null")?;
            return Ok(true);
        }
        Ok(false)
    }

    pub(crate) fn bool(&mut self) -> Result<bool> {
        let (literal, value) = match self.peek() {
            Some(b't') => ("true", true),
            Some(b'f') => ("false", false),
            _ => return Err(self.mismatch("a boolean")),
        };
        self.at = skip::literal(self.text.as_bytes(), self.at, literal)?;
        Ok(value)
    }

    /// Takes a string.
    pub(crate) fn string(&mut self, expected: &str) -> Result<Cow<'t, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.mismatch(expected));
        }
        let (string, end) = string::read(self.text, self.at + 1)?;
        self.at = end;
        Ok(string)
    }

    /// Takes a number.
    pub(crate) fn number(&mut self, expected: &str) -> Result<Number> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => {
                let (number, end) = number::read(self.text, self.at)?;
                self.at = end;
                Ok(number)
            }
            _ => Err(self.mismatch(expected)),
        }
    }

    /// Goes into an array: whether there is an element, which is then to be read.
    pub(crate) fn array(&mut self, expected: &str) -> Result<bool> {
        if self.peek() != Some(b'[') {
            return Err(self.mismatch(expected));
        }
        self.open()?;
        if self.peek() == Some(b']') {
            self.close();
            return Ok(false);
        }
        Ok(true)
    }

    /// Goes on behind an element: whether there is another.
    #[inline]
    pub(crate) fn another(&mut self) -> Result<bool> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                if self.peek() == Some(b']') {
                    return Err(self.invalid("trailing comma"));
                }
                Ok(true)
            }
            Some(b']') => {
                self.close();
                Ok(false)
            }
            Some(_) => Err(self.invalid("expected `,` or `]`")),
            None => Err(self.invalid("EOF while parsing a list")),
        }
    }

    /// Goes into an object: the name of its first member, if it has any, whose value is then to
    /// be read.
    pub(crate) fn object(&mut self, expected: &str) -> Result<Option<Cow<'t, str>>> {
        if self.peek() != Some(b'{') {
            return Err(self.mismatch(expected));
        }
        self.open()?;
        match self.peek() {
            Some(b'}') => {
                self.close();
                Ok(None)
            }
            _ => self.name().map(Some),
        }
    }

    /// Goes on behind a member: the name of the next, if there is one.
    #[inline]
    pub(crate) fn member(&mut self) -> Result<Option<Cow<'t, str>>> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.name().map(Some)
            }
            Some(b'}') => {
                self.close();
                Ok(None)
            }
            Some(_) => Err(self.invalid("expected `,` or `}`")),
            None => Err(self.invalid("EOF while parsing an object")),
        }
    }

    #[inline]
    fn name(&mut self) -> Result<Cow<'t, str>> {
        let (name, end) = match self.peek() {
            Some(b'"') => string::read(self.text, self.at + 1)?,
            Some(b'}') => return Err(self.invalid("trailing comma")),
            Some(_) => return Err(self.invalid("key must be a string")),
            None => return Err(self.invalid("EOF while parsing an object")),
        };
        self.at = end;
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.invalid("expected `:`")),
            None => return Err(self.invalid("EOF while parsing an object")),
        }
        Ok(name)
    }

    #[inline]
    fn open(&mut self) -> Result<()> {
        match self.depth.checked_sub(1) {
            Some(depth) => {
                self.depth = depth;
                self.at += 1;
                Ok(())
            }
            None => Err(self.invalid("recursion limit exceeded")),
        }
    }

    #[inline]
    fn close(&mut self) {
        self.depth += 1;
        self.at += 1;
    }

    /// The complaint about the next value, which is not what was expected; or about what is wrong
    /// with it as JSON.
    #[cold]
    pub(crate) fn mismatch(&self, expected: &str) -> Invalid {
        match self.description() {
            Ok((at, found)) => {
                Invalid::new(at, format!("invalid type: {found}, expected {expected}"))
            }
            Err(error) => error,
        }
    }

    /// What the next value is, for people, and where.
    fn description(mut self) -> Result<(usize, String)> {
        let at = self.position();
        let found = match self.byte() {
            None => return Err(self.invalid("EOF while parsing a value")),
            Some(b'{') => "object".to_owned(),
            Some(b'[') => "array".to_owned(),
            Some(b'"') => format!("string {:?}", abridged(&self.string("")?)),
            Some(b'n') => {
                self.null()?;
                "null".to_owned()
            }
            Some(b't' | b'f') => format!("boolean `{}`", self.bool()?),
            Some(b'-' | b'0'..=b'9') => self.number("")?.to_string(),
            Some(_) => return Err(self.invalid("expected value")),
        };
        Ok((at, found))
    }
}
