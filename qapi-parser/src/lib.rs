//! Reads QEMU's QAPI schema language.
//!
//! ```
//! use qapi_parser::source::MemorySource;
//! use qapi_parser::{Loader, schema::TypeKind};
//!
//! let text = "{ 'struct': 'Point', 'data': { 'x': 'int', '*y': 'int' } }";
//! let source = MemorySource::from_iter([("point.json", text)]);
//! let schema = Loader::new().load_from(&source, "point.json")?;
//!
//! let point = schema.find_type("Point").expect("it is defined");
//! assert!(matches!(schema.ty(point).kind, TypeKind::Struct(_)));
//! let optional: Vec<bool> = schema.all_members(point).map(|member| member.optional).collect();
//! assert_eq!(optional, [false, true]);
//! # Ok::<(), qapi_parser::Diagnostics>(())
//! ```
//!
//! The stages run in one direction, each knowing only the one before it:
//!
//! [`source`] (files and spans) → `lex` → `parse` ([`syntax`]: expressions and documentation
//! blocks of one file) → `load` (includes, pragmas, modules) → `check` (the shape of each
//! expression) → `resolve` (names, inheritance, collisions, implicit types) → [`Schema`].
//!
//! The language is the one that "How to use the QAPI code generator"
//! (`docs/devel/qapi-code-gen.rst` in QEMU's source tree) describes, as of QEMU 10.2;
//! [`Strictness::Lenient`] adds what earlier releases had.
//!
//! What is wrong with a schema comes as [`Diagnostics`]: all of it, first one first. `Display` is a
//! line for each, and [`render`](Diagnostics::render) shows the source to people:
//!
//! ```
//! # use qapi_parser::{Code, Loader, source::MemorySource};
//! let text = "{ 'struct': 'Point', 'data': { 'x': 'itn' } }";
//! let source = MemorySource::from_iter([("point.json", text)]);
//! let errors = Loader::new().load_from(&source, "point.json").unwrap_err();
//!
//! let first = errors.iter().next().expect("there is one at least");
//! assert_eq!(first.code, Code::UnknownType);
//! assert_eq!(
//!     errors.to_string(),
//!     "point.json:1:1: error: member 'x' uses unknown type 'itn'"
//! );
//! assert!(errors.render(false).contains("help: there is a type 'int'"));
//! ```
//!
//! Two schemas can be compared, for what their clients will notice: see [`diff`].
//!
//! Three limits keep hostile input in check: [`MAX_NESTING`], [`MAX_INCLUDE_DEPTH`] and
//! [`source::MAX_FILE_SIZE`].

mod check;
mod describe;
pub mod diagnostic;
pub mod diff;
pub mod doc;
mod dump;
mod lex;
mod load;
mod merge;
mod missing;
mod parse;
mod resolve;
pub mod schema;
mod small_map;
pub mod source;
mod suggest;
pub mod syntax;

pub use diagnostic::{Code, Diagnostic, Diagnostics};
pub use diff::Diff;
pub use load::{Loader, MAX_INCLUDE_DEPTH, Parsed, ParsedModule, Strictness};
pub use merge::{MergeError, Release, Settlements};
pub use parse::MAX_NESTING;
pub use schema::Schema;
/// What names are: most of them need no memory of their own.
pub use smol_str::SmolStr;
pub use suggest::nearest;
