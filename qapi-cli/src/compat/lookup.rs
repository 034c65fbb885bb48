//! What is to be said of a name or a path by itself.

use qapi_parser::nearest;
use qapi_protocol::introspection::Found;

use super::reason::Reason;
use super::reference::Reference;
use super::report::{Finding, Verdict};
use super::server::{Says, Server};
use super::thing::{Facts, Kind, Thing};
use super::walk::DEPRECATED;

/// Where names and paths are looked up.
pub(super) struct Lookup<'a> {
    pub(super) reference: &'a Reference,
    pub(super) server: &'a Server,
}

impl Lookup<'_> {
    /// What is to be said of a name that neither the server nor the reference has.
    pub(super) fn unknown(&self, name: &str) -> Option<Finding> {
        let reference = &self.reference.schema;
        let is_known = reference.command(name).is_some() || reference.event(name).is_some();
        let is_here = match &self.server.says {
            Says::Schema(theirs) => theirs.command(name).is_some() || theirs.event(name).is_some(),
            Says::Commands(theirs) => theirs.has(name),
        };
        let commands = reference.commands().map(|it| it.name());
        let events = reference.events().map(|it| it.name());
        (!is_known && !is_here).then(|| Finding {
            meant: nearest(name, commands.chain(events)).map(str::to_owned),
            ..finding(
                Verdict::UsedMissing(Reason::Unknown),
                Kind::Command,
                name,
                Facts::default(),
            )
        })
    }

    /// What is to be said of what a path leads to; nothing if it is there.
    pub(super) fn path(&self, path: &str) -> Option<Finding> {
        let Says::Schema(theirs) = &self.server.says else {
            return None;
        };
        let (verdict, facts) = match theirs.find(path).ok().flatten() {
            Some(found) if found.features().has(DEPRECATED) => {
                (Verdict::UsedDeprecated, self.known(path))
            }
            Some(_) => return None,
            None => {
                // It is missing for the reason for which the first part of it is.
                let slashes = path.match_indices('/').map(|(at, _)| at);
                let mut parts = slashes
                    .chain([path.len()])
                    .filter_map(|end| path.get(..end));
                let missing = parts.find(|part| !theirs.has(part).unwrap_or(false));
                let known = missing.filter(|_| self.known(path).is_some());
                let facts = known.and_then(|part| self.known(part));
                let reason = facts.as_ref().map_or(Reason::Unknown, |facts| {
                    Reason::of(facts, self.server.version, self.reference.newest)
                });
                (Verdict::UsedMissing(reason), facts)
            }
        };
        let facts = facts.unwrap_or_default();
        Some(finding(verdict, Kind::Path, path, facts))
    }

    /// What the reference says of what a path leads to.
    fn known(&self, path: &str) -> Option<Facts> {
        let found = self.reference.schema.find(path).ok().flatten();
        found.map(facts)
    }
}

fn finding(verdict: Verdict, kind: Kind, name: &str, facts: Facts) -> Finding {
    Finding {
        verdict,
        thing: Thing::new(kind, name),
        versions: facts.versions,
        condition: facts.condition,
        roots: Vec::new(),
        meant: None,
    }
}

/// What is said of something that was found.
fn facts(found: Found<'_>) -> Facts {
    let (versions, condition) = match found {
        Found::Command(it) => (it.versions(), it.condition()),
        Found::Event(it) => (it.versions(), it.condition()),
        Found::Type(it) => (it.versions(), it.condition()),
        Found::Member(it) => (it.versions(), it.condition()),
        Found::Value(it) => (it.versions(), it.condition()),
        _ => (None, None),
    };
    Facts {
        versions,
        condition: condition.map(str::to_owned),
        ..Facts::default()
    }
}
