//! Measures one thing, and prints the figures as JSON.

use std::env;
use std::path::PathBuf;

use runner::{Outcome, codec};

const USAGE: &str = "usage: runner codec ROUNDS RECORDING...";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["codec", rounds, recordings @ ..] => {
            let recordings: Vec<PathBuf> = recordings.iter().map(PathBuf::from).collect();
            codec::times(rounds.parse()?, &recordings)?.print()?;
        }
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
