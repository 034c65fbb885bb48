//! The schema files of a release tarball.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Component, Path};

use anyhow::{Context, bail, ensure};
use lzma_rust2::XzReader;
use qapi_parser::source::MAX_FILE_SIZE;

use super::{Entry, VERSION, is_schema};

/// How many files are taken from a tarball. A release has about 50.
const MAX_FILES: usize = 1_000;

/// How many bytes are taken from a tarball. A release has about 1.5 MB.
const MAX_TOTAL_SIZE: usize = 2 * MAX_FILE_SIZE;

/// What a `.xz` starts with.
const XZ_MAGIC: [u8; 6] = *b"\xfd7zXZ\0";

/// Reads a `.tar.xz`, whose files are all in one folder (`qemu-10.2.2/`).
pub(super) fn read(path: &Path) -> anyhow::Result<BTreeMap<String, Entry>> {
    let mut file = File::open(path)?;
    let mut start = Vec::new();
    let length = XZ_MAGIC.len() as u64;
    file.by_ref().take(length).read_to_end(&mut start)?;
    ensure!(
        start == XZ_MAGIC,
        "it is neither a folder nor a .tar.xz, which are what is read"
    );
    file.rewind()?;
    let reader = BufReader::new(XzReader::new(BufReader::new(file), true));
    entries(reader).context("as a .tar.xz")
}

fn entries(reader: impl Read) -> anyhow::Result<BTreeMap<String, Entry>> {
    let mut files = BTreeMap::new();
    let mut total = 0;
    let mut top: Option<OsString> = None;
    let mut archive = tar::Archive::new(reader);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let mut parts = Vec::new();
        for component in path.components() {
            match component {
                Component::Normal(name) => parts.push(name),
                Component::CurDir => {}
                _ => bail!("{} leads out of it", path.display()),
            }
        }
        let [folder, inside @ ..] = &parts[..] else {
            continue;
        };
        let inside: Option<Vec<&str>> = inside.iter().map(|part| part.to_str()).collect();
        let inside = inside.unwrap_or_default().join("/");
        if inside != VERSION && !is_schema(&inside) {
            continue;
        }
        let top = top.get_or_insert_with(|| folder.to_os_string());
        if top != folder {
            let (one, other) = (top.display(), folder.display());
            bail!("it has more than one source tree: {one} and {other}");
        }
        let kind = entry.header().entry_type();
        let file = if kind.is_file() {
            let mut content = Vec::new();
            let limit = MAX_FILE_SIZE as u64 + 1;
            entry.by_ref().take(limit).read_to_end(&mut content)?;
            ensure!(
                content.len() <= MAX_FILE_SIZE,
                "{inside} is larger than {MAX_FILE_SIZE} bytes"
            );
            total += content.len();
            Entry::File(content)
        } else if kind.is_symlink() || kind.is_hard_link() {
            Entry::Link
        } else {
            continue;
        };
        files.insert(inside, file);
        ensure!(
            files.len() <= MAX_FILES && total <= MAX_TOTAL_SIZE,
            "its schemas are more than {MAX_FILES} files or {MAX_TOTAL_SIZE} bytes"
        );
    }
    // What is behind the last entry belongs to the checksum.
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Why the tarball with these files, each of that many spaces, is refused.
    fn refusal(files: impl Iterator<Item = (String, usize)>) -> String {
        let mut bytes: Box<dyn Read> = Box::new(io::empty());
        for (path, size) in files {
            let mut header = tar::Header::new_ustar();
            header.set_path(path).unwrap();
            header.set_size(size as u64);
            header.set_cksum();
            let padded = size.next_multiple_of(header.as_bytes().len()) as u64;
            let header = io::Cursor::new(header.as_bytes().to_vec());
            bytes = Box::new(bytes.chain(header).chain(io::repeat(b' ').take(padded)));
        }
        match entries(bytes) {
            Ok(files) => panic!("{} files", files.len()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_large_file_is_refused() {
        let error = refusal([("qemu/qapi/x.json".to_owned(), 3 << 30)].into_iter());
        assert!(
            error.contains("qapi/x.json is larger than 67108864"),
            "{error}"
        );
    }

    #[test]
    fn many_bytes_are_refused() {
        let file = |index| (format!("qemu/qapi/{index}.json"), MAX_FILE_SIZE);
        let error = refusal((0..3).map(file));
        assert!(error.contains("134217728 bytes"), "{error}");
    }

    #[test]
    fn many_files_are_refused() {
        let file = |index| (format!("qemu/qapi/{index}.json"), 0);
        let error = refusal((0..=MAX_FILES).map(file));
        assert!(error.contains("more than 1000 files"), "{error}");
    }
}
