//! What a misspelt name may have been meant to be.

/// The length above which names are not compared: the cost grows with its square.
const MAX_LENGTH: usize = 64;

/// The candidate nearest to a name, when one is near enough to be what was meant; of several
/// equally near ones, the first.
///
/// ```
/// let symbols = ["CONFIG_SPICE", "CONFIG_VNC"];
/// assert_eq!(qapi_parser::nearest("CONFIG_SPCIE", symbols.into_iter()), Some("CONFIG_SPICE"));
/// assert_eq!(qapi_parser::nearest("TARGET_ARM", symbols.into_iter()), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let limit = match name.len() {
        0..5 => 1,
        length => (length / 3).max(2),
    };
    candidates
        .filter(|candidate| name.len().abs_diff(candidate.len()) <= limit)
        .filter_map(|candidate| Some((distance(name, candidate, limit)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many bytes have to be inserted, deleted or replaced (Levenshtein), letter case aside;
/// `None` where that is more than `limit`.
fn distance(one: &str, other: &str, limit: usize) -> Option<usize> {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        // The diagonal and the left neighbour of the cell that is computed.
        let mut diagonal = i;
        let mut left = i + 1;
        let mut least = left;
        for (cell, b) in row.iter_mut().skip(1).zip(other.bytes()) {
            let replaced = diagonal + usize::from(!a.eq_ignore_ascii_case(&b));
            diagonal = *cell;
            left = replaced.min(left + 1).min(*cell + 1);
            least = least.min(left);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        // No later row has less.
        if least > limit {
            return None;
        }
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("Foo", "foo", 0),
            ("Job", "JobInfo", 4),
        ] {
            assert_eq!(distance(one, other, 9), Some(expected), "{one} {other}");
            let less = expected.checked_sub(1);
            assert_eq!(less.and_then(|less| distance(one, other, less)), None);
        }
    }

    #[test]
    fn only_near_names_are_suggested() {
        let types = ["str", "JobInfo", "JobStatus"];
        assert_eq!(nearest("JobStats", types.into_iter()), Some("JobStatus"));
        assert_eq!(nearest("string", types.into_iter()), None);
        assert_eq!(nearest("Str", types.into_iter()), Some("str"));
        assert_eq!(nearest("Strng", types.into_iter()), Some("str"));
    }
}
