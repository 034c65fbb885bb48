//! What a schema has but was not understood.

use smol_str::SmolStr;

use crate::lex::{Lexer, Token};

/// What is known of it, so that one mistake is not reported again wherever it is missed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Missing {
    /// The names of definitions.
    pub(crate) names: Vec<SmolStr>,
    /// Whether there are definitions without a known name.
    pub(crate) others: bool,
    /// Whether there are pragmas: anything may be an exception.
    pub(crate) pragmas: bool,
}

impl Missing {
    /// Adds an expression that a lexer has in front of it.
    pub(crate) fn add_expression(&mut self, mut lexer: Lexer<'_>) {
        let mut ignored = Vec::new();
        let mut next = || lexer.next(&mut ignored).0;
        let head = (next(), next(), next(), next());
        match head {
            (Token::OpenBrace, Token::String(key), Token::Colon, value) => match value {
                _ if key == "pragma" => self.pragmas = true,
                Token::String(name) if key != "include" => self.names.push(name),
                _ => self.others = true,
            },
            (Token::OpenBrace | Token::String(_), ..) => self.others = true,
            // There is nothing in it that could be missed.
            _ => {}
        }
    }
}
