//! Requests out of a stream of bytes.

use std::collections::VecDeque;

use rustix::fd::OwnedFd;

/// The byte that guest agents take as the end of whatever was sent before. It is in no text.
pub(super) const SENTINEL: u8 = 0xff;

/// The largest request that is taken: 64 MiB, as by QEMU.
///
/// # Examples
///
/// ```
/// use qapi_client::test_server::MAX_REQUEST;
///
/// assert_eq!(MAX_REQUEST, 64 << 20);
/// ```
pub const MAX_REQUEST: usize = 64 << 20;

/// How many bytes of what is no request an error shows.
const EXCERPT: usize = 200;

/// The bytes that were received and not yet taken as requests.
///
/// A request ends with its last bracket, as for QEMU, whether a line ends there or not.
#[derive(Default)]
pub(super) struct Incoming {
    buffer: Vec<u8>,
    /// Bytes of the buffer that were searched for the end of a request.
    searched: usize,
    place: Place,
    /// Whether the sentinel was in front of what is in the buffer.
    sentinel: bool,
    /// Bytes received before those of the buffer.
    before: u64,
    /// Descriptors, with the place in the stream of the last byte that came with them.
    descriptors: VecDeque<(u64, OwnedFd)>,
}

/// A place in a request, as far as its end depends on it.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    #[default]
    Before,
    Object {
        open: usize,
    },
    String {
        open: usize,
    },
    Escape {
        open: usize,
    },
}

/// A request as it came.
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    pub(super) sentinel: bool,
    pub(super) descriptors: Vec<OwnedFd>,
}

/// Why there is no request where one should be.
pub(super) enum NoRequest {
    /// It does not begin as an object; its beginning.
    NoObject(String),
    /// It is larger than [`MAX_REQUEST`].
    TooLarge,
}

impl Incoming {
    /// Adds what has arrived.
    pub(super) fn push(&mut self, bytes: &[u8], descriptors: Vec<OwnedFd>) {
        self.buffer.extend_from_slice(bytes);
        let last = self.before + self.buffer.len() as u64;
        self.descriptors
            .extend(descriptors.into_iter().map(|descriptor| (last, descriptor)));
    }

    /// Whether part of a request is there.
    pub(super) fn is_partial(&self) -> bool {
        !self.buffer.trim_ascii().is_empty()
    }

    /// The next request, if all of it is there.
    pub(super) fn next_text(&mut self) -> Result<Option<Text>, NoRequest> {
        while let Some(&byte) = self.buffer.get(self.searched) {
            self.searched += 1;
            self.place = match (self.place, byte) {
                (_, SENTINEL) => {
                    self.take(self.searched);
                    self.sentinel = true;
                    Place::Before
                }
                (Place::Before, b'{') => Place::Object { open: 1 },
                (Place::Before, byte) if byte.is_ascii_whitespace() => Place::Before,
                (Place::Before, _) => return Err(NoRequest::NoObject(self.excerpt())),
                (Place::Object { open }, b'{' | b'[') => Place::Object { open: open + 1 },
                (Place::Object { open: 1 }, b'}' | b']') => {
                    self.place = Place::Before;
                    return Ok(Some(self.take_text()));
                }
                (Place::Object { open }, b'}' | b']') => Place::Object { open: open - 1 },
                (Place::Object { open }, b'"') => Place::String { open },
                (Place::String { open }, b'"') => Place::Object { open },
                (Place::String { open }, b'\\') => Place::Escape { open },
                (Place::Escape { open }, _) => Place::String { open },
                (place @ (Place::Object { .. } | Place::String { .. }), _) => place,
            };
        }
        if self.buffer.len() > MAX_REQUEST {
            return Err(NoRequest::TooLarge);
        }
        Ok(None)
    }

    /// Takes the request that ends where the search is.
    fn take_text(&mut self) -> Text {
        let rest = self.buffer.get(self.searched..).unwrap_or_default();
        // The line end came with the request, and so did what came with the line end.
        let blank = rest.len() - rest.trim_ascii_start().len();
        let bytes = self.take(self.searched + blank);
        let descriptors = &mut self.descriptors;
        let count = descriptors
            .iter()
            .take_while(|(last, _)| *last <= self.before)
            .count();
        Text {
            bytes: bytes.trim_ascii().to_vec(),
            sentinel: std::mem::take(&mut self.sentinel),
            descriptors: descriptors.drain(..count).map(|(_, it)| it).collect(),
        }
    }

    fn take(&mut self, count: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(count);
        self.searched = 0;
        self.before += count as u64;
        std::mem::replace(&mut self.buffer, rest)
    }

    fn excerpt(&self) -> String {
        let text = self.buffer.trim_ascii();
        let text = text.get(..EXCERPT).unwrap_or(text);
        String::from_utf8_lossy(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use rustix::fd::OwnedFd;

    use super::{Incoming, NoRequest};

    fn descriptor() -> OwnedFd {
        File::open("/dev/null").unwrap().into()
    }

    /// The texts that came so far, each with the number of its descriptors.
    fn take(incoming: &mut Incoming) -> Vec<(String, bool, usize)> {
        let mut taken = Vec::new();
        while let Ok(Some(text)) = incoming.next_text() {
            let words = String::from_utf8(text.bytes).unwrap();
            taken.push((words, text.sentinel, text.descriptors.len()));
        }
        taken
    }

    #[test]
    fn how_the_bytes_arrive_makes_no_difference() {
        let first = r#"{"a": "é☃", "b": ["\\\"}", {"c": []}]}"#;
        let stream = format!(" {first}\r\n{{}}{{}}").into_bytes();
        for cut in 0..=stream.len() {
            let mut incoming = Incoming::default();
            incoming.push(&stream[..cut], Vec::new());
            let mut taken = take(&mut incoming);
            incoming.push(&stream[cut..], Vec::new());
            taken.extend(take(&mut incoming));
            let texts: Vec<_> = taken.iter().map(|(text, ..)| text.as_str()).collect();
            assert_eq!(texts, [first, "{}", "{}"], "{cut}");
            assert!(!incoming.is_partial());
        }
    }

    #[test]
    fn descriptors_belong_to_what_the_last_byte_belongs_to() {
        for (bytes, counts) in [
            ("{}\n", [0, 1, 0]),
            ("{}", [0, 1, 0]),
            ("{} {", [0, 0, 1]),
            ("{", [0, 1, 0]),
            ("{}{}", [0, 0, 1]),
        ] {
            let mut incoming = Incoming::default();
            incoming.push(b"{}\n", Vec::new());
            incoming.push(bytes.as_bytes(), vec![descriptor()]);
            incoming.push(&b"{} {} {} {}"[bytes.len()..], Vec::new());
            let taken = take(&mut incoming);
            let found: Vec<_> = taken.iter().map(|(.., count)| *count).take(3).collect();
            assert_eq!(found, counts, "{bytes}");
        }
    }

    #[test]
    fn the_sentinel_forgets_and_is_noted() {
        let mut incoming = Incoming::default();
        incoming.push(b"{}\xff{\"a\xff\xff {}{}", Vec::new());
        let taken = take(&mut incoming);
        let noted: Vec<_> = taken.iter().map(|(_, sentinel, _)| *sentinel).collect();
        assert_eq!(noted, [false, true, false]);
    }

    #[test]
    fn what_does_not_begin_as_an_object_is_none() {
        let mut incoming = Incoming::default();
        incoming.push(b" [{}]", Vec::new());
        assert!(matches!(
            incoming.next_text(),
            Err(NoRequest::NoObject(found)) if found == "[{}]"
        ));
    }
}
