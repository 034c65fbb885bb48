//! QEMU itself, driven through typed commands.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod block;
mod both;
mod check_device;
mod device;
mod introspection;
mod job;
mod machine;
mod object;
mod power;
mod refusal;
mod run_job;
mod support;
