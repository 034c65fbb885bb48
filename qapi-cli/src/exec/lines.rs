//! Requests from standard input, a line each.

use std::io::{self, BufRead, ErrorKind, Read as _};

/// How long a line may be: more than QEMU takes.
const MAX_LINE: u64 = 64 << 20;

/// The lines of a reader, with their numbers, from 1 on; without those that say nothing.
pub(super) struct Lines<R> {
    input: R,
    number: usize,
}

/// A line that says something.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) text: String,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Lines { input, number: 0 }
    }

    /// The next one, as soon as it is whole; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            self.number += 1;
            let mut text = String::new();
            let read = self.input.by_ref().take(MAX_LINE).read_line(&mut text);
            let read = read.map_err(|error| self.error(&error))?;
            if read as u64 == MAX_LINE && !text.ends_with('\n') {
                let message = format!("it has more than {MAX_LINE} bytes");
                return Err(self.error(&io::Error::new(ErrorKind::InvalidData, message)));
            }
            if read == 0 {
                return Ok(None);
            }
            let said = text.trim();
            if !said.is_empty() && !said.starts_with('#') {
                return Ok(Some(Line {
                    number: self.number,
                    text: said.to_owned(),
                }));
            }
        }
    }

    fn error(&self, error: &io::Error) -> io::Error {
        let message = format!("can't read line {} of standard input: {error}", self.number);
        io::Error::new(error.kind(), message)
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};

    #[test]
    fn lines_that_say_something_have_their_numbers() {
        let input = "\n# first\nstop\r\n  \n {\"execute\": \"cont\"}".as_bytes();
        let mut lines = Lines::new(input);
        let line = |number, text: &str| {
            let text = text.to_owned();
            Some(Line { number, text })
        };
        assert_eq!(lines.next().unwrap(), line(3, "stop"));
        assert_eq!(lines.next().unwrap(), line(5, "{\"execute\": \"cont\"}"));
        assert_eq!(lines.next().unwrap(), None);
    }

    #[test]
    fn what_is_no_text_is_an_error_that_says_where() {
        let mut lines = Lines::new(&b"stop\n\xff\n"[..]);
        assert!(lines.next().is_ok());
        let error = lines.next().unwrap_err().to_string();
        assert!(
            error.starts_with("can't read line 2 of standard input: "),
            "{error}"
        );
    }
}
