//! The command `qapi`, run as people and programs run it.

mod check;
mod diff;
mod dump;
mod generate;
mod introspect;
mod readme;
mod support;
