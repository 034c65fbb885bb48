//! Types that have another name in a later release.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::groups::{GroupId, Groups, Source};
use super::places::Place;

/// The groups that go on under a new name: of all places of such a type that are still there
/// when it is gone, one new type of its family has become the type.
pub(super) fn find(groups: &Groups<'_>) -> Vec<(GroupId, GroupId)> {
    let mut successors: BTreeMap<GroupId, BTreeSet<GroupId>> = BTreeMap::new();
    for place in groups.places() {
        for (old, new) in steps(groups, &place) {
            if let Some((old, new)) = pair(groups, old, new) {
                successors.entry(old).or_default().insert(new);
            }
        }
    }
    let renamed: HashSet<GroupId> = groups.renamed().map(|(old, _)| old).collect();
    let single = successors.into_iter().filter_map(|(old, new)| {
        let mut new = new.into_iter();
        let only = new.next().filter(|_| new.next().is_none())?;
        (!renamed.contains(&old) && follows(groups, old, only)).then_some((old, only))
    });
    single.collect()
}

/// What stands at a place in a release, and in the next that has the place. Where a release has
/// two types there, they came from two places.
fn steps(groups: &Groups<'_>, place: &Place<'_>) -> Vec<(Source, Source)> {
    let sources = place.occupants.iter().map(|it| it.source);
    let mut sources: Vec<Source> = sources.map(|it| groups.element(it)).collect();
    sources.dedup();
    let releases = sources.chunk_by(|a, b| a.release == b.release);
    let single: Vec<Option<Source>> = releases
        .map(|it| match it {
            [only] => Some(*only),
            _ => None,
        })
        .collect();
    let next = single.iter().zip(single.iter().skip(1));
    next.filter_map(|(old, new)| Some(((*old)?, (*new)?)))
        .collect()
}

/// The groups by name of two types of one family, if the first may have become the second. What
/// had a name does not lose it.
fn pair(groups: &Groups<'_>, old: Source, new: Source) -> Option<(GroupId, GroupId)> {
    let (old, new) = (groups.named(old)?, groups.named(new)?);
    let alike = groups.get(old).family == groups.get(new).family;
    let named = groups.is_implicit(old) || !groups.is_implicit(new);
    (old != new && alike && named).then_some((old, new))
}

/// Whether the first release with the type `new` is later than the last with the type `old`.
fn follows(groups: &Groups<'_>, old: GroupId, new: GroupId) -> bool {
    let releases = |id: GroupId| {
        let name = groups.get(id).name;
        let releases = groups.releases.iter().enumerate();
        releases
            .filter(move |(_, it)| it.schema.find_type(name).is_some())
            .map(|(index, _)| index)
    };
    releases(old).max() < releases(new).min()
}
