//! What definitions and their parts have: conditions, features, flags.

use std::collections::HashMap;

use super::compare::Comparison;
use super::effects::Effects;
use super::place::Place;
use super::{Flag, Part, What};
use crate::schema::{self, Command, Condition, Feature};

impl Comparison<'_> {
    /// What every part of a definition has.
    pub(super) fn part(&mut self, old: &schema::Part, new: &schema::Part, place: &Place) {
        self.condition(&old.condition, &new.condition, place);
        self.features(&old.features, &new.features, place);
    }

    pub(super) fn condition(
        &mut self,
        from: &Option<Condition>,
        to: &Option<Condition>,
        place: &Place,
    ) {
        if from != to {
            let (from, to) = (from.clone(), to.clone());
            self.report(place, What::Condition { from, to }, Effects::COMPATIBLE);
        }
    }

    pub(super) fn features(&mut self, old: &[Feature], new: &[Feature], place: &Place) {
        let (old_by_name, new_by_name) = (by_name(old), by_name(new));
        for feature in old {
            let part = || place.part(Part::Feature(feature.name.clone()));
            let same = new_by_name.get(feature.name.as_str());
            match (same, feature.name.as_str()) {
                (Some(new), _) => self.condition(&feature.condition, &new.condition, &part()),
                (None, "deprecated") => {
                    self.report(place, What::Undeprecated, Effects::COMPATIBLE);
                }
                (None, "unstable") => self.report(place, What::Stable, Effects::COMPATIBLE),
                (None, _) => {
                    let what = What::Removed { required: false };
                    self.report(&part(), what, Effects::BREAKING);
                }
            }
        }
        for feature in new {
            if old_by_name.contains_key(feature.name.as_str()) {
                continue;
            }
            match feature.name.as_str() {
                "deprecated" => self.report(place, What::Deprecated, Effects::COMPATIBLE),
                "unstable" => self.report(place, What::Unstable, Effects::COMPATIBLE),
                _ => {
                    let place = place.part(Part::Feature(feature.name.clone()));
                    let what = What::Added { required: false };
                    self.report(&place, what, Effects::COMPATIBLE);
                }
            }
        }
    }

    /// The flags that matter to who sends a command.
    pub(super) fn request_flags(&mut self, old: &Command, new: &Command, place: &Place) {
        // Without arguments, it only means that QEMU wants no marshalling code.
        let is_open = |command: &Command| !command.generate && command.arguments.is_some();
        let flags = [
            (Flag::AllowOob, old.allow_oob, new.allow_oob),
            (
                Flag::AllowPreconfig,
                old.allow_preconfig,
                new.allow_preconfig,
            ),
            (Flag::Open, is_open(old), is_open(new)),
        ];
        for (flag, from, to) in flags {
            if from != to {
                let effects = Effects::of_values(from, false);
                self.report(place, What::Flag { flag, to }, effects);
            }
        }
    }

    /// The flag that matters to who reads the answer: it may wait for what does not come, or take
    /// what comes for another answer.
    pub(super) fn answer_flag(&mut self, old: &Command, new: &Command, place: &Place) {
        let (from, to) = (old.success_response, new.success_response);
        if from != to {
            let flag = Flag::SuccessResponse;
            self.report(place, What::Flag { flag, to }, Effects::BREAKING);
        }
    }
}

fn by_name(features: &[Feature]) -> HashMap<&str, &Feature> {
    let features = features.iter();
    features.map(|it| (it.name.as_str(), it)).collect()
}
