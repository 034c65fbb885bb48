//! Finding out where in a document its first bytes end.
//!
//! Only error paths come here, with text that was read up to that point: the
//! scanner need not tell good JSON from bad, only keep its place in it and never fail.

use std::ops::Range;

use crate::codec::Reader;
use crate::path::{Path, Step};

/// How many levels of nesting a place keeps track of; what is nested deeper counts as part of the
/// value at this level. Values are read to [`MAX_NESTING`](super::MAX_NESTING) levels, and unwanted
/// ones are passed over at any depth.
const MAX_DEPTH: usize = 256;

/// An array or object that has begun and not ended.
enum Frame {
    /// An array, at the element of this index.
    Array(usize),
    /// An object, at the member whose quoted name stands at these bytes, if at any.
    Object(Option<Range<usize>>),
}

/// What stands at the end of the scanned bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// A value is to begin: at the start, behind `[`, behind `:`, behind `,` in an array.
    BeforeValue,
    /// A number, a literal or an unfinished string is being read.
    Scalar,
    /// A value has ended.
    AfterValue,
    /// A member is to begin: behind `{`, behind `,` in an object.
    BeforeKey,
    /// The name of a member is being read, or has ended.
    Key,
}

/// A place in a document.
pub(super) struct Place<'a> {
    json: &'a [u8],
    frames: Vec<Frame>,
    /// Levels of nesting beyond [`MAX_DEPTH`].
    deeper: usize,
    pub(super) spot: Spot,
}

impl<'a> Place<'a> {
    /// The place behind `json`, which is the beginning of a document.
    pub(super) fn behind(json: &'a [u8]) -> Self {
        let mut place = Place {
            json,
            frames: Vec::new(),
            deeper: 0,
            spot: Spot::BeforeValue,
        };
        let mut at = 0;
        while let Some(&byte) = json.get(at) {
            at = place.step(byte, at);
        }
        place
    }

    /// Takes the token, or the byte of a token, at `at`; returns where it ends.
    fn step(&mut self, byte: u8, at: usize) -> usize {
        match byte {
            b'"' => {
                let end = string_end(self.json, at);
                self.string(at, end);
                return end.unwrap_or(self.json.len());
            }
            b'{' => self.open(Frame::Object(None), Spot::BeforeKey),
            b'[' => self.open(Frame::Array(0), Spot::BeforeValue),
            b'}' | b']' => self.close(),
            _ if self.deeper > 0 => {}
            b' ' | b'\t' | b'\r' | b'\n' => {
                if self.spot == Spot::Scalar {
                    self.spot = Spot::AfterValue;
                }
            }
            b',' => match self.frames.last_mut() {
                Some(Frame::Array(index)) => {
                    *index += 1;
                    self.spot = Spot::BeforeValue;
                }
                Some(Frame::Object(key)) => {
                    *key = None;
                    self.spot = Spot::BeforeKey;
                }
                None => {}
            },
            b':' => self.spot = Spot::BeforeValue,
            _ => {
                if self.spot == Spot::BeforeValue {
                    self.spot = Spot::Scalar;
                }
            }
        }
        at + 1
    }

    fn string(&mut self, start: usize, end: Option<usize>) {
        if self.deeper > 0 {
            return;
        }
        match self.frames.last_mut() {
            Some(Frame::Object(key)) if self.spot == Spot::BeforeKey => {
                *key = Some(start..end.unwrap_or(self.json.len()));
                self.spot = Spot::Key;
            }
            _ if end.is_some() => self.spot = Spot::AfterValue,
            _ => self.spot = Spot::Scalar,
        }
    }

    fn open(&mut self, frame: Frame, spot: Spot) {
        if self.frames.len() < MAX_DEPTH {
            self.frames.push(frame);
            self.spot = spot;
        } else {
            self.deeper += 1;
            self.spot = Spot::Scalar;
        }
    }

    fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.frames.pop();
        }
        if self.deeper == 0 {
            self.spot = Spot::AfterValue;
        }
    }

    /// The path of what is wrong if the text is wrong at this place: the value or member that the
    /// place is at; behind a value, the array or object that does not go on as it should.
    pub(super) fn path(&self) -> Path {
        let frames = match self.spot {
            Spot::AfterValue => self
                .frames
                .split_last()
                .map_or(&[][..], |(_, around)| around),
            _ => &self.frames,
        };
        self.render(frames)
    }

    fn render(&self, frames: &[Frame]) -> Path {
        let mut path = Path::root();
        for frame in frames {
            match frame {
                Frame::Array(index) => path.push(Step::Element(*index)),
                Frame::Object(Some(key)) => {
                    path.push(Step::Member(&unquote(&self.json[key.clone()])))
                }
                Frame::Object(None) => {}
            }
        }
        path
    }
}

/// The text of a quoted member name. One that is cut off or invalid is shown as it stands.
fn unquote(quoted: &[u8]) -> String {
    let text = std::str::from_utf8(quoted).unwrap_or_default();
    let name = Reader::new(text).string("a name");
    name.map(String::from).unwrap_or_else(|_| {
        let inner = quoted.strip_prefix(b"\"").unwrap_or(quoted);
        String::from_utf8_lossy(inner.strip_suffix(b"\"").unwrap_or(inner)).into_owned()
    })
}

/// Where the string that begins with the quote at `start` ends, behind its closing quote.
fn string_end(json: &[u8], start: usize) -> Option<usize> {
    let mut escaped = false;
    for (at, &byte) in json.iter().enumerate().skip(start + 1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Place, Spot};

    #[test]
    fn every_kind_of_spot_is_told_apart() {
        for (json, spot, path) in [
            ("", Spot::BeforeValue, "$"),
            ("  12", Spot::Scalar, "$"),
            ("12 ", Spot::AfterValue, "$"),
            ("[", Spot::BeforeValue, "$[0]"),
            ("[1,", Spot::BeforeValue, "$[1]"),
            ("[1, \"a", Spot::Scalar, "$[1]"),
            ("[1, \"a\\\"", Spot::Scalar, "$[1]"),
            ("[1, \"a\"", Spot::AfterValue, "$"),
            ("[1, {}", Spot::AfterValue, "$"),
            ("{", Spot::BeforeKey, "$"),
            ("{\"a", Spot::Key, "$.a"),
            ("{\"a\" ", Spot::Key, "$.a"),
            ("{\"a\":", Spot::BeforeValue, "$.a"),
            ("{\"a\":{\"b\":[0]", Spot::AfterValue, "$.a"),
            ("{\"a\":{\"b\":[0]},", Spot::BeforeKey, "$"),
            ("{\"\\u0061\":{\"}\":tru", Spot::Scalar, "$.a[\"}\"]"),
        ] {
            let place = Place::behind(json.as_bytes());
            assert_eq!(place.spot, spot, "{json}");
            assert_eq!(place.path().into_string(), path, "{json}");
        }
    }

    #[test]
    fn no_bytes_make_it_fail() {
        for json in [
            "]", "}}", ",", ":", "[}", "{]", "{1", "{,", "\"", "{\"\\", "\u{0}", "[:,}",
        ] {
            Place::behind(json.as_bytes()).path();
        }
        Place::behind(b"{\"\xff\xfe").path();
    }

    #[test]
    fn nesting_is_followed_to_a_limit_only() {
        let deep = "[".repeat(100_000);
        let place = Place::behind(deep.as_bytes());
        assert_eq!(place.frames.len(), MAX_DEPTH);
        assert_eq!(
            place.path().into_string(),
            format!("${}", "[0]".repeat(MAX_DEPTH))
        );

        let back = format!(
            "[{}\"]\",{{\"a\":1}}{},2",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(Place::behind(back.as_bytes()).path().into_string(), "$[1]");
    }
}
