//! What holds of both clients, against servers that follow a script, and many that break the
//! rules.
#![cfg(all(unix, feature = "tokio"))]
// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod broken;
mod end;
mod rules;
mod support;
