//! Bytes that are base64 on the wire.

use std::fmt;
use std::ops::Deref;

use base64::DecodeError;
use base64::prelude::{BASE64_STANDARD, Engine};

use crate::codec::{self, Decode, Encode, Reader, Writer};

/// How many bytes [`Bytes`] shows of itself for debugging.
const SHOWN: usize = 64;

/// Bytes, decoded: a string in base64 on the wire.
///
/// The schema calls such members `str`, and says in their documentation that they are base64:
/// what the guest agent reads from files, for one.
///
/// Only the one form is read that servers write: the standard alphabet, padded with `=`,
/// without line ends, and without bits behind the last byte. So what was read is written again
/// as it was.
///
/// It is made `From` bytes of any kind, and not from a `&str`, which might be either text or
/// base64: use [`str::as_bytes`] for text.
///
/// # Examples
///
/// ```
/// use qapi_protocol::{Bytes, decode};
///
/// let bytes: Bytes = decode(r#""aGVsbG8=""#)?;
/// assert_eq!(*bytes, *b"hello");
/// assert_eq!(bytes, Bytes::from(b"hello"));
/// assert_eq!(serde_json::to_string(&bytes).unwrap(), r#""aGVsbG8=""#);
///
/// let error = decode::<Bytes>(r#""aGVs bG8=""#).unwrap_err();
/// let message = "invalid base64: ' ' at byte 4, expected one of A-Z, a-z, 0-9, + and /";
/// assert_eq!(error.message, message);
/// # Ok::<_, qapi_protocol::DecodeError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(Vec<u8>);

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(bytes)
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Bytes {
    fn from(bytes: [u8; N]) -> Self {
        Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Bytes {
    fn from(bytes: &[u8; N]) -> Self {
        Bytes(bytes.to_vec())
    }
}

impl From<Bytes> for Vec<u8> {
    fn from(bytes: Bytes) -> Self {
        bytes.0
    }
}

/// Writes it as Rust does a byte string; of a long one, the beginning and the length.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get(..SHOWN) {
            Some(shown) if shown.len() < self.len() => {
                write!(f, "b\"{}\"... ({} bytes)", shown.escape_ascii(), self.len())
            }
            _ => write!(f, "b\"{}\"", self.escape_ascii()),
        }
    }
}

impl Encode for Bytes {
    fn write(&self, to: &mut Writer) {
        to.string(&BASE64_STANDARD.encode(self));
    }
}

impl Decode for Bytes {
    fn blank() -> Self {
        Bytes::default()
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> codec::Result<()> {
        let before = *reader;
        let text = reader.string("a string in base64")?;
        match BASE64_STANDARD.decode(&*text) {
            Ok(bytes) => {
                self.0 = bytes;
                Ok(())
            }
            Err(error) => Err(before.refuse(Refusal { text: &text, error }.to_string())),
        }
    }
}

codec::implement!(serde Bytes);

/// Why a text is not base64.
///
/// It shows the one character that is wrong: the text may be long, and a secret.
struct Refusal<'t> {
    text: &'t str,
    error: DecodeError,
}

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, expected) = match self.error {
            DecodeError::InvalidByte(at, b'=') => (at, "padding only at the end"),
            DecodeError::InvalidByte(at, _) => (at, "one of A-Z, a-z, 0-9, + and /"),
            DecodeError::InvalidLastSymbol { offset, .. } => {
                (offset, "a last character without surplus bits")
            }
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => {
                let length = self.text.len();
                return write!(
                    f,
                    "invalid base64: a length of {length}, expected a multiple of 4, with padding"
                );
            }
        };
        f.write_str("invalid base64: ")?;
        if let Some(found) = self.text.get(at..).and_then(|rest| rest.chars().next()) {
            write!(f, "{found:?} ")?;
        }
        write!(f, "at byte {at}, expected {expected}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Bytes, SHOWN};
    use crate::decode;

    fn message(text: &str) -> String {
        let json = serde_json::to_string(text).unwrap();
        let error = decode::<Bytes>(&json).unwrap_err();
        assert_eq!(error.path, "$");
        error.message
    }

    #[test]
    fn every_length_of_the_last_group_is_read_and_written() {
        for (text, bytes) in [
            ("", b"".as_slice()),
            ("AA==", b"\0"),
            ("aGk=", b"hi"),
            ("/+8A", b"\xff\xef\0"),
            ("aGVsbG8K", b"hello\n"),
        ] {
            let json = format!("\"{text}\"");
            assert_eq!(decode::<Bytes>(&json).unwrap(), Bytes::from(bytes));
            assert_eq!(serde_json::to_string(&Bytes::from(bytes)).unwrap(), json);
        }
    }

    #[test]
    fn escapes_of_json_are_no_part_of_the_text() {
        assert_eq!(
            decode::<Bytes>(r#""\u0061GVs\/w==""#).unwrap(),
            Bytes::from(b"hel\xff")
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let alphabet = "expected one of A-Z, a-z, 0-9, + and /";
        for (text, expected) in [
            ("aGVs bG8=", format!("' ' at byte 4, {alphabet}")),
            ("aGVsbG8=\n", format!("'\\n' at byte 8, {alphabet}")),
            ("aGVs-_8=", format!("'-' at byte 4, {alphabet}")),
            ("aGé=", format!("'é' at byte 2, {alphabet}")),
            (
                "aGk",
                "a length of 3, expected a multiple of 4, with padding".to_owned(),
            ),
            (
                "aGk=a",
                "'=' at byte 3, expected padding only at the end".to_owned(),
            ),
            (
                "aGVsbG8==",
                "'=' at byte 7, expected padding only at the end".to_owned(),
            ),
            (
                "====",
                "'=' at byte 0, expected padding only at the end".to_owned(),
            ),
            (
                "aGl=",
                "'l' at byte 2, expected a last character without surplus bits".to_owned(),
            ),
            (
                "AB==",
                "'B' at byte 1, expected a last character without surplus bits".to_owned(),
            ),
        ] {
            assert_eq!(
                message(text),
                format!("invalid base64: {expected}"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_string_is_refused_where_it_is() {
        let error = decode::<Vec<Bytes>>(r#"["", 5]"#).unwrap_err();
        assert_eq!(error.path, "$[1]");
        assert_eq!(
            error.message,
            "invalid type: integer `5`, expected a string in base64"
        );
        let error = decode::<Vec<Bytes>>(r#"["", "a", ""]"#).unwrap_err();
        assert_eq!(error.path, "$[1]");
    }

    #[test]
    fn it_is_made_of_any_bytes() {
        let bytes = Bytes::from([1, 2]);
        assert_eq!(bytes, Bytes::from(&[1, 2]));
        assert_eq!(bytes, Bytes::from(vec![1, 2]));
        assert_eq!(bytes, Bytes::from([1, 2].as_slice()));
        assert_eq!(bytes.as_ref(), [1, 2]);
        assert_eq!(Vec::from(bytes), [1, 2]);
        assert!(Bytes::default().is_empty());
    }

    #[test]
    fn a_debugger_shows_only_the_beginning_of_a_long_one() {
        assert_eq!(
            format!("{:?}", Bytes::from(b"a\"\n\xff")),
            r#"b"a\"\n\xff""#
        );
        let just = format!("{:?}", Bytes::from(vec![b'a'; SHOWN]));
        assert_eq!(just, format!("b\"{}\"", "a".repeat(SHOWN)));
        let long = format!("{:?}", Bytes::from(vec![b'a'; SHOWN + 1]));
        assert_eq!(long, format!("b\"{}\"... (65 bytes)", "a".repeat(SHOWN)));
    }

    proptest! {
        #[test]
        fn any_bytes_survive_the_wire(bytes: Vec<u8>) {
            let json = serde_json::to_string(&Bytes::from(bytes.clone())).unwrap();
            prop_assert_eq!(decode::<Bytes>(json).unwrap(), Bytes::from(bytes));
        }

        #[test]
        fn a_text_that_is_read_is_written_again_as_it_was(text in "[A-Da-d+/=]{0,8}|\\PC{0,8}") {
            let json = serde_json::to_string(&text).unwrap();
            if let Ok(bytes) = decode::<Bytes>(&json) {
                prop_assert_eq!(serde_json::to_string(&bytes).unwrap(), json);
            }
        }
    }
}
