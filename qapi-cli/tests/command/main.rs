//! The command `qapi`, run as people and programs run it.

mod check;
mod compat;
mod diff;
mod dump;
mod generate;
mod introspect;
mod readme;
mod support;
