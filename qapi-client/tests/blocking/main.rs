//! The blocking client against servers that follow a script, and some that break the rules.
#![cfg(unix)]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod broken;
mod commands;
mod connecting;
mod events;
mod support;
mod versions;
