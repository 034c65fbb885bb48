//! A machine that can be greeted, in Rust: all of this crate is generated from
//! `schema/machine.json`. Its words are those of the schema.

#![deny(missing_docs)]

include!(concat!(env!("OUT_DIR"), "/machine.rs"));
