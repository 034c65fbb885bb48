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

pub mod diagnostic;
pub mod doc;
mod load;
pub mod schema;
pub mod source;
pub mod syntax;

pub use diagnostic::{Code, Diagnostic, Diagnostics};
pub use load::{Loader, Parsed, ParsedModule, Strictness};
pub use schema::Schema;
