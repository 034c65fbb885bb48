//! The server that plays scripts and recordings for tests.
#![cfg(unix)]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod agents;
mod ending;
mod failing;
mod misbehaving;
mod recordings;
mod requests;
mod scripts;
mod sockets;
mod wire;
