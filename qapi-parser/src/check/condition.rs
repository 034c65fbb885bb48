//! `if` conditions.

use std::fmt::Display;

use smol_str::SmolStr;

use super::{Checker, c_condition};
use crate::diagnostic::{Code, Diagnostic, short};
use crate::schema::{Condition, Operand};
use crate::source::Span;
use crate::syntax::{Value, ValueKind};

/// A condition whose operands are not looked at yet.
enum Layer {
    Symbol(Condition),
    /// One in a list of its own.
    Only(Value),
    Not(Value),
    All(Vec<Value>),
    Any(Vec<Value>),
}

impl Checker<'_> {
    /// The condition of what `source` names; an absent one is right.
    pub(super) fn condition(
        &mut self,
        value: Option<Value>,
        source: &dyn Display,
    ) -> Option<Option<Condition>> {
        match value {
            None => Some(None),
            Some(value) => self.some_condition(value, source).map(Some),
        }
    }

    /// Calls itself for what is in the condition, so that all else is in [`layer`](Self::layer):
    /// conditions nest as deep as a schema may, and the stack has to be enough.
    fn some_condition(&mut self, value: Value, source: &dyn Display) -> Option<Condition> {
        Some(match self.layer(value, source)? {
            Layer::Symbol(condition) => condition,
            Layer::Only(operand) => self.some_condition(operand, source)?,
            Layer::Not(operand) => Condition::Not(Box::new(self.some_condition(operand, source)?)),
            Layer::All(operands) => Condition::All(self.conditions(operands, source)?),
            Layer::Any(operands) => Condition::Any(self.conditions(operands, source)?),
        })
    }

    fn conditions(&mut self, values: Vec<Value>, source: &dyn Display) -> Option<Vec<Condition>> {
        let mut good = Some(Vec::with_capacity(values.len()));
        for value in values {
            match (self.some_condition(value, source), &mut good) {
                (Some(condition), Some(good)) => good.push(condition),
                _ => good = None,
            }
        }
        good
    }

    /// What a condition is on the outside.
    fn layer(&mut self, value: Value, source: &dyn Display) -> Option<Layer> {
        let span = value.span;
        match value.kind {
            ValueKind::String(text) => self.symbol(text, span, source).map(Layer::Symbol),
            ValueKind::Object(object) => {
                let what = format!("'if' condition of {source}");
                let count = object.len();
                let mut keys = self.keys(object, span, &what, &[], &["all", "any", "not"])?;
                if count != 1 {
                    let problem = if count == 0 {
                        "is useless without a key"
                    } else {
                        "has conflicting keys"
                    };
                    self.report(Code::InvalidCondition, span, format!("{what} {problem}"));
                    return None;
                }
                if let Some(operand) = keys.take("not") {
                    Some(Layer::Not(operand))
                } else if let Some(operands) = keys.take("all") {
                    self.operands("all", operands, source).map(Layer::All)
                } else {
                    let operands = self.operands("any", keys.take("any")?, source);
                    operands.map(Layer::Any)
                }
            }
            // Before QEMU 6.2, all of a list of conditions had to hold.
            ValueKind::Array(_) if self.is_lenient() => {
                let mut operands = self.operands("all", value, source)?;
                if operands.len() == 1 {
                    operands.pop().map(Layer::Only)
                } else {
                    Some(Layer::All(operands))
                }
            }
            kind => {
                let message = format!("'if' condition of {source} must be a string or an object");
                let error = Diagnostic::new(Code::InvalidCondition, span, message);
                self.push(match kind {
                    ValueKind::Array(_) => {
                        error.with_help("QEMU 6.2 and newer write a list as { 'all': [ ... ] }")
                    }
                    _ => error,
                });
                None
            }
        }
    }

    fn operands(
        &mut self,
        operator: &str,
        value: Value,
        source: &dyn Display,
    ) -> Option<Vec<Value>> {
        let span = value.span;
        let ValueKind::Array(values) = value.kind else {
            let message = format!("'{operator}' condition of {source} must be an array");
            self.report(Code::InvalidCondition, span, message);
            return None;
        };
        if values.is_empty() {
            let message = format!("'if' condition [] of {source} is useless");
            self.report(Code::InvalidCondition, span, message);
            return None;
        }
        Some(values)
    }

    fn symbol(&mut self, text: SmolStr, span: Span, source: &dyn Display) -> Option<Condition> {
        if is_symbol(&text) {
            return Some(Condition::Symbol(text));
        }
        let parsed = c_condition::parse(&text);
        // QEMU's frontend did not look into the text: it is the C compiler that did.
        if self.is_lenient() && !text.trim().is_empty() {
            return Some(parsed.unwrap_or(Condition::Symbol(text)));
        }
        let message = format!(
            "'if' condition '{}' of {source} is not a valid identifier",
            short(&text)
        );
        let error = Diagnostic::new(Code::InvalidCondition, span, message);
        self.push(match parsed.filter(has_valid_symbols) {
            Some(condition) => error.with_help(format!(
                "QEMU 6.2 and newer write that as {}",
                Operand(&condition)
            )),
            None => error.with_help("it is made of A to Z, 0 to 9 and '_', as in 'CONFIG_FOO'"),
        });
        None
    }
}

/// Whether all symbols of a condition are what the schema language wants.
fn has_valid_symbols(condition: &Condition) -> bool {
    match condition {
        Condition::Symbol(symbol) => is_symbol(symbol),
        Condition::Not(operand) => has_valid_symbols(operand),
        Condition::All(operands) | Condition::Any(operands) => {
            operands.iter().all(has_valid_symbols)
        }
    }
}

/// Whether a text is a preprocessor symbol as the schema language wants them.
fn is_symbol(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
