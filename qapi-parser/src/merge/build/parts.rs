//! What definitions and their parts have in common, from what each release says.

use std::collections::HashSet;

use super::Builder;
use crate::merge::ranges::{Indices, range};
use crate::schema::{Feature, Head, Part};

/// What a release says of an item, newest first.
pub(super) type Said<'a, T> = Vec<(usize, &'a T)>;

impl<'a> Builder<'_, 'a> {
    /// The head of a definition, which has the newest name.
    pub(super) fn head(&self, said: &Said<'a, Head>) -> Option<Head> {
        let &(release, newest) = said.first()?;
        let all: Indices = (0..self.groups.releases.len()).collect();
        let stated = said.iter().filter_map(|(_, head)| head.versions.first);
        let module = newest.module.map(|id| {
            let module = self.groups.schema(release).module(id);
            self.module_ids[module.name.as_str()]
        });
        Some(Head {
            module,
            doc: said.iter().find_map(|(_, head)| head.doc.clone()),
            versions: range(self.groups.releases, &releases(said), &all, stated),
            features: self.features(said, |head| &head.features),
            ..newest.clone()
        })
    }

    /// A part that some of the releases `among` those that have its definition have.
    pub(super) fn part(&self, said: &Said<'a, Part>, among: &Indices) -> Option<Part> {
        let (_, newest) = said.first()?;
        let stated = said.iter().filter_map(|(_, part)| part.versions.first);
        Some(Part {
            doc: said.iter().find_map(|(_, part)| part.doc.clone()),
            versions: range(self.groups.releases, &releases(said), among, stated),
            features: self.features(said, |part| &part.features),
            ..(*newest).clone()
        })
    }

    fn features<T>(
        &self,
        said: &Said<'a, T>,
        of: impl Fn(&'a T) -> &'a Vec<Feature>,
    ) -> Vec<Feature> {
        let among = releases(said);
        let all = said.iter().flat_map(|(_, it)| of(it));
        let mut seen = HashSet::new();
        let distinct = all.filter(|feature| seen.insert(&feature.name));
        let merge = |feature: &'a Feature| {
            let with = said.iter().filter_map(|(release, it)| {
                let found = of(it).iter().find(|it| it.name == feature.name)?;
                Some((*release, found))
            });
            let with: Said<'a, Feature> = with.collect();
            let stated = with.iter().filter_map(|(_, it)| it.versions.first);
            Feature {
                versions: range(self.groups.releases, &releases(&with), &among, stated),
                doc: with.iter().find_map(|(_, it)| it.doc.clone()),
                ..feature.clone()
            }
        };
        distinct.map(merge).collect()
    }
}

/// The releases that say something.
pub(super) fn releases<T>(said: &Said<'_, T>) -> Indices {
    said.iter().map(|(release, _)| *release).collect()
}
