//! Documentation: the bytes are the lines of a block, in front of a definition that has some of
//! everything that can be documented.

#![no_main]

use libfuzzer_sys::fuzz_target;

const PRAGMA: &str = "{ 'pragma': { 'doc-required': true } }\n";

const DEFINITION: &str = "\
{ 'command': 'do-it',
  'data': { 'a': 'int', '*b': 'str', 'c': { 'type': 'bool', 'features': [ 'deprecated' ] } },
  'features': [ 'unstable', 'quick' ],
  'allow-oob': true }
";

fuzz_target!(|bytes: &[u8]| {
    let mut text = format!("{PRAGMA}\n##\n# @do-it:\n").into_bytes();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        text.push(b'#');
        // A line that is not the end of the block.
        if line.first() != Some(&b'#') {
            text.extend_from_slice(b" ");
        }
        text.extend_from_slice(line);
    }
    text.extend_from_slice(format!("\n##\n{DEFINITION}").as_bytes());
    qapi_fuzz::check(text);
});
