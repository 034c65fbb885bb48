//! Generates strongly typed Rust from a QAPI schema.
