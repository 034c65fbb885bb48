//! What is wrong with a schema, where, and what to do about it.

use crate::source::Span;

/// One thing that is wrong with a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// A stable name for the rule that was broken.
    pub code: Code,
    /// What is wrong, in one line without a final full stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The definition it was found in: "struct 'Foo'".
    pub context: Option<String>,
    /// Other places that matter, each with what it is ("first defined here").
    pub labels: Vec<(Span, String)>,
    /// What to do about it, where that is known.
    pub help: Option<String>,
}
