//! Messages out of a stream of bytes.

use std::io::{self, Read};
use std::ops::Range;

/// How many bytes are asked for at a time.
const CHUNK: usize = 64 << 10;

/// The most memory that is kept from one message to the next.
const RETAINED: usize = 1 << 20;

/// The bytes that were received and not yet read as messages.
///
/// A message is a line: servers end each with CRLF and, unless told to be `pretty`, have no
/// line ends inside.
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// Bytes at the beginning of the buffer that are done with.
    taken: usize,
    /// Bytes at the beginning of the buffer that hold no unread line end.
    searched: usize,
    /// The most bytes that a line may have.
    limit: usize,
}

/// A line has more bytes than it may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge {
    /// How many it may have.
    pub(crate) limit: usize,
}

impl Lines {
    pub(crate) fn new(limit: usize) -> Self {
        Lines {
            buffer: Vec::new(),
            taken: 0,
            searched: 0,
            limit,
        }
    }

    /// Where the next complete line that is not blank lies, without its line end.
    pub(crate) fn next_line(&mut self) -> Result<Option<Range<usize>>, TooLarge> {
        loop {
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            let found = unsearched.iter().position(|&byte| byte == b'\n');
            let end = self.searched + found.unwrap_or(unsearched.len());
            if end - self.taken > self.limit {
                return Err(TooLarge { limit: self.limit });
            }
            if found.is_none() {
                self.searched = end;
                return Ok(None);
            }
            let line = self.taken..end;
            self.taken = end + 1;
            self.searched = self.taken;
            if !self.bytes(line.clone()).trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// The bytes of a line, until the next call of [`fill`](Self::fill).
    pub(crate) fn bytes(&self, line: Range<usize>) -> &[u8] {
        self.buffer.get(line).unwrap_or_default()
    }

    /// Reads once; returns how many bytes came.
    pub(crate) fn fill(&mut self, source: &mut (impl Read + ?Sized)) -> io::Result<usize> {
        self.make_room();
        let old = self.buffer.len();
        self.buffer.resize(old + CHUNK, 0);
        let read = source.read(&mut self.buffer[old..]);
        // A source that claims more than it was given room for has no more than that.
        let count = *read.as_ref().unwrap_or(&0).min(&CHUNK);
        self.buffer.truncate(old + count);
        read.map(|_| count)
    }

    /// Forgets everything, and gives its memory back.
    pub(crate) fn clear(&mut self) {
        *self = Lines::new(self.limit);
    }

    fn make_room(&mut self) {
        self.buffer.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        if self.buffer.is_empty() && self.buffer.capacity() > RETAINED {
            self.buffer.shrink_to(CHUNK);
        }
        let needed = self.buffer.len() + CHUNK;
        if needed > self.buffer.capacity() {
            // Twice as much is the usual growth, and can be much more than may ever be used.
            let most = self.limit.saturating_add(CHUNK);
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

    use super::{CHUNK, Lines, RETAINED, TooLarge};

    fn take(lines: &mut Lines) -> Result<Option<String>, TooLarge> {
        let line = lines.next_line()?;
        Ok(line.map(|line| String::from_utf8_lossy(lines.bytes(line)).into_owned()))
    }

    #[test]
    fn lines_come_whole_and_blank_ones_not_at_all() {
        let mut lines = Lines::new(100);
        let mut input: &[u8] = b"\r\n{1}\r\n\n \n{2}\n{3";
        assert_eq!(take(&mut lines), Ok(None));
        while lines.fill(&mut input).unwrap() > 0 {}
        assert_eq!(take(&mut lines), Ok(Some("{1}\r".into())));
        assert_eq!(take(&mut lines), Ok(Some("{2}".into())));
        assert_eq!(take(&mut lines), Ok(None));
        lines.fill(&mut b"}\n".as_slice()).unwrap();
        assert_eq!(take(&mut lines), Ok(Some("{3}".into())));
        assert_eq!(take(&mut lines), Ok(None));
    }

    #[test]
    fn a_line_may_be_as_large_as_the_limit() {
        for (length, result) in [
            (10, Ok(Some("x".repeat(10)))),
            (11, Err(TooLarge { limit: 10 })),
        ] {
            let mut lines = Lines::new(10);
            let text = format!("{}\n", "x".repeat(length));
            lines.fill(&mut text.as_bytes()).unwrap();
            assert_eq!(take(&mut lines), result);
        }
    }

    #[test]
    fn an_endless_line_takes_no_more_memory_than_the_limit() {
        let limit = 5 << 20;
        let mut lines = Lines::new(limit);
        let mut endless = io::repeat(b'x');
        let mut received = 0;
        while lines.next_line() == Ok(None) {
            received += lines.fill(&mut endless).unwrap();
            assert!(lines.buffer.capacity() <= limit + CHUNK);
        }
        assert!(received <= limit + CHUNK);
        assert_eq!(lines.next_line(), Err(TooLarge { limit }));
    }

    #[test]
    fn the_memory_of_a_large_message_is_given_back() {
        let mut lines = Lines::new(usize::MAX);
        let mut large = io::repeat(b'x').take(8 << 20).chain(b"\n".as_slice());
        while lines.fill(&mut large).unwrap() > 0 {
            assert!(lines.next_line().is_ok());
        }
        assert_eq!(take(&mut lines), Ok(None));
        lines.fill(&mut io::empty()).unwrap();
        assert!(lines.buffer.capacity() <= RETAINED);
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
        let mut lines = Lines::new(100);
        lines.fill(&mut b"{\"a".as_slice()).unwrap();
        assert!(lines.fill(&mut Failing).is_err());
        lines.fill(&mut b"\"}\n".as_slice()).unwrap();
        assert_eq!(take(&mut lines), Ok(Some("{\"a\"}".into())));
    }

    proptest! {
        #[test]
        fn how_the_bytes_arrive_makes_no_difference(
            texts in prop::collection::vec("[a-zé☃]{1,9}", 0..20),
            cuts in prop::collection::vec(1usize..9, 1..40),
        ) {
            let stream: String = texts.iter().map(|text| format!("{text}\n")).collect();
            let mut lines = Lines::new(100);
            let mut rest = stream.as_bytes();
            let mut found = Vec::new();
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at(rest.len().min(*cut));
                lines.fill(&mut &*now).unwrap();
                rest = later;
                while let Some(line) = take(&mut lines).unwrap() {
                    found.push(line);
                }
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(found, texts);
        }
    }
}
