//! Generates strongly typed Rust from a QAPI schema.
//!
//! The stages run in one direction: a [`Schema`] becomes a model, in which every Rust decision
//! is made and named (identifiers, boxing, setters); the model is printed; the printed code is
//! an [`Output`], files by their paths, which is written, or compared with what is there.
//!
//! [`Config`] is the way through all of them, for a `build.rs` in two lines.

mod config;
mod emit;
mod error;
pub mod introspection;
mod model;
mod name;
mod output;
mod parallel;
mod prose;

pub use config::{Config, Layout};
pub use error::{Error, Misfit};
pub use output::{Drift, Output};
pub use qapi_parser::{Diagnostics, Loader, Schema, Strictness};
