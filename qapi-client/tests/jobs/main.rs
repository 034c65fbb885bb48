//! Jobs, from the command that starts them to their end: both clients against the same servers.
#![cfg(unix)]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

#[cfg(feature = "tokio")]
mod asynchronous;
mod blocking;
mod scripts;
