//! Tarballs, good ones and others.

use std::io::Write;

use lzma_rust2::{XzOptions, XzWriter};

use super::*;

const QAPI: &str = "{ 'include': 'more.json' }\n";

/// What a small tree has in its folder.
const FILES: [(&str, &str); 4] = [
    ("VERSION", "9.8.7\n"),
    ("qapi/qapi-schema.json", QAPI),
    ("qapi/more.json", "{ 'command': 'stop' }\n"),
    ("qga/qapi-schema.json", "{ 'command': 'guest-ping' }\n"),
];

type Builder = tar::Builder<Vec<u8>>;

/// Adds a file at a path that is taken as it is.
fn add(archive: &mut Builder, path: &str, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    archive.append(&header, content).unwrap();
}

fn archive(top: &str) -> Builder {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, text) in FILES {
        add(&mut archive, &format!("{top}{path}"), text.as_bytes());
    }
    archive
}

fn compressed(archive: Builder) -> Vec<u8> {
    let plain = archive.into_inner().unwrap();
    let mut writer = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    writer.write_all(&plain).unwrap();
    writer.finish().unwrap()
}

fn read(content: &[u8]) -> Result<Output, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tree.tar.xz");
    fs::write(&path, content).unwrap();
    imported(&path).map_err(|error| format!("{error:#}"))
}

fn refusal(archive: Builder) -> String {
    read(&compressed(archive)).unwrap_err()
}

#[test]
fn a_tarball_gives_what_its_tree_gives() {
    let mut archive = tar::Builder::new(Vec::new());
    archive
        .append_dir_all("qemu-9.8.7", testdata("tree"))
        .unwrap();
    assert_eq!(
        read(&compressed(archive)).unwrap(),
        imported(&testdata("tree")).unwrap()
    );
}

#[test]
fn the_paths_may_start_with_a_dot() {
    let plain = read(&compressed(archive("qemu/"))).unwrap();
    assert_eq!(read(&compressed(archive("./qemu/"))).unwrap(), plain);
}

#[test]
fn two_trees_in_one_are_refused() {
    let mut archive = archive("qemu-9.8.7/");
    add(&mut archive, "qemu-9.8.6/VERSION", b"9.8.6\n");
    let error = refusal(archive);
    assert!(error.contains("qemu-9.8.7 and qemu-9.8.6"), "{error}");
}

#[test]
fn paths_that_lead_out_are_refused() {
    for path in ["qemu/../../etc/x.json", "/qemu/qapi/x.json"] {
        let mut archive = archive("qemu/");
        add(&mut archive, path, b"");
        let error = refusal(archive);
        assert!(error.contains("leads out of it"), "{error}");
    }
}

#[test]
fn links_are_not_followed() {
    let with_link = |path: &str| {
        let mut archive = archive("qemu/");
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        archive.append_link(&mut header, path, "main.json").unwrap();
        compressed(archive)
    };
    let error = read(&with_link("qemu/qapi/more.json")).unwrap_err();
    assert!(error.contains("not followed"), "{error}");
    assert!(read(&with_link("qemu/qapi/unused.json")).is_ok());
}

#[test]
fn other_files_are_refused_with_what_is_read() {
    let plain = archive("qemu/").into_inner().unwrap();
    for content in [&b""[..], b"\xfd7z", b"\x1f\x8b\x08\0\0\0\0\0", &plain] {
        let error = read(content).unwrap_err();
        assert!(error.contains("neither a folder nor a .tar.xz"), "{error}");
    }
    let whole = compressed(archive("qemu/"));
    for length in [6, whole.len() / 2, whole.len() - 20] {
        let error = read(&whole[..length]).unwrap_err();
        assert!(error.contains("as a .tar.xz"), "{error}");
    }
}
