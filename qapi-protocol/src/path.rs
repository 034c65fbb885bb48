//! Places inside a JSON value, as JSONPaths.

use std::fmt;

use crate::encode;

/// One step from a value to a value inside it; its `Display` is the notation.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    /// To the member of that name: `.name`, or `["odd name"]`.
    Member(&'a str),
    /// To the element of that index: `[0]`.
    Element(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        match self {
            Step::Element(index) => write!(f, "[{index}]"),
            Step::Member(name) if !name.is_empty() && name.chars().all(plain) => {
                write!(f, ".{name}")
            }
            Step::Member(name) => write!(f, "[{}]", encode(name)),
        }
    }
}

/// A JSONPath under construction.
pub(crate) struct Path(String);

impl Path {
    /// The path of the whole document, `$`.
    pub(crate) fn root() -> Self {
        Path("$".to_owned())
    }

    /// Goes on by one step.
    pub(crate) fn push(&mut self, step: Step<'_>) {
        self.push_relative(&step.to_string());
    }

    /// Goes on by the steps `relative`, in the notation of this module.
    pub(crate) fn push_relative(&mut self, relative: &str) {
        self.0.push_str(relative);
    }

    /// The path as text.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Step};

    #[test]
    fn a_member_is_quoted_when_its_name_is_odd() {
        let mut path = Path::root();
        for key in ["node-name", "a_B9", "", "a b", "é", "q\"\\\n"] {
            path.push(Step::Member(key));
        }
        path.push(Step::Element(12));
        assert_eq!(
            path.into_string(),
            r#"$.node-name.a_B9[""]["a b"]["é"]["q\"\\\n"][12]"#
        );
    }
}
