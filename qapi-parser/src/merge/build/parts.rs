//! What definitions and their parts have in common, from what each release says.

use std::collections::HashSet;

use super::Builder;
use crate::merge::found::Found;
use crate::merge::groups::{GroupId, Source};
use crate::merge::ranges::{Indices, range};
use crate::schema::{Feature, Head, Part};

/// What a release says of an item, newest first.
pub(super) type Said<'a, T> = Vec<(usize, &'a T)>;

impl<'a> Builder<'_, 'a> {
    /// The head of a definition, which has the newest name.
    pub(super) fn head(&self, said: &Said<'a, Head>) -> Option<Head> {
        let &(release, newest) = said.first()?;
        let has = releases(said);
        // What a release of which only a part is known lacks says nothing.
        let all = self.groups.releases.iter().enumerate();
        let all = all.filter(|(index, it)| !it.partial || has.contains(index));
        let all: Indices = all.map(|(index, _)| index).collect();
        let stated = said.iter().filter_map(|(_, head)| head.versions.first);
        let module = newest.module.map(|id| {
            let module = self.groups.schema(release).module(id);
            self.module_ids[module.name.as_str()]
        });
        Some(Head {
            module,
            doc: said.iter().find_map(|(_, head)| head.doc.clone()),
            versions: range(self.groups.releases, &has, &all, stated),
            features: self.features(said, |head| &head.features),
            ..newest.clone()
        })
    }

    /// A part of a group's types: as its own have it, if any of them does.
    pub(super) fn part_of<T>(
        &self,
        id: GroupId,
        found: &Found<'a, T>,
        part: impl Fn(&'a T) -> &'a Part,
    ) -> Option<Part> {
        let sources = self.groups.sources(id);
        let said = |found: &[(Source, &'a T)]| -> Said<'a, Part> {
            let said = found.iter().map(|(source, it)| (source.release, part(it)));
            said.collect()
        };
        if !found.own.is_empty() {
            let own = sources.own.iter().map(|it| it.release).collect();
            return self.part(&said(&found.own), &own);
        }
        let all = sources.all().map(|it| it.release).collect();
        let mut part = self.part(&said(&found.absorbed), &all)?;
        // Since when the other type had it says nothing of this one.
        part.versions.first = None;
        Some(part)
    }

    /// A part that some of the releases `among` those that have its definition have.
    fn part(&self, said: &Said<'a, Part>, among: &Indices) -> Option<Part> {
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
