//! Writing JSON.

use serde_json::{Map, Value};

use super::reader::{is_plain, plain};
use super::{Branches, Encode};

/// A JSON text under construction.
#[derive(Debug)]
pub struct Writer {
    text: String,
    /// Whether what comes next is the first in its array or object.
    first: bool,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Writer {
            // Most requests fit.
            text: String::with_capacity(256),
            first: false,
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// Writes an object, of the members that `write` writes.
    #[inline]
    pub(crate) fn object<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        self.text.push('{');
        self.first = true;
        let result = write(self);
        self.text.push('}');
        self.first = false;
        result
    }

    /// Writes an array, of the elements that `write` writes.
    #[inline]
    pub(crate) fn array<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        self.text.push('[');
        self.first = true;
        let result = write(self);
        self.text.push(']');
        self.first = false;
        result
    }

    /// Divides what comes next from what precedes it in an array or object.
    #[inline]
    pub(crate) fn next(&mut self) {
        if !self.first {
            self.text.push(',');
        }
        self.first = false;
    }

    /// Writes a member of an object, unless it is absent: for
    /// [`Object::write`](super::Object::write).
    #[inline]
    pub fn member<T: Encode + ?Sized>(&mut self, name: &str, value: &T) {
        value.write_member(name, self);
    }

    /// Writes a member of an object, unless it is absent, or an object without members.
    pub(crate) fn member_unless_empty(&mut self, name: &str, value: &dyn Encode) {
        let (begin, first) = (self.text.len(), self.first);
        self.member(name, value);
        // No object with members ends like this.
        if self
            .text
            .get(begin..)
            .is_some_and(|text| text.ends_with("\":{}"))
        {
            self.text.truncate(begin);
            self.first = first;
        }
    }

    /// Writes the name of a member, whose value is then to be written.
    pub(crate) fn name(&mut self, name: &str) {
        // In one go, because there is one for each value.
        if is_plain(name.as_bytes()) {
            self.text.reserve(name.len() + 4);
            self.next();
            self.text.push('"');
            self.text.push_str(name);
            self.text.push('"');
            self.text.push(':');
        } else {
            self.next();
            self.string(name);
            self.text.push(':');
        }
    }

    /// Writes the tag of a union's branch, unless it is absent.
    pub fn tag<B: Branches>(&mut self, branch: &B) {
        if let Some(tag) = branch.tag() {
            self.name(branch.tag_name());
            self.string(tag);
        }
    }

    /// Writes members that the schema does not list; not those that were written already, which
    /// an object would then have twice. `listed` has those of the schema, and whether they were.
    pub fn extra(&mut self, members: &Map<String, Value>, listed: &[(&str, bool)]) {
        for (name, value) in members {
            if !listed.contains(&(name.as_str(), true)) {
                self.member(name, value);
            }
        }
    }

    /// Writes what is JSON already.
    #[inline]
    pub(crate) fn raw(&mut self, json: &str) {
        self.text.push_str(json);
    }

    /// Writes a string, with escapes where JSON asks for them.
    pub fn string(&mut self, value: &str) {
        if !is_plain(value.as_bytes()) {
            return self.escaped(value);
        }
        self.text.reserve(value.len() + 2);
        self.text.push('"');
        self.text.push_str(value);
        self.text.push('"');
    }

    #[cold]
    fn escaped(&mut self, value: &str) {
        self.text.push('"');
        let mut rest = value;
        loop {
            let (plain, special) = rest.split_at(plain(rest.as_bytes(), 0));
            self.text.push_str(plain);
            let Some(byte) = special.as_bytes().first() else {
                break;
            };
            self.escape(*byte);
            rest = special.get(1..).unwrap_or_default();
        }
        self.text.push('"');
    }

    fn escape(&mut self, byte: u8) {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x8 => "\\b",
            0xc => "\\f",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            _ => {
                const DIGITS: [char; 16] = [
                    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
                ];
                let digit = |value: u8| DIGITS[usize::from(value % 16)];
                self.text.push_str("\\u00");
                self.text.push(digit(byte / 16));
                self.text.push(digit(byte));
                return;
            }
        };
        self.text.push_str(short);
    }
}
