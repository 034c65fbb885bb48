//! Whole-system tests against real servers.

pub mod server;
