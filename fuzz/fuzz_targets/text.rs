//! Lexing: bytes as they come, as one file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| qapi_fuzz::check(bytes));
