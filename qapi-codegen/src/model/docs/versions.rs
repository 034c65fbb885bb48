//! Which releases have something, in words.

use qapi_parser::schema::VersionRange;

/// "QEMU 6.0 and newer": the releases as the subject of a sentence; none for all of them.
pub(super) fn releases(range: VersionRange) -> Option<String> {
    Some(match (range.first, range.last) {
        (None, None) => return None,
        (Some(first), None) => format!("QEMU {first} and newer"),
        (None, Some(last)) => format!("QEMU up to {last}"),
        (Some(first), Some(last)) if first == last => format!("QEMU {last}"),
        (Some(first), Some(last)) => format!("QEMU {first} to {last}"),
    })
}

/// "in QEMU 6.0 and newer": when something holds.
pub(super) fn during(range: VersionRange) -> Option<String> {
    match (range.first, range.last) {
        (None, Some(last)) => Some(format!("up to QEMU {last}")),
        _ => releases(range).map(|releases| format!("in {releases}")),
    }
}

/// "QEMU 6.0 and newer.": a sentence about what has the range.
pub(super) fn sentence(range: VersionRange) -> Option<String> {
    match (range.first, range.last) {
        (None, Some(last)) => Some(format!("Removed after QEMU {last}.")),
        _ => sentence_about(range, ""),
    }
}

/// Such a sentence about a part of a type that the releases in `of` have. What only older ones have
/// is of another type, which they have in the place of this one.
pub(super) fn sentence_in(of: VersionRange, range: VersionRange) -> Option<String> {
    match (range.last, of.first) {
        (Some(last), Some(first)) if last < first => Some(format!(
            "Up to QEMU {last}, from the older type that it has in the place of this one."
        )),
        _ => sentence(range),
    }
}

/// Such a sentence, with what else is true of these releases.
pub(super) fn sentence_about(range: VersionRange, about: &str) -> Option<String> {
    let releases = releases(range)?;
    Some(match range.last {
        Some(last) => format!("{releases}{about}; removed after {last}."),
        None => format!("{releases}{about}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use qapi_parser::schema::Version;

    #[test]
    fn ranges_read_like_sentences() {
        let range = |first, last| VersionRange {
            first: Version::parse(first),
            last: Version::parse(last),
        };
        for (range, during, sentence) in [
            (range("", ""), None, None),
            (
                range("6.0", ""),
                Some("in QEMU 6.0 and newer"),
                Some("QEMU 6.0 and newer."),
            ),
            (
                range("", "7.2"),
                Some("up to QEMU 7.2"),
                Some("Removed after QEMU 7.2."),
            ),
            (
                range("2.9", "7.2"),
                Some("in QEMU 2.9 to 7.2"),
                Some("QEMU 2.9 to 7.2; removed after 7.2."),
            ),
            (
                range("7.2", "7.2"),
                Some("in QEMU 7.2"),
                Some("QEMU 7.2; removed after 7.2."),
            ),
        ] {
            assert_eq!(super::during(range).as_deref(), during);
            assert_eq!(super::sentence(range).as_deref(), sentence);
            assert_eq!(super::sentence_in(range, range).as_deref(), sentence);
        }
        assert_eq!(
            sentence_in(range("8.0", ""), range("", "7.2")).as_deref(),
            Some("Up to QEMU 7.2, from the older type that it has in the place of this one.")
        );
    }
}
