//! The measurements of `cargo xtask bench` that call the crates that it compares.

pub mod codec;
pub mod connections;
pub mod figures;
mod ours;
pub mod recording;
pub mod round_trip;
pub mod schema;
pub mod usage;

pub use peer_codec::Outcome;

/// Prints what was measured.
///
/// # Errors
///
/// When standard output cannot be written to.
pub fn print(measured: &impl serde::Serialize) -> Outcome<()> {
    println!("{}", serde_json::to_string(measured)?);
    Ok(())
}
