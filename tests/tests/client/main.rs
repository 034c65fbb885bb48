//! The clients with real servers: many callers, servers that block, die or hang, descriptors.

// Helpers of tests are tests, too.
#![allow(clippy::unwrap_used)]

mod blocked;
mod commands;
mod connecting;
mod descriptors;
mod ending;
mod events;
mod frozen;
mod support;
