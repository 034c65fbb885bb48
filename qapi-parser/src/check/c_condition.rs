//! `if` conditions as they were before QEMU 6.2: expressions of the C preprocessor.
//!
//! ```text
//! ANY  = ALL { '||' ALL }
//! ALL  = UNIT { '&&' UNIT }
//! UNIT = '!' UNIT | '(' ANY ')' | 'defined' SYMBOL | 'defined' '(' SYMBOL ')' | SYMBOL
//! ```

use smol_str::SmolStr;

use crate::schema::Condition;

/// How deeply an expression may be nested. Nobody needs so much, and any stack has room for it.
const MAX_NESTING: usize = 64;

/// The condition that an expression states; `None` where it is none of the above. Such an
/// expression has no meaning without a C compiler.
pub(super) fn parse(text: &str) -> Option<Condition> {
    let mut parser = Parser { rest: text };
    let condition = parser.any(MAX_NESTING)?;
    parser.rest.trim_start().is_empty().then_some(condition)
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Option<Condition> {
        let mut operands = vec![self.all(depth)?];
        while self.takes("||") {
            operands.push(self.all(depth)?);
        }
        Some(single(operands).unwrap_or_else(Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Option<Condition> {
        let mut operands = vec![self.unit(depth)?];
        while self.takes("&&") {
            operands.push(self.unit(depth)?);
        }
        Some(single(operands).unwrap_or_else(Condition::All))
    }

    fn unit(&mut self, depth: usize) -> Option<Condition> {
        let depth = depth.checked_sub(1)?;
        if self.takes("!") {
            let operand = self.unit(depth)?;
            return Some(Condition::Not(Box::new(operand)));
        }
        if self.takes("(") {
            let condition = self.any(depth)?;
            return self.takes(")").then_some(condition);
        }
        let name = self.word()?;
        if name != "defined" {
            return Some(Condition::Symbol(name));
        }
        let is_enclosed = self.takes("(");
        let name = self.word()?;
        (!is_enclosed || self.takes(")")).then_some(Condition::Symbol(name))
    }

    fn word(&mut self) -> Option<SmolStr> {
        let rest = self.rest.trim_start();
        let ends = |char: char| !char.is_ascii_alphanumeric() && char != '_';
        let (word, rest) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        if word.is_empty() || word.starts_with(|char: char| char.is_ascii_digit()) {
            return None;
        }
        self.rest = rest;
        Some(word.into())
    }

    fn takes(&mut self, mark: &str) -> bool {
        match self.rest.trim_start().strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// The only operand, or all of them.
fn single(mut operands: Vec<Condition>) -> Result<Condition, Vec<Condition>> {
    match operands.pop() {
        Some(only) if operands.is_empty() => Ok(only),
        Some(last) => {
            operands.push(last);
            Err(operands)
        }
        None => Err(operands),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(name: &str) -> Condition {
        Condition::Symbol(name.into())
    }

    #[test]
    fn operators_bind_as_in_c() {
        let not_y = Condition::Not(Box::new(symbol("Y")));
        assert_eq!(
            parse("defined(X) && !defined(Y) || Z"),
            Some(Condition::Any(vec![
                Condition::All(vec![symbol("X"), not_y]),
                symbol("Z")
            ]))
        );
        assert_eq!(parse("((defined X))"), Some(symbol("X")));
    }

    #[test]
    fn other_expressions_are_not_understood() {
        for text in ["", "X &&", "(X", "X)", "defined(X", "X == 1", "1", "X Y"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        assert_eq!(parse(&"(".repeat(100_000)), None);
        assert_eq!(parse(&"!".repeat(100_000)), None);
        let nested = format!("{}X{}", "(".repeat(60), ")".repeat(60));
        assert_eq!(parse(&nested), Some(symbol("X")));
    }

    #[test]
    fn a_small_stack_is_enough() {
        let thread = std::thread::Builder::new().stack_size(128 << 10);
        let parsed = thread.spawn(|| parse(&"!(".repeat(100_000)));
        assert_eq!(parsed.map(|it| it.join().ok()).ok(), Some(Some(None)));
    }
}
