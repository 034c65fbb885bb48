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

/// How many bytes have to be inserted, deleted, replaced, or exchanged with the next one (optimal
/// string alignment), letter case aside; `None` where that is more than `limit`.
fn distance(one: &str, other: &str, limit: usize) -> Option<usize> {
    let same = |a: u8, b: u8| a.eq_ignore_ascii_case(&b);
    let cell = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX);
    // The row that is computed, and those above it.
    let mut row = Vec::with_capacity(other.len() + 1);
    let mut above: Vec<usize> = (0..=other.len()).collect();
    let mut above_that = Vec::with_capacity(other.len() + 1);
    let mut before = None;
    for (i, a) in one.bytes().enumerate() {
        let mut left = i + 1;
        row.clear();
        row.push(left);
        let mut before_b = None;
        for (j, b) in other.bytes().enumerate() {
            let replaced = cell(&above, j).saturating_add(usize::from(!same(a, b)));
            left = replaced
                .min(left + 1)
                .min(cell(&above, j + 1).saturating_add(1));
            if let (Some(before_a), Some(before_b)) = (before, before_b)
                && same(a, before_b)
                && same(before_a, b)
            {
                left = left.min(cell(&above_that, j - 1).saturating_add(1));
            }
            row.push(left);
            before_b = Some(b);
        }
        // No later row has less than the least of two.
        let least = row.iter().chain(&above).min();
        if least.is_none_or(|least| *least > limit) {
            return None;
        }
        before = Some(a);
        std::mem::swap(&mut above_that, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    above.last().copied().filter(|distance| *distance <= limit)
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
            ("fule", "Fuel", 1),
            ("ab", "ba", 1),
            ("abcd", "badc", 2),
            ("ca", "abc", 3),
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
        assert_eq!(nearest("Srt", types.into_iter()), Some("str"));
    }
}
