//! What somebody may have meant.

/// The one of `names` that `name` is most likely meant to be, if any is near.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // One slip in three letters.
    let limit = name.chars().count().div_ceil(3);
    let near = names.map(|known| (distance(name, known), known));
    let (_, known) = near.filter(|(distance, _)| *distance <= limit).min()?;
    Some(known)
}

/// How many letters to insert, leave out, replace or swap with their neighbour to get from one
/// to the other. Case does not count, nor whether words are joined by `-` or `_`.
fn distance(one: &str, other: &str) -> usize {
    let letters = |name: &str| -> Vec<char> {
        let plain = |letter: char| match letter {
            '_' => '-',
            _ => letter.to_ascii_lowercase(),
        };
        name.chars().map(plain).collect()
    };
    let (one, other) = (letters(one), letters(other));
    // The distances of the beginnings of `one` to all beginnings of `other`: of the last two.
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    let mut previous = None;
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        let mut left = row + 1;
        let beginnings = last.iter().zip(last.iter().skip(1)).zip(&other);
        for (column, ((above_left, above), other_letter)) in beginnings.enumerate() {
            let mut least = (above_left + usize::from(letter != other_letter))
                .min(above + 1)
                .min(left + 1);
            let swapped = column > 0
                && previous == Some(other_letter)
                && other.get(column - 1) == Some(letter);
            if let Some(distance) = before.get(column.wrapping_sub(1)).filter(|_| swapped) {
                least = least.min(distance + 1);
            }
            next.push(least);
            left = least;
        }
        before = std::mem::replace(&mut last, next);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn slips_are_counted() {
        for (one, other, count) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("max-bytes", "max_Bytes", 0),
            ("max-byte", "max-bytes", 1),
            ("mxa-bytes", "max-bytes", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), count, "{one} {other}");
            assert_eq!(distance(other, one), count, "{other} {one}");
        }
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let names = ["drive", "serial", "bootindex", "write-cache"];
        let nearest = |name| nearest(name, names.into_iter());
        assert_eq!(nearest("boot-index"), Some("bootindex"));
        assert_eq!(nearest("write_cache"), Some("write-cache"));
        assert_eq!(nearest("driv"), Some("drive"));
        assert_eq!(nearest("aio"), None);
        assert_eq!(nearest(""), None);
    }
}
