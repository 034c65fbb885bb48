//! Messages out of a stream of bytes.

#[cfg(feature = "tokio")]
mod receive;

use std::io::{self, Read};
use std::ops::Range;

/// How many bytes are asked for at a time, at least: what a connection needs that says little.
const LEAST_CHUNK: usize = 4 << 10;

/// How many bytes are asked for at a time when there is always more.
const CHUNK: usize = 64 << 10;

/// The most memory that is kept from one message to the next.
const RETAINED: usize = CHUNK;

/// The bytes that were received and not yet read as messages.
///
/// A message is an object, and ends with a line. Servers that were told to be `pretty` break
/// lines inside, too, between any two tokens. What cannot be a message is taken line by line:
/// a server of another protocol is to be recognized by its first line, not by its silence.
pub(crate) struct Messages {
    buffer: Vec<u8>,
    /// Bytes at the beginning of the buffer that are done with.
    taken: usize,
    /// Bytes at the beginning of the buffer that hold no unread message's end.
    searched: usize,
    /// Where in a message the first byte lies that was not searched.
    place: Place,
    /// How many bytes to ask for next.
    chunk: usize,
    /// The most bytes that a message may have.
    limit: usize,
}

/// A place in the stream, as far as the end of a message depends on it.
#[derive(Clone, Copy, Debug, Default)]
enum Place {
    /// In front of a message.
    #[default]
    Before,
    /// In what is no message: it does not begin as an object.
    Other,
    /// In an object with this many brackets open, or behind it when none is.
    Object { open: usize },
    /// In a string inside an object.
    String { open: usize },
    /// Behind a backslash in such a string.
    Escape { open: usize },
}

impl Place {
    /// The place behind `byte`; none when it is a line end that ends a message or what was
    /// there instead.
    ///
    /// Which bracket is closed by which is left to the reader of the message.
    fn behind(self, byte: u8) -> Option<Place> {
        Some(match (self, byte) {
            // No string has a line end in it: the message is broken, and its end not known.
            (Place::Before | Place::Other | Place::String { .. } | Place::Escape { .. }, b'\n')
            | (Place::Object { open: 0 }, b'\n') => return None,
            (Place::Before, b'{') => Place::Object { open: 1 },
            (Place::Before, byte) if byte.is_ascii_whitespace() => Place::Before,
            (Place::Before | Place::Other, _) => Place::Other,
            (Place::Object { open }, b'{' | b'[') => Place::Object { open: open + 1 },
            (Place::Object { open }, b'}' | b']') => Place::Object {
                open: open.saturating_sub(1),
            },
            (Place::Object { open }, b'"') => Place::String { open },
            (Place::String { open }, b'"') => Place::Object { open },
            (Place::String { open }, b'\\') => Place::Escape { open },
            (Place::Escape { open }, _) => Place::String { open },
            (Place::Object { .. } | Place::String { .. }, _) => self,
        })
    }
}

/// A message has more bytes than it may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge {
    /// How many it may have.
    pub(crate) limit: usize,
}

impl Messages {
    pub(crate) fn new(limit: usize) -> Self {
        Messages {
            buffer: Vec::new(),
            taken: 0,
            searched: 0,
            place: Place::default(),
            chunk: LEAST_CHUNK,
            limit,
        }
    }

    /// Where the next complete message lies, or a line that is none and not blank; without
    /// its line end.
    pub(crate) fn next_message(&mut self) -> Result<Option<Range<usize>>, TooLarge> {
        loop {
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            let mut place = self.place;
            let found = unsearched.iter().position(|&byte| {
                let behind = place.behind(byte);
                place = behind.unwrap_or(place);
                behind.is_none()
            });
            let end = self.searched + found.unwrap_or(unsearched.len());
            if end - self.taken > self.limit {
                return Err(TooLarge { limit: self.limit });
            }
            if found.is_none() {
                self.searched = end;
                self.place = place;
                return Ok(None);
            }
            let message = self.taken..end;
            self.taken = end + 1;
            self.searched = self.taken;
            self.place = Place::Before;
            if !matches!(place, Place::Before) {
                return Ok(Some(message));
            }
        }
    }

    /// The bytes of a message, until more is read.
    pub(crate) fn bytes(&self, message: Range<usize>) -> &[u8] {
        self.buffer.get(message).unwrap_or_default()
    }

    /// What was received and not yet taken.
    pub(crate) fn unread(&self) -> &[u8] {
        self.buffer.get(self.taken..).unwrap_or_default()
    }

    /// Takes the first `count` bytes of what is unread, which are no message.
    pub(crate) fn skip(&mut self, count: usize) {
        self.taken += count.min(self.unread().len());
        self.searched = self.taken;
        self.place = Place::Before;
    }

    /// Reads once; returns how many bytes came.
    pub(crate) fn fill(&mut self, source: &mut (impl Read + ?Sized)) -> io::Result<usize> {
        self.make_room(self.chunk);
        let old = self.buffer.len();
        self.buffer.resize(old + self.chunk, 0);
        let read = source.read(&mut self.buffer[old..]);
        // A source that claims more than it was given room for has no more than that.
        let count = *read.as_ref().unwrap_or(&0).min(&self.chunk);
        self.buffer.truncate(old + count);
        if count == self.chunk {
            self.chunk = CHUNK.min(self.chunk * 2);
        } else if count > 0 {
            self.chunk = LEAST_CHUNK;
        }
        read.map(|_| count)
    }

    /// Forgets everything, and gives its memory back.
    pub(crate) fn clear(&mut self) {
        *self = Messages::new(self.limit);
    }

    fn make_room(&mut self, count: usize) {
        self.buffer.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        if self.buffer.is_empty() && self.buffer.capacity() > RETAINED {
            self.buffer.shrink_to(count);
        }
        let needed = self.buffer.len() + count;
        if needed > self.buffer.capacity() {
            // Twice as much is the usual growth, and can be much more than may ever be used.
            let most = self.limit.saturating_add(count);
            let capacity = self
                .buffer
                .capacity()
                .saturating_mul(2)
                .min(most)
                .max(needed);
            self.buffer.reserve_exact(capacity - self.buffer.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use proptest::prelude::*;

    use super::{CHUNK, Messages, RETAINED, TooLarge};

    fn take(messages: &mut Messages) -> Result<Option<String>, TooLarge> {
        let message = messages.next_message()?;
        Ok(message.map(|message| String::from_utf8_lossy(messages.bytes(message)).into_owned()))
    }

    #[test]
    fn they_come_whole_and_blank_ones_not_at_all() {
        let mut messages = Messages::new(100);
        let mut input: &[u8] = b"\r\n{1}\r\n\n \n{2}\n{3";
        assert_eq!(take(&mut messages), Ok(None));
        while messages.fill(&mut input).unwrap() > 0 {}
        assert_eq!(take(&mut messages), Ok(Some("{1}\r".into())));
        assert_eq!(take(&mut messages), Ok(Some("{2}".into())));
        assert_eq!(take(&mut messages), Ok(None));
        messages.fill(&mut b"}\n".as_slice()).unwrap();
        assert_eq!(take(&mut messages), Ok(Some("{3}".into())));
        assert_eq!(take(&mut messages), Ok(None));
    }

    #[test]
    fn one_may_be_as_large_as_the_limit() {
        for (length, result) in [
            (10, Ok(Some("x".repeat(10)))),
            (11, Err(TooLarge { limit: 10 })),
        ] {
            let mut messages = Messages::new(10);
            let text = format!("{}\n", "x".repeat(length));
            messages.fill(&mut text.as_bytes()).unwrap();
            assert_eq!(take(&mut messages), result);
        }
    }

    #[test]
    fn an_endless_line_takes_no_more_memory_than_the_limit() {
        let limit = 5 << 20;
        let mut messages = Messages::new(limit);
        let mut endless = io::repeat(b'x');
        let mut received = 0;
        while messages.next_message() == Ok(None) {
            received += messages.fill(&mut endless).unwrap();
            assert!(messages.buffer.capacity() <= limit + CHUNK);
        }
        assert!(received <= limit + CHUNK);
        assert_eq!(messages.next_message(), Err(TooLarge { limit }));
    }

    #[test]
    fn the_memory_of_a_large_message_is_given_back() {
        let mut messages = Messages::new(usize::MAX);
        let mut large = io::repeat(b'x').take(8 << 20).chain(b"\n".as_slice());
        while messages.fill(&mut large).unwrap() > 0 {
            assert!(messages.next_message().is_ok());
        }
        assert_eq!(take(&mut messages), Ok(None));
        messages.fill(&mut io::empty()).unwrap();
        assert!(messages.buffer.capacity() <= RETAINED);
    }

    #[test]
    fn a_failed_read_loses_nothing() {
        struct Failing;
        impl Read for Failing {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                buffer.fill(b'!');
                Err(io::ErrorKind::WouldBlock.into())
            }
        }
        let mut messages = Messages::new(100);
        messages.fill(&mut b"{\"a".as_slice()).unwrap();
        assert!(messages.fill(&mut Failing).is_err());
        messages.fill(&mut b"\"}\n".as_slice()).unwrap();
        assert_eq!(take(&mut messages), Ok(Some("{\"a\"}".into())));
    }

    /// What comes of `text`, however it is cut in two.
    fn all(text: &str) -> Vec<String> {
        let mut results = (0..=text.len()).map(|cut| {
            let mut messages = Messages::new(1000);
            let mut found = Vec::new();
            for part in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
                messages.fill(&mut &*part).unwrap();
                while let Some(message) = take(&mut messages).unwrap() {
                    found.push(message);
                }
            }
            found
        });
        let first = results.next().unwrap();
        assert!(results.all(|result| result == first), "{text}");
        first
    }

    #[test]
    fn an_object_may_have_lines() {
        for message in [
            "{\r\n    \"return\": {\r\n    },\r\n\r\n    \"id\": 2\r\n}",
            "{\n\"a\": [\n1,\n[\n]\n]\n}",
            "{\n\"}\": \"]\\\"}\\\\\",\n\"{\": \"[\\\\\\\"{\"\n}",
            "{\"a\": \"é☃\\n\\u2603\",\n\"b\": {}}",
        ] {
            let text = format!("{message}\n {message} \r\n\r\n{{}}\r\n");
            let wanted = [message.into(), format!(" {message} \r"), "{}\r".into()];
            assert_eq!(all(&text), wanted);
        }
    }

    #[test]
    fn what_is_no_message_ends_with_its_line() {
        for line in [
            "}", "x{", "]{[", "[{", "\"", "SSH-2.0", "{}}", "{]", "{\"a", "{\"a\\", "{[{\"",
            "{}]]]", "{} \"x",
        ] {
            assert_eq!(all(&format!("{line}\n{{}}\n")), [line, "{}"]);
        }
    }

    #[test]
    fn the_limit_is_for_all_lines_of_a_message_together() {
        for (limit, result) in [
            (9, Err(TooLarge { limit: 9 })),
            (10, Ok(Some("{\n\"a\"\n:1\n}".into()))),
        ] {
            let mut messages = Messages::new(limit);
            messages.fill(&mut "{\n\"a\"\n:1\n}\n".as_bytes()).unwrap();
            assert_eq!(take(&mut messages), result);
        }
        let mut messages = Messages::new(1 << 20);
        let mut endless = io::repeat(b'{').take(8).chain(io::repeat(b'\n'));
        let mut received = 0;
        while messages.next_message() == Ok(None) {
            received += messages.fill(&mut endless).unwrap();
        }
        assert!(received <= (1 << 20) + CHUNK);
    }

    proptest! {
        #[test]
        fn how_the_bytes_arrive_makes_no_difference(
            texts in prop::collection::vec("[a-zé☃]{1,9}", 0..20),
            cuts in prop::collection::vec(1usize..9, 1..40),
        ) {
            let stream: String = texts.iter().map(|text| format!("{text}\n")).collect();
            let mut messages = Messages::new(100);
            let mut rest = stream.as_bytes();
            let mut found = Vec::new();
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at(rest.len().min(*cut));
                messages.fill(&mut &*now).unwrap();
                rest = later;
                while let Some(message) = take(&mut messages).unwrap() {
                    found.push(message);
                }
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(found, texts);
        }
    }
}
