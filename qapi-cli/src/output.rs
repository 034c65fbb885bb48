//! Writing to standard output and standard error.

use std::fmt::{self, Display, Write as _};
use std::io::{self, BufWriter, ErrorKind, StdoutLock, Write};

/// Standard output, to be flushed in the end.
///
/// Whoever stops reading, as `head` does, has what they wanted: what comes behind is dropped.
pub(crate) fn standard_output() -> BufWriter<Output> {
    BufWriter::new(Output(io::stdout().lock()))
}

/// Standard output, which does not mind being closed.
pub(crate) struct Output(StdoutLock<'static>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        forgive(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        forgive(self.0.flush(), ())
    }
}

fn forgive<T>(result: io::Result<T>, done: T) -> io::Result<T> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(done),
        Err(error) => {
            let message = format!("can't write to standard output: {error}");
            Err(io::Error::new(error.kind(), message))
        }
        Ok(value) => Ok(value),
    }
}

/// Writes a line to standard error; where that is closed, nobody wants to know.
pub(crate) fn complain(line: impl Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Text of others, in which what controls a terminal is shown as its escape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\n' | '\t' => f.write_char(c)?,
                c if c.is_control() => write!(f, "{}", c.escape_default())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
