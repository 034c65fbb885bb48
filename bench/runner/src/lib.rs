//! The measurements of `cargo xtask bench` that call the crates that it compares.

pub mod codec;
mod commands;
pub mod figures;
mod ours;
pub mod recording;
mod theirs;

/// What fails here ends the program, which says why.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
