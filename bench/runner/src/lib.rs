//! The measurements of `cargo xtask bench` that call the crates that it compares.

pub mod codec;
pub mod figures;
mod ours;
pub mod recording;
pub mod round_trip;
pub mod schema;
pub mod usage;

pub use peer_codec::Outcome;
