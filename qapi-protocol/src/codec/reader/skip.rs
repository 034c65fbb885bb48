//! Passing over values, of any depth.

use super::{number, string};
use crate::codec::{Invalid, Result};

/// Where the value at `start` ends, which is checked to be JSON.
///
/// It takes no stack for what is nested, and a bit of memory for each level.
pub(super) fn value(bytes: &[u8], start: usize) -> Result<usize> {
    let mut open = Open::default();
    let mut at = start;
    loop {
        // A value is to come.
        at = blank(bytes, at);
        at = match bytes.get(at) {
            Some(b'"') => string::skip(bytes, at + 1)?,
            Some(b'-' | b'0'..=b'9') => number::skip(bytes, at)?,
            Some(b'{') => {
                at = blank(bytes, at + 1);
                if bytes.get(at) != Some(&b'}') {
                    open.push(true);
                    at = name(bytes, at, "EOF while parsing an object")?;
                    continue;
                }
                at + 1
            }
            Some(b'[') => {
                at = blank(bytes, at + 1);
                if bytes.get(at) != Some(&b']') {
                    open.push(false);
                    continue;
                }
                at + 1
            }
            Some(b't') => literal(bytes, at, "true")?,
            Some(b'f') => literal(bytes, at, "false")?,
            Some(b'n') => literal(bytes, at, "null")?,
            Some(_) => return Err(Invalid::new(at, "expected value")),
            None => return Err(Invalid::new(at, "EOF while parsing a value")),
        };
        // A value has ended.
        loop {
            let Some(object) = open.top() else {
                return Ok(at);
            };
            at = blank(bytes, at);
            match (bytes.get(at), object) {
                (Some(b','), true) => {
                    at = blank(bytes, at + 1);
                    at = name(bytes, at, "trailing comma")?;
                    break;
                }
                (Some(b','), false) => {
                    at = blank(bytes, at + 1);
                    if bytes.get(at) == Some(&b']') {
                        return Err(Invalid::new(at, "trailing comma"));
                    }
                    break;
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    open.pop();
                    at += 1;
                }
                (Some(_), true) => return Err(Invalid::new(at, "expected `,` or `}`")),
                (Some(_), false) => return Err(Invalid::new(at, "expected `,` or `]`")),
                (None, true) => return Err(Invalid::new(at, "EOF while parsing an object")),
                (None, false) => return Err(Invalid::new(at, "EOF while parsing a list")),
            }
        }
    }
}

/// Where the value at `start` ends if it is JSON: for those who read it later, whatever they find.
///
/// Only strings and brackets matter for that. Which bracket is closed by which, and everything
/// else, is left to the reader.
pub(crate) fn outline(bytes: &[u8], start: usize) -> Result<usize> {
    let mut at = start;
    let mut open = 0usize;
    loop {
        match bytes.get(at) {
            Some(b'"') => at = string::skip(bytes, at + 1)?,
            Some(b'{' | b'[') => {
                open += 1;
                at += 1;
                continue;
            }
            // A number or a literal that is the value itself ends here.
            Some(b'}' | b']' | b',') if open == 0 => return Ok(at),
            Some(b'}' | b']') => {
                open -= 1;
                at += 1;
            }
            Some(_) => {
                at += 1;
                continue;
            }
            None => return Err(Invalid::new(at, "EOF while parsing a value")),
        }
        if open == 0 {
            return Ok(at);
        }
    }
}

/// Passes over `word`, which has to stand at `start`.
#[inline]
pub(super) fn literal(bytes: &[u8], start: usize, word: &str) -> Result<usize> {
    let end = start + word.len();
    if bytes.get(start..end) == Some(word.as_bytes()) {
        return Ok(end);
    }
    let rest = bytes.get(start..).unwrap_or_default();
    let same = rest.iter().zip(word.as_bytes()).take_while(|(a, b)| a == b);
    match start + same.count() {
        at if at == bytes.len() => Err(Invalid::new(at, "EOF while parsing a value")),
        at => Err(Invalid::new(at, "expected ident")),
    }
}

/// Passes over a member's name and the colon.
#[inline]
fn name(bytes: &[u8], at: usize, without: &str) -> Result<usize> {
    let end = match bytes.get(at) {
        Some(b'"') => string::skip(bytes, at + 1)?,
        Some(b'}') => return Err(Invalid::new(at, without)),
        Some(_) => return Err(Invalid::new(at, "key must be a string")),
        None => return Err(Invalid::new(at, "EOF while parsing an object")),
    };
    let colon = blank(bytes, end);
    match bytes.get(colon) {
        Some(b':') => Ok(colon + 1),
        Some(_) => Err(Invalid::new(colon, "expected `:`")),
        None => Err(Invalid::new(colon, "EOF while parsing an object")),
    }
}

/// Passes over blank space.
#[inline]
pub(super) fn blank(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The arrays and objects that are open: of each whether it is an object.
#[derive(Default)]
struct Open {
    /// The innermost ones, the innermost in the lowest bit.
    bits: u64,
    /// How many there are.
    count: usize,
    /// The others, by 64.
    outer: Vec<u64>,
}

impl Open {
    #[inline]
    fn push(&mut self, object: bool) {
        if self.count > 0 && self.count.is_multiple_of(64) {
            self.outer.push(self.bits);
        }
        self.bits = self.bits << 1 | u64::from(object);
        self.count += 1;
    }

    #[inline]
    fn pop(&mut self) {
        self.bits >>= 1;
        self.count = self.count.saturating_sub(1);
        if self.count > 0 && self.count.is_multiple_of(64) {
            self.bits = self.outer.pop().unwrap_or_default();
        }
    }

    #[inline]
    fn top(&self) -> Option<bool> {
        (self.count > 0).then_some(self.bits & 1 == 1)
    }
}
