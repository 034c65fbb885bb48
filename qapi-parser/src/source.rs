//! Source files, and places in them.

mod read;
mod sources;

use std::ops::Range;

pub(crate) use read::normalize;
pub use read::{MemorySource, OsSource, ReadSource};
pub use sources::{MAX_FILE_SIZE, Position, Source, Sources};

/// A file of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

/// A range of bytes of one source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    pub(crate) fn new(file: FileId, range: Range<usize>) -> Self {
        // `Sources::add` refuses files whose offsets would not fit.
        Span {
            file,
            start: range.start as u32,
            end: range.end as u32,
        }
    }

    /// The place where it starts, which has no bytes.
    pub(crate) fn to_start(self) -> Self {
        Span {
            end: self.start,
            ..self
        }
    }

    /// The range of bytes, for slicing the file's text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value, and where it stands in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}
