//! Paths in the notation of libvirt, taken apart. What they mean is said at
//! [`Schema::find`](super::Schema::find).

use std::fmt;

/// The basic types that a path can ask for.
const BASIC: [&str; 6] = ["string", "number", "int", "boolean", "null", "value"];

/// Why a path is malformed, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PathError {
    /// The path.
    pub path: String,
    /// Where in it: a count of bytes.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PathError {
            path,
            offset,
            message,
        } = self;
        write!(
            f,
            "the path `{path}` is malformed at byte {offset}: {message}"
        )
    }
}

impl std::error::Error for PathError {}

/// A path.
pub(super) struct Path<'p> {
    /// The name of a command or event.
    pub(super) start: &'p str,
    /// The steps from there.
    pub(super) steps: Vec<Step<'p>>,
}

/// A step to something inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'p> {
    Arguments,
    Returns,
    Member(&'p str),
    OptionalMember(&'p str),
    Branch(&'p str),
    Value(&'p str),
    Basic(&'p str),
    Feature(&'p str),
}

impl<'p> Path<'p> {
    pub(super) fn parse(path: &'p str) -> Result<Self, PathError> {
        let mut parts = parts(path);
        let mut start = "";
        let mut steps: Vec<Step<'p>> = Vec::new();
        if let Some((offset, part)) = parts.next() {
            start = part;
            name(part).map_err(|fault| fault.within(path, offset))?;
        }
        for (offset, part) in parts {
            let step = match steps.last() {
                None => attribute(part),
                Some(last) => step(*last, part),
            };
            steps.push(step.map_err(|fault| fault.within(path, offset))?);
        }
        Ok(Path { start, steps })
    }
}

/// The parts of a path between the slashes, with their offsets.
fn parts(path: &str) -> impl Iterator<Item = (usize, &str)> {
    path.split('/').scan(0, |next, part| {
        let offset = *next;
        *next += part.len() + 1;
        Some((offset, part))
    })
}

/// What is wrong with a part, and where in it.
struct Fault(usize, String);

impl Fault {
    fn within(self, path: &str, offset: usize) -> PathError {
        PathError {
            path: path.to_owned(),
            offset: offset + self.0,
            message: self.1,
        }
    }
}

fn fault<T>(at: usize, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault(at, message.into()))
}

/// The step behind a command or event.
fn attribute(part: &str) -> Result<Step<'_>, Fault> {
    match part {
        "arg-type" => Ok(Step::Arguments),
        "ret-type" => Ok(Step::Returns),
        _ => match part.strip_prefix('$') {
            Some(feature) => after_sign(feature).map(Step::Feature),
            None => fault(
                0,
                "behind a command or event come `arg-type`, `ret-type`, or `$` and a feature",
            ),
        },
    }
}

/// The step behind another one.
fn step<'p>(last: Step<'_>, part: &'p str) -> Result<Step<'p>, Fault> {
    match last {
        Step::Feature(_) => return fault(0, "nothing comes behind a feature"),
        Step::Basic(_) => return fault(0, "nothing comes behind a basic type"),
        Step::Value(_) if !part.starts_with('$') => {
            return fault(0, "behind a value comes nothing, or `$` and a feature");
        }
        _ => {}
    }
    let mut rest = part.chars();
    let make: fn(&'p str) -> Step<'p> = match rest.next() {
        Some(' ') => Step::Member,
        Some('*') => Step::OptionalMember,
        Some('+') => Step::Branch,
        Some('^') => Step::Value,
        Some('$') => Step::Feature,
        Some('!') => return basic(rest.as_str()),
        Some(first) if first.is_ascii_digit() || first == '_' || first == '-' => {
            return fault(
                0,
                "a member's name that begins with no letter needs a space in front of it",
            );
        }
        _ => return name(part).map(Step::Member),
    };
    after_sign(rest.as_str()).map(make)
}

fn basic(part: &str) -> Result<Step<'_>, Fault> {
    if BASIC.contains(&part) {
        return Ok(Step::Basic(part));
    }
    let known = BASIC.map(|name| format!("`{name}`")).join(", ");
    fault(1, format!("expected a basic type: {known}"))
}

/// A name that stands behind a sign of one byte.
fn after_sign(part: &str) -> Result<&str, Fault> {
    name(part).map_err(|Fault(at, message)| Fault(at + 1, message))
}

/// A name as schemas have them.
fn name(part: &str) -> Result<&str, Fault> {
    let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    match part.char_indices().find(|(_, c)| odd(*c)) {
        Some((at, found)) => fault(at, format!("{found:?} in a name")),
        None if part.is_empty() => fault(0, "a name is missing"),
        None => Ok(part),
    }
}
