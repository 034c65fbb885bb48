//! Reads QEMU's QAPI schema language.
//!
//! The stages run in one direction, each knowing only the one before it:
//!
//! [`source`] (files and spans) → [`lex`](self) → [`syntax`] (expressions and documentation
//! blocks of one file) → `load` (includes, pragmas, modules) → `check` (the shape of each
//! expression) → `resolve` (names, inheritance, collisions, implicit types) → [`Schema`].
//!
//! The language is the one that "How to use the QAPI code generator"
//! (`docs/devel/qapi-code-gen.rst` in QEMU's source tree) describes.

mod check;
pub mod diagnostic;
pub mod doc;
mod dump;
mod lex;
mod load;
mod parse;
mod resolve;
pub mod schema;
pub mod source;
pub mod syntax;

pub use diagnostic::{Code, Diagnostic, Diagnostics};
pub use load::{Loader, MAX_INCLUDE_DEPTH, Parsed, ParsedModule, Strictness};
pub use parse::MAX_NESTING;
pub use schema::Schema;
