//! What conditions say of a build.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use super::{Condition, DefinitionId, Feature, Part, Schema, TypeKind};

impl Condition {
    /// Whether it holds in a build that defines the symbols for which `is_defined` is true.
    pub fn holds(&self, is_defined: &impl Fn(&str) -> bool) -> bool {
        match self {
            Condition::Symbol(symbol) => is_defined(symbol),
            Condition::Not(operand) => !operand.holds(is_defined),
            Condition::All(operands) => operands.iter().all(|it| it.holds(is_defined)),
            Condition::Any(operands) => operands.iter().any(|it| it.holds(is_defined)),
        }
    }

    fn symbols<'a>(&'a self, to: &mut BTreeSet<&'a str>) {
        match self {
            Condition::Symbol(symbol) => {
                to.insert(symbol);
            }
            Condition::Not(operand) => operand.symbols(to),
            Condition::All(operands) | Condition::Any(operands) => {
                for operand in operands {
                    operand.symbols(to);
                }
            }
        }
    }
}

/// The way C programmers write it: `A && (B || !C)`.
impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (operator, operands) = match self {
            Condition::Symbol(symbol) => return f.write_str(symbol),
            Condition::Not(operand) => return write!(f, "!{}", Term(operand)),
            Condition::All(operands) => (" && ", operands),
            Condition::Any(operands) => (" || ", operands),
        };
        for (index, operand) in operands.iter().enumerate() {
            if index > 0 {
                f.write_str(operator)?;
            }
            write!(f, "{}", Term(operand))?;
        }
        Ok(())
    }
}

/// A condition with the parentheses that it needs beside an operator.
struct Term<'a>(&'a Condition);

impl Display for Term<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Condition::All(operands) | Condition::Any(operands) if operands.len() > 1 => {
                write!(f, "({})", self.0)
            }
            condition => write!(f, "{condition}"),
        }
    }
}

/// A condition as Python prints what the schema says.
pub(crate) struct Operand<'a>(pub(crate) &'a Condition);

impl Display for Operand<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (operator, operands) = match self.0 {
            Condition::Symbol(symbol) => return write!(f, "'{symbol}'"),
            Condition::Not(operand) => return write!(f, "{{'not': {}}}", Operand(operand)),
            Condition::All(operands) => ("all", operands),
            Condition::Any(operands) => ("any", operands),
        };
        write!(f, "{{'{operator}': [")?;
        for (index, operand) in operands.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}", Operand(operand))?;
        }
        f.write_str("]}")
    }
}

impl Schema {
    /// The symbols that the conditions of the schema name, sorted; see [`Condition::Symbol`].
    pub fn symbols(&self) -> BTreeSet<&str> {
        let mut symbols = BTreeSet::new();
        for condition in self.conditions() {
            condition.symbols(&mut symbols);
        }
        symbols
    }

    /// The conditions of everything that has one.
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let definitions = self.definitions.iter().flat_map(|&id| {
            let head = self.head(id);
            own(head.condition.as_ref(), &head.features)
        });
        let types = self.definitions.iter().filter_map(|id| match id {
            DefinitionId::Type(id) => Some(&self.ty(*id).kind),
            DefinitionId::Command(_) | DefinitionId::Event(_) => None,
        });
        let parts = types.flat_map(parts);
        definitions.chain(parts.flat_map(|part| own(part.condition.as_ref(), &part.features)))
    }
}

/// A condition, and those of features beside it.
fn own<'a>(
    condition: Option<&'a Condition>,
    features: &'a [Feature],
) -> impl Iterator<Item = &'a Condition> {
    let features = features.iter().filter_map(|it| it.condition.as_ref());
    condition.into_iter().chain(features)
}

/// The parts of a type.
fn parts(kind: &TypeKind) -> Vec<&Part> {
    match kind {
        TypeKind::Builtin(_) | TypeKind::Array(_) => Vec::new(),
        TypeKind::Enum(it) => it.values.iter().map(|value| &value.part).collect(),
        TypeKind::Struct(it) => it.members.iter().map(|member| &member.part).collect(),
        TypeKind::Union(it) => it.branches.iter().map(|branch| &branch.part).collect(),
        TypeKind::Alternate(it) => it.alternatives.iter().map(|it| &it.part).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_read_like_c() {
        let symbol = |name: &str| Condition::Symbol(name.into());
        let not = |operand| Condition::Not(Box::new(operand));
        let tree = Condition::All(vec![
            symbol("A"),
            Condition::Any(vec![symbol("B"), not(symbol("C"))]),
            not(Condition::All(vec![symbol("D"), symbol("E")])),
            not(Condition::All(vec![symbol("F")])),
        ]);
        assert_eq!(tree.to_string(), "A && (B || !C) && !(D && E) && !F");
    }
}
