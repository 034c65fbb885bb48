//! The command `qapi`, run as people and programs run it.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod check;
mod compat;
mod completions;
mod diff;
mod dump;
mod exec;
mod generate;
mod introspect;
mod man;
mod readme;
mod support;
