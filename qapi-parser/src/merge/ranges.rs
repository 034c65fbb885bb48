//! Which releases have an item.

use std::collections::BTreeSet;

use super::Release;
use crate::schema::{Version, VersionRange};

/// The indices of releases.
pub(super) type Indices = BTreeSet<usize>;

/// The range of what those of the releases in `present` have, and others `among` them lack.
///
/// `stated` is what their documentation states of the first, in the order in which it counts.
/// It is refined between the releases that lack and have the item, and else is wrong.
pub(super) fn range(
    releases: &[Release],
    present: &Indices,
    among: &Indices,
    stated: impl IntoIterator<Item = Version>,
) -> VersionRange {
    let version = |index: &usize| releases.get(*index).map(|it| it.version);
    let (Some(first), Some(last)) = (present.first(), present.last()) else {
        return VersionRange::default();
    };
    let before = among.range(..first).next_back().and_then(version);
    let known = version(first);
    let fits = |stated: &Version| {
        before.is_none_or(|before| before.series() < stated.series())
            && known.is_none_or(|known| stated.series() <= known.series())
    };
    let stated = stated.into_iter().find(fits);
    let gone = among.last() > Some(last);
    VersionRange {
        first: stated.or(before.and(known)),
        last: version(last).filter(|_| gone),
    }
}
