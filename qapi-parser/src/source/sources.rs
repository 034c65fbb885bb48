//! The text of all files of a schema.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::{FileId, Span};

/// The size in bytes above which a file is refused: far above any schema, and small enough for
/// offsets of 32 bits.
pub const MAX_FILE_SIZE: usize = 64 << 20;

/// The files that a schema was read from. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Arc<Vec<Source>>,
}

/// One source file.
#[derive(Clone, Debug)]
pub struct Source {
    path: PathBuf,
    text: String,
    included_from: Option<Span>,
    /// Made when it is asked for: nobody does while nothing is wrong.
    lines: OnceLock<Lines>,
}

/// Where the lines and characters of a file are.
#[derive(Clone, Debug)]
struct Lines {
    /// Offset of the first byte of each line.
    starts: Vec<u32>,
    /// How many characters start in front of each block of [`BLOCK`] bytes: a line may be as long
    /// as the file, and many places may be asked for in it.
    characters: Vec<u32>,
}

/// The length in bytes of a block of text whose characters are counted once.
const BLOCK: usize = 256;

/// A place in a file as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Sources {
    /// All files, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(self.files.iter())
    }

    /// The file of that id, when there is one.
    pub fn find(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The file of that id.
    ///
    /// # Panics
    ///
    /// When there is none: for the id of a file of another schema, [`Sources::find`] gives `None`
    /// or another file.
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// The text at a span; empty when these files have no such span.
    pub fn text(&self, span: Span) -> &str {
        let source = self.find(span.file);
        source
            .and_then(|source| source.text.get(span.range()))
            .unwrap_or("")
    }

    /// The `include` directives that led to a file, the innermost first.
    pub fn include_chain(&self, file: FileId) -> impl Iterator<Item = Span> {
        let included_from = |file| self.find(file)?.included_from;
        std::iter::successors(included_from(file), move |span| included_from(span.file))
    }

    /// Adds the files of another schema behind these, and says by how much their ids grow.
    pub(crate) fn append(&mut self, others: &Sources) -> u32 {
        let by = self.files.len() as u32;
        let files = Arc::make_mut(&mut self.files);
        files.extend(others.files.iter().cloned().map(|mut source| {
            if let Some(span) = &mut source.included_from {
                span.file.0 += by;
            }
            source
        }));
        by
    }

    /// Adds a file, unless it is larger than [`MAX_FILE_SIZE`].
    pub(crate) fn add(
        &mut self,
        path: PathBuf,
        text: String,
        included_from: Option<Span>,
    ) -> Option<FileId> {
        if text.len() > MAX_FILE_SIZE {
            return None;
        }
        let id = FileId(u32::try_from(self.files.len()).ok()?);
        Arc::make_mut(&mut self.files).push(Source {
            path,
            text,
            included_from,
            lines: OnceLock::new(),
        });
        Some(id)
    }
}

impl Source {
    /// Its path: that of the root schema as it was given, others relative to the including file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its text. Where the file is not UTF-8, invalid bytes are replaced.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The `include` directive that led to it; `None` for the root schema.
    pub fn included_from(&self) -> Option<Span> {
        self.included_from
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines {
            starts: line_starts(&self.text),
            characters: characters(&self.text),
        })
    }

    /// The number of the line that an offset is in, from 0.
    pub(crate) fn line_index(&self, offset: usize) -> usize {
        let behind = self
            .lines()
            .starts
            .partition_point(|&start| start as usize <= offset);
        behind.saturating_sub(1)
    }

    /// Where the line of that number is, its end included.
    pub(crate) fn line(&self, index: usize) -> Option<Range<usize>> {
        let starts = &self.lines().starts;
        let start = *starts.get(index)?;
        let next = starts.get(index + 1);
        Some(start as usize..next.map_or(self.text.len(), |&next| next as usize))
    }

    /// Line and column of an offset; of the end for an offset behind it.
    pub fn position(&self, offset: u32) -> Position {
        let starts = &self.lines().starts;
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let start = starts.get(line - 1).map_or(0, |&start| start as usize);
        let end = (offset as usize).min(self.text.len());
        let column = self.characters_before(end) - self.characters_before(start);
        Position {
            line: line as u32,
            column: column + 1,
        }
    }

    /// How many characters start in front of an offset.
    fn characters_before(&self, offset: usize) -> u32 {
        let block = offset / BLOCK;
        let counted = self.lines().characters.get(block).copied().unwrap_or(0);
        let rest = self.text.as_bytes().get(block * BLOCK..offset);
        counted + count_characters(rest.unwrap_or(&[]))
    }
}

/// How many characters start in front of each block.
fn characters(text: &str) -> Vec<u32> {
    let mut count = 0;
    let mut counts = vec![0];
    for block in text.as_bytes().chunks(BLOCK) {
        count += count_characters(block);
        counts.push(count);
    }
    counts
}

/// How many characters of a text in UTF-8 start in a part of it.
fn count_characters(bytes: &[u8]) -> u32 {
    let continues = |byte: u8| byte & 0xC0 == 0x80;
    bytes.iter().filter(|&&byte| !continues(byte)).count() as u32
}

/// Lines end in LF, CR LF or CR, as Python's text files do.
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (offset, &byte) in bytes.iter().enumerate() {
        let ends_line = match byte {
            b'\n' => true,
            b'\r' => bytes.get(offset + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends_line {
            starts.push(offset as u32 + 1);
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let mut sources = Sources::default();
        let text = "a\u{e9}b\r\nc\rd\n\ne".to_owned();
        let file = sources.add("a.json".into(), text, None).unwrap();
        let source = sources.get(file);
        let position = |offset| {
            let Position { line, column } = source.position(offset);
            (line, column)
        };
        assert_eq!(position(0), (1, 1));
        assert_eq!(position(3), (1, 3), "behind a character of two bytes");
        assert_eq!(position(6), (2, 1), "behind CR LF");
        assert_eq!(position(8), (3, 1), "behind CR");
        assert_eq!(position(10), (4, 1), "an empty line");
        assert_eq!(position(11), (5, 1));
        assert_eq!(position(12), (5, 2), "the end");
        assert_eq!(position(99), (5, 2), "behind the end");
    }

    #[test]
    fn positions_in_long_lines_count_characters() {
        let mut sources = Sources::default();
        let text = format!("\n{}\nend", "a\u{e9}\u{20ac}".repeat(BLOCK));
        let file = sources.add("a.json".into(), text, None).unwrap();
        let source = sources.get(file);
        let line = 1..source.text().len() - "\nend".len();
        for (index, (offset, _)) in source.text()[line].char_indices().enumerate() {
            let position = source.position(1 + offset as u32);
            assert_eq!((position.line, position.column), (2, 1 + index as u32));
        }
        let end = source.position(source.text().len() as u32);
        assert_eq!((end.line, end.column), (3, 4));
    }

    #[test]
    fn lines_are_whole() {
        let mut sources = Sources::default();
        let file = sources.add("a.json".into(), "one\ntwo\nthree".to_owned(), None);
        let source = sources.find(file.unwrap()).unwrap();
        let line = |offset| &source.text()[source.line(source.line_index(offset)).unwrap()];
        assert_eq!(line(1), "one\n");
        assert_eq!(line(3), "one\n", "at a line end");
        assert_eq!(line(4), "two\n");
        assert_eq!(line(13), "three", "at the end");
        assert_eq!(source.line(3), None);
    }
}
