//! Whole-system tests against real servers.

pub mod replay;
pub mod server;
