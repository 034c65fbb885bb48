//! What changes from one schema to another.

mod extremes;
mod golden;
mod random;
mod reversed;
mod values;
mod versions;
