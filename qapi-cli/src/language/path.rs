//! Dotted names: `file.driver`, `nodes.0`.

use std::ops::Range;

use super::mistake::{Mistake, Result};

/// How deep values can be nested. QEMU takes up to 1024.
pub(super) const MAX_DEPTH: usize = 100;

/// A part of a dotted name: the name of a member, or an index.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Segment<'l> {
    pub(super) name: &'l str,
    pub(super) span: Range<usize>,
}

/// The parts of the dotted name that is at `at`.
pub(super) fn segments(path: &str, at: usize) -> Result<Vec<Segment<'_>>> {
    let segments: Vec<_> = split(path, at).collect();
    for segment in &segments {
        if segment.name.is_empty() {
            // There is a dot or `=` on one side of it.
            let place = match segment.span.start {
                start if start == at => at..at + 1,
                start => start - 1..start,
            };
            return Err(Mistake::new(place, "a name is missing")
                .with_help("words are NAME=VALUE, without blanks around `=`".to_owned()));
        }
    }
    if segments.len() > MAX_DEPTH {
        return Err(too_deep(at..at + path.len()));
    }
    Ok(segments)
}

/// What is said of values that are nested deeper than [`MAX_DEPTH`].
pub(super) fn too_deep(span: Range<usize>) -> Mistake {
    Mistake::new(
        span,
        format!("values are nested more than {MAX_DEPTH} deep"),
    )
}

/// The parts of a dotted name, empty ones included: at least one.
pub(super) fn split(path: &str, at: usize) -> impl Iterator<Item = Segment<'_>> {
    let mut rest = Some((path, at));
    std::iter::from_fn(move || {
        let (path, at) = rest?;
        let end = end(path);
        let (name, behind) = path.split_at_checked(end).unwrap_or((path, ""));
        rest = behind.strip_prefix('.').map(|next| (next, at + end + 1));
        Some(Segment {
            name,
            span: at..at + end,
        })
    })
}

/// Where the first name in `path` ends. There are dots in the names of extensions by others:
/// `__com.redhat_drive`.
fn end(path: &str) -> usize {
    let domain = match path.strip_prefix("__") {
        Some(domain) => domain.find('_').map_or(0, |at| at + 2),
        None => 0,
    };
    let behind = path.get(domain..).unwrap_or_default();
    domain + behind.find('.').unwrap_or(behind.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_by_dots() {
        let parts = |path| {
            let parts = split(path, 10);
            parts.map(|it| (it.name, it.span.start)).collect::<Vec<_>>()
        };
        assert_eq!(parts("file"), [("file", 10)]);
        assert_eq!(parts("file.0.x"), [("file", 10), ("0", 15), ("x", 17)]);
        assert_eq!(parts(""), [("", 10)]);
        assert_eq!(parts("a."), [("a", 10), ("", 12)]);
        // But not those of a domain.
        assert_eq!(parts("__com.x_a.b"), [("__com.x_a", 10), ("b", 20)]);
        assert_eq!(parts("__com.x"), [("__com", 10), ("x", 16)]);
        assert_eq!(parts("__"), [("__", 10)]);
    }

    #[test]
    fn names_are_not_empty_and_not_too_many() {
        assert_eq!(segments("a..b", 0).unwrap_err().span, 1..2);
        assert_eq!(segments(".b", 3).unwrap_err().span, 3..4);
        assert_eq!(segments("a.b.", 0).unwrap_err().span, 3..4);
        assert!(segments(&vec!["a"; MAX_DEPTH].join("."), 0).is_ok());
        assert!(segments(&vec!["a"; MAX_DEPTH + 1].join("."), 0).is_err());
    }
}
