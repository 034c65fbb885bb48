//! The measurements of `cargo xtask bench` that call the crates that it compares.

pub mod codec;
mod commands;
pub mod figures;
mod ours;
pub mod recording;
pub mod round_trip;
pub mod schema;
mod theirs;
pub mod usage;

/// What fails here ends the program, which says why.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
