//! Whole-system tests against real servers.

pub mod expect;
pub mod random;
pub mod replay;
pub mod server;

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
