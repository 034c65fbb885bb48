//! Whole schemas: the bytes are some files that may include each other. A line `--- NAME` starts
//! the next one; the first is `root.json`.

#![no_main]

use libfuzzer_sys::fuzz_target;

const MARK: &[u8] = b"--- ";

fuzz_target!(|bytes: &[u8]| {
    let mut files = vec![("root.json".to_owned(), Vec::new())];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match (line.strip_prefix(MARK), files.last_mut()) {
            (Some(name), _) => {
                let name = String::from_utf8_lossy(name).trim_end().to_owned();
                files.push((name, Vec::new()));
            }
            (None, Some((_, text))) => text.extend_from_slice(line),
            (None, None) => {}
        }
    }
    qapi_fuzz::check_files(files);
});
