//! Numbers.

use std::fmt;

use crate::codec::{Invalid, Result};

/// A number, as exact as its text allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    /// One without fraction and exponent that is not negative.
    Unsigned(u64),
    /// A negative one without fraction and exponent.
    Signed(i64),
    /// Any other, among them minus zero and integers that 64 bits cannot hold.
    Float(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Unsigned(value) => write!(f, "integer `{value}`"),
            Number::Signed(value) => write!(f, "integer `{value}`"),
            Number::Float(value) => write!(f, "floating point `{value:?}`"),
        }
    }
}

/// Reads the number at `start`, and where it ends.
pub(super) fn read(text: &str, start: usize) -> Result<(Number, usize)> {
    let bytes = text.as_bytes();
    let negative = bytes.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let mut at = first;
    let mut magnitude = Some(0u64);
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        magnitude = magnitude
            .and_then(|value| value.checked_mul(10))
            .and_then(|value| value.checked_add(u64::from(digit - b'0')));
        at += 1;
    }
    // Most numbers are this simple.
    let zero_first = at > first + 1 && bytes.get(first) == Some(&b'0');
    let simple = at > first && !zero_first && !matches!(bytes.get(at), Some(b'.' | b'e' | b'E'));
    let integer = match magnitude {
        Some(value) if simple && !negative => Some(Number::Unsigned(value)),
        Some(value @ 1..) if simple => 0i64.checked_sub_unsigned(value).map(Number::Signed),
        _ => None,
    };
    if let Some(integer) = integer {
        return Ok((integer, at));
    }
    let end = skip(bytes, start)?;
    match text.get(start..end).unwrap_or_default().parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Number::Float(value), end)),
        _ => Err(Invalid::new(start, "number out of range")),
    }
}

/// Where the number at `start` ends.
#[inline]
pub(super) fn skip(bytes: &[u8], start: usize) -> Result<usize> {
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    match bytes.get(at) {
        Some(b'0') => {
            at += 1;
            if let Some(b'0'..=b'9') = bytes.get(at) {
                return Err(Invalid::new(at, "invalid number"));
            }
        }
        _ => at = digits(bytes, at)?,
    }
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = digits(bytes, at)?;
    }
    Ok(at)
}

/// Where the digits at `start` end, of which there has to be one.
#[inline]
fn digits(bytes: &[u8], start: usize) -> Result<usize> {
    let mut at = start;
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    match bytes.get(at) {
        _ if at > start => Ok(at),
        Some(_) => Err(Invalid::new(at, "invalid number")),
        None => Err(Invalid::new(at, "EOF while parsing a value")),
    }
}
