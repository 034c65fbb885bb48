//! Strings.

use std::borrow::Cow;

use crate::codec::{Invalid, Result};

/// Reads the string whose text begins at `start`, behind its quote; and where it ends, behind
/// its closing quote. It is borrowed unless it has escapes.
#[inline]
pub(super) fn read(text: &str, start: usize) -> Result<(Cow<'_, str>, usize)> {
    let end = plain(text.as_bytes(), start);
    if text.as_bytes().get(end) == Some(&b'"') {
        let string = text.get(start..end).unwrap_or_default();
        return Ok((Cow::Borrowed(string), end + 1));
    }
    unescape(text, start, end)
}

/// Passes over the string whose text begins at `start`.
#[inline]
pub(super) fn skip(bytes: &[u8], start: usize) -> Result<usize> {
    let mut at = start;
    loop {
        at = plain(bytes, at);
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            // Half a character is a fault only where it is read.
            Some(b'\\') if bytes.get(at + 1) == Some(&b'u') => {
                hex(bytes, at + 2)?;
                at += 6;
            }
            Some(b'\\') => at = escape(bytes, at)?.1,
            _ => return Err(broken(bytes, at)),
        }
    }
}

/// Where the first byte is, from `at` on, that ends a string, begins an escape, or may not stand
/// in a string.
#[inline]
pub(crate) fn plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if SPECIAL[usize::from(*byte)] {
            break;
        }
        at += 1;
    }
    at
}

/// Whether [`plain`] finds nothing.
#[inline]
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let rest = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        // Together all of it, and some of it twice.
        (Some(first), Some(last)) => {
            let high = u64::from(u32::from_le_bytes(*last)) << 32;
            special(high | u64::from(u32::from_le_bytes(*first))) == 0
        }
        _ => rest.iter().all(|byte| !SPECIAL[usize::from(*byte)]),
    };
    rest && words
        .iter()
        .all(|word| special(u64::from_le_bytes(*word)) == 0)
}

/// Which of the eight bytes of `word` are special: their high bits. The lowest one is right; those
/// above it may be there by its borrow.
#[inline]
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let quote = zero(word ^ (ONES * b'"' as u64));
    let backslash = zero(word ^ (ONES * b'\\' as u64));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (quote | backslash | control) & (ONES << 7)
}

/// The bytes that [`plain`] looks for.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        special[byte] = true;
        byte += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special
};

/// Reads a string with escapes; `at` is the first of them.
#[cold]
fn unescape(text: &str, start: usize, mut at: usize) -> Result<(Cow<'_, str>, usize)> {
    let bytes = text.as_bytes();
    let mut string = text.get(start..at).unwrap_or_default().to_owned();
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok((Cow::Owned(string), at + 1)),
            Some(b'\\') => {
                let (character, behind) = escape(bytes, at)?;
                string.push(character);
                at = plain(bytes, behind);
                string.push_str(text.get(behind..at).unwrap_or_default());
            }
            _ => return Err(broken(bytes, at)),
        }
    }
}

/// The complaint about a string that has no end, or a byte in it that has to be escaped.
#[cold]
fn broken(bytes: &[u8], at: usize) -> Invalid {
    match bytes.get(at) {
        None => Invalid::new(at, "EOF while parsing a string"),
        Some(_) => Invalid::new(
            at,
            "control character (\\u0000-\\u001F) found while parsing a string",
        ),
    }
}

/// The character that the escape at `at` stands for, and where it ends.
fn escape(bytes: &[u8], at: usize) -> Result<(char, usize)> {
    let character = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode_escape(bytes, at),
        Some(_) => return Err(Invalid::new(at + 1, "invalid escape")),
        None => return Err(Invalid::new(at + 1, "EOF while parsing a string")),
    };
    Ok((character, at + 2))
}

/// An escape by number, or two that are a character of the higher planes.
fn unicode_escape(bytes: &[u8], at: usize) -> Result<(char, usize)> {
    let first = hex(bytes, at + 2)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, at + 6));
    }
    if (0xd800..0xdc00).contains(&first) && bytes.get(at + 6..at + 8) == Some(b"\\u") {
        let second = hex(bytes, at + 8)?;
        if (0xdc00..0xe000).contains(&second) {
            let number = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            if let Some(character) = char::from_u32(number) {
                return Ok((character, at + 12));
            }
        }
    }
    Err(Invalid::new(at, "lone surrogate in an escape"))
}

/// The four digits at `at`.
fn hex(bytes: &[u8], at: usize) -> Result<u32> {
    let mut number = 0;
    for at in at..at + 4 {
        let digit = match bytes.get(at) {
            Some(byte) => char::from(*byte).to_digit(16),
            None => return Err(Invalid::new(at, "EOF while parsing a string")),
        };
        match digit {
            Some(digit) => number = number * 16 + digit,
            None => return Err(Invalid::new(at, "invalid escape")),
        }
    }
    Ok(number)
}
