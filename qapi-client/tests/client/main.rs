//! What only the client for tokio does.
#![cfg(all(unix, feature = "tokio"))]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod calls;
mod connecting;
mod end;
mod events;
mod support;
